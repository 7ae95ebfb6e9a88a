import json

import gymnasium as gym
import pytest

from r1gym.core.errors import ConfigError
from r1gym.envs.wrappers import MultiTurn, TextObservation, TokenWindow, WholeAnswer


def test_the_observation_is_the_prompt_and_what_has_been_written(math, write):
    env = TextObservation(math())
    text, info = env.reset(seed=3)
    assert text == info["prompt"]
    assert write(env, "<think>a b", end=False)[0] == text + "<think>a b"
    assert write(env, "</think>")[0] == text + "<think>a b</think>", "the end token is no text"
    assert env.reset(seed=4)[0] != text


def test_it_is_the_whole_text_whatever_stands_inside(math, write):
    env = TextObservation(TokenWindow(math(), 3))
    text, _ = env.reset(seed=0)
    assert write(env, "12345", end=False)[0] == text + "12345"


def test_every_text_is_in_the_space_unicode_too(math, tmp_path):
    path = tmp_path / "problems.jsonl"
    question = "二加二等于几 \N{GRINNING FACE}"
    path.write_text(json.dumps({"problem": question, "answer": "4"}))
    env = TextObservation(math(problems=str(path), split="all"))
    text, info = env.reset(seed=0)
    assert question in text and text in env.observation_space
    longest = env.unwrapped.tokenizer.encode(". Assistant:")[0]
    for _ in range(40):
        text = env.step(longest)[0]
        assert text in env.observation_space
    assert text == info["prompt"] + ". Assistant:" * 40


def test_a_prompt_of_few_tokens_and_many_characters_is_in_the_space(math, tmp_path):
    tokenizers = pytest.importorskip("tokenizers")
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel({"<e>": 0, "?": 1}, unk_token="?"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    made.save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "tokenizer_config.json").write_text('{"eos_token": "<e>"}')
    path = tmp_path / "problems.jsonl"
    path.write_text(json.dumps({"problem": "x" * 2000, "answer": "4"}))
    env = TextObservation(math(problems=str(path), split="all", tokenizer=str(tmp_path)))
    text, _ = env.reset(seed=0)
    assert "x" * 2000 in text and text in env.observation_space


def test_it_follows_a_restored_state_to_another_problem(math, write):
    env = TextObservation(math())
    one, _ = env.reset(seed=0)
    write(env, "12", end=False)
    state = env.unwrapped.clone_state()
    env.reset(options={"problem": 7})
    env.unwrapped.restore_state(state)
    assert env.observation(None) == one + "12"
    assert env.step(9)[0].startswith(one + "12")


def test_checkers_find_nothing(math, passes_checks):
    passes_checks(TextObservation(math()))
    passes_checks(WholeAnswer(TextObservation(math())))
    passes_checks(TextObservation(MultiTurn(math(window=400), turns=2)))


def test_make_vec_gives_texts(math):
    envs = gym.make_vec("r1/Math-v0", 2, "sync", wrappers=[WholeAnswer, TextObservation])
    texts, infos = envs.reset(seed=0)
    assert texts == tuple(infos["prompt"])
    texts, _, terminations, _, infos = envs.step(("<answer>1</answer>", "no"))
    assert terminations.all() and texts in envs.observation_space
    assert infos["completion"].tolist() == ["<answer>1</answer>", "no"]


def test_texts_come_from_other_processes():
    envs = gym.make_vec(
        "r1/Math-v0",
        2,
        "async",
        wrappers=[WholeAnswer, TextObservation],
        vector_kwargs={"context": "forkserver", "shared_memory": False},
    )
    texts, _ = envs.reset(seed=0)
    unknown = "\N{REPLACEMENT CHARACTER}"
    assert envs.step(("二", "1"))[0] == (texts[0] + unknown, texts[1] + "1")
    envs.close()


def test_another_environment_is_refused():
    with pytest.raises(ConfigError, match="not a token environment"):
        TextObservation(gym.make("CartPole-v1"))
