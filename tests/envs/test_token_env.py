import copy
import json
import pickle

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import InvalidAction, ResetNeeded

import r1gym
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Score, Verdict
from r1gym.envs.task import split_observation
from r1gym.envs.token_env import TokenEnv

FAMILIES = {"arithmetic": [1, 2], "equations": [1]}


def make(**kwargs):
    return TokenEnv(**{"problems": FAMILIES, **kwargs})


def play(env, text, end=True):
    """Steps a text and the end token. Returns the last step's results."""
    tokens = env.tokenizer.encode(text) + [env.tokenizer.eos_id] * end
    for token in tokens:
        result = env.step(token)
    return result


def test_the_observation_is_the_prompt_then_the_tokens():
    env = make()
    observation, info = env.reset(seed=3)
    prompt = env.tokenizer.encode(info["prompt"])
    tokens, length = split_observation(observation)
    assert env.prompt_ids == tuple(prompt)
    assert length == len(prompt) and tokens[:length].tolist() == prompt
    assert (tokens[length:] == env.tokenizer.pad_id).all()

    new, reward, terminated, truncated, info = env.step(np.int64(9))
    tokens, length = split_observation(new)
    assert length == len(prompt) + 1 and tokens[:length].tolist() == [*prompt, 9]
    assert (reward, terminated, truncated, info) == (0.0, False, False, {})
    assert split_observation(observation)[1] == len(prompt), "observations must be copies"


def test_split_observation_takes_batches():
    tokens, length = split_observation(np.arange(24).reshape(2, 3, 4))
    assert tokens.shape == (2, 3, 3) and length.tolist() == [[3, 7, 11], [15, 19, 23]]


def test_a_right_answer_is_paid_at_the_end_token_only():
    env = make(rewards={"accuracy": 2.0, "format": 0.5})
    _, info = env.reset(seed=0)
    assert info == {
        "problem_id": env.problem.id,
        "family": env.problem.family,
        "level": env.problem.level,
        "prompt": f"User: {env.problem.question}. Assistant:",
    }
    text = f"<think>1</think><answer>{env.problem.answer}</answer>"
    assert play(env, text, end=False)[1:] == (0.0, False, False, {})
    _, reward, terminated, truncated, info = env.step(env.tokenizer.eos_id)
    assert (reward, terminated, truncated) == (2.5, True, False)
    assert info == {
        "completion": text,
        "masked": False,
        "reward/accuracy": 1.0,
        "reward/format": 1.0,
        "verdict/accuracy": "correct",
        "verdict/format": "correct",
    }
    assert type(info["verdict/format"]) is str


def test_the_token_limit_truncates_and_still_scores():
    env = make(max_tokens=3)
    env.reset(seed=0)
    env.step(10)
    assert env.step(10)[2:4] == (False, False)
    _, reward, terminated, truncated, info = env.step(10)
    assert (reward, terminated, truncated) == (0.0, False, True)
    assert info["verdict/accuracy"] == "truncated"


def test_the_token_limit_may_terminate_and_is_scored_alike():
    env = make(max_tokens=1, at_limit="terminate")
    env.reset(seed=0)
    _, reward, terminated, truncated, info = env.step(10)
    assert (reward, terminated, truncated) == (0.0, True, False)
    assert info["verdict/accuracy"] == "truncated"


def test_a_categorical_space_has_the_same_observations():
    numbers, categories = make(), make(categorical=True)
    assert isinstance(categories.observation_space, gym.spaces.MultiDiscrete)
    vocabulary, window = categories.tokenizer.vocab_size, categories.task.window
    assert categories.observation_space.nvec.tolist() == [vocabulary] * window + [window + 1]
    one, other = numbers.reset(seed=0)[0], categories.reset(seed=0)[0]
    assert one in numbers.observation_space and other in categories.observation_space
    assert (one == other).all()


def test_an_end_token_at_the_limit_terminates():
    env = make(max_tokens=1)
    env.reset(seed=0)
    assert env.step(env.tokenizer.eos_id)[2:4] == (True, False)


def test_a_failed_grader_masks_the_episode():
    @r1gym.register_verifier("grader")
    class Judge:
        def score(self, problem, completion):
            return Score(None, Verdict.JUDGE_FAILED, "no answer")

    env = make(rewards={"accuracy": 1.0, "grader": 1.0})
    env.reset(seed=0)
    _, reward, _, _, info = play(env, f"<answer>{env.problem.answer}</answer>")
    assert reward == 0.0 and info["masked"] is True
    assert info["verdict/grader"] == "judge_failed" and "reward/grader" not in info
    assert info["reason/grader"] == "no answer" and "reason/accuracy" not in info
    assert info["reward/accuracy"] == 1.0


def test_every_failure_has_its_reason_in_the_info_and_the_gold_has_not():
    @r1gym.register_verifier("quoting")
    class Quoting:
        def score(self, problem, completion):
            raise KeyError(f"{problem.answer} is not {problem.answer}0")

    options = {"rewards": {"accuracy": 1.0, "quoting": 1.0}}
    env = make(**options)
    vector = gym.make_vec("r1/Math-v0", num_envs=2, **options)
    env.reset(options={"problem": 3})
    vector.reset(options={"problem": 3})
    info = env.step(env.tokenizer.eos_id)[4]
    infos = vector.step(np.full(2, env.tokenizer.eos_id))[4]
    gold = env.problem.answer
    assert info["reason/quoting"] == f"reward 'quoting' raised KeyError: '(gold) is not {gold}0'"
    assert all("KeyError: '(gold) is not " in reason for reason in infos["reason/quoting"])
    assert infos["_reason/quoting"].all() and "reason/accuracy" not in infos
    assert env.score(env.problem, "").parts["quoting"].reason.count(gold) > 1


def test_options_pick_the_problem_and_leave_the_generator_alone():
    env = make()
    _, info = env.reset(seed=1, options={"problem": 17})
    assert info["problem_id"] == env.problem_set[17].id
    after = env.reset()[1]["problem_id"]
    assert env.reset(seed=1)[1]["problem_id"] == after
    env.reset(options={"problem": np.int64(17)})
    assert env.problem == env.problem_set[17]
    env.reset(options={})


@pytest.mark.parametrize("number", [-1, 1_000_000, 1.0, "1", None])
def test_a_problem_out_of_range_is_refused_with_the_range(number):
    with pytest.raises(ConfigError, match="whole number from 0 to 999999, not"):
        make().reset(options={"problem": number})


def test_an_unknown_option_is_refused_with_what_is_allowed():
    with pytest.raises(UnknownNameError, match="no reset option 'problme'. Did you mean 'problem'"):
        make().reset(options={"problme": 1})


@pytest.mark.parametrize("action", [-1, 10_000, 1.0, "1", None, [1], np.array([1])])
def test_an_invalid_action_is_refused_and_changes_nothing(action):
    env = make()
    observation, _ = env.reset(seed=0)
    with pytest.raises(InvalidAction, match="whole number from 0 to"):
        env.step(action)
    assert env.step(5)[0][-1] == observation[-1] + 1


def test_steps_need_a_running_episode():
    env = make(render_mode="ansi")
    for attempt in (lambda: env.step(5), env.clone_state, env.render, lambda: env.problem):
        with pytest.raises(ResetNeeded, match=r"call reset\(\)"):
            attempt()
    env.reset(seed=0)
    env.step(env.tokenizer.eos_id)
    with pytest.raises(ResetNeeded):
        env.step(5)


@pytest.mark.parametrize(
    ("kwargs", "error", "message"),
    [
        ({"problems": {"arithmetics": [1]}}, UnknownNameError, "Did you mean 'arithmetic'"),
        ({"split": "tset"}, UnknownNameError, "Did you mean 'test'"),
        ({"rewards": {"acuracy": 1.0}}, UnknownNameError, "Did you mean 'accuracy'"),
        ({"template": "R1"}, UnknownNameError, "no template 'R1'"),
        ({"problem_seed": -1}, ConfigError, "of at least 0, not -1"),
        ({"max_tokens": 0}, ConfigError, "max_tokens must be a whole number of at least 1"),
        ({"window": 64}, ConfigError, "window must be a whole number of at least 65"),
    ],
)
def test_wrong_arguments_get_one_clear_line(kwargs, error, message):
    with pytest.raises(error, match=message) as caught:
        make(**kwargs)
    assert "\n" not in str(caught.value)


def test_a_prompt_that_does_not_fit_says_what_to_pass():
    env = make(window=66)
    with pytest.raises(ConfigError) as caught:
        env.reset(options={"problem": 0})
    prompt = len(env.tokenizer.encode(make().reset(options={"problem": 0})[1]["prompt"]))
    problem = env.problem_set[0]
    assert f"problem {problem.id} has {prompt} tokens" in str(caught.value)
    assert f"pass window={prompt + 64}" in str(caught.value)
    make(window=prompt + 64).reset(options={"problem": 0})


def test_the_default_window_fits_the_longest_prompt_of_a_file_in_every_split(tmp_path):
    path = tmp_path / "p.jsonl"
    rows = [{"problem": f"{n}+" * n + "1", "answer": n} for n in range(1, 80)]
    path.write_text("\n".join(map(json.dumps, rows)))
    windows = {
        split: make(problems=str(path), split=split).task.window
        for split in ("all", "train", "validation", "test")
    }
    assert len(set(windows.values())) == 1
    env = make(problems=str(path), split="all")
    assert env.reset(options={"problem": 78})[0][-1] == env.task.window - 64


def test_a_state_restores_any_number_of_times_and_elsewhere():
    env = make()
    env.reset(seed=5)
    play(env, "<think>1", end=False)
    state = pickle.loads(pickle.dumps(env.clone_state()))
    other = make()

    def rest(env):
        return play(env, f"</think><answer>{env.problem.answer}</answer>")[1], env.reset()[0]

    reward, following = rest(env)
    for one in (env, other, env, copy.deepcopy(env)):
        one.restore_state(state)
        again, after = rest(one)
        assert again == reward == 1.1 and (after == following).all()


def test_a_state_remembers_that_the_episode_has_ended():
    env = make()
    env.reset(seed=5)
    env.step(env.tokenizer.eos_id)
    state = env.clone_state()
    env.reset()
    env.restore_state(state)
    with pytest.raises(ResetNeeded):
        env.step(5)


def test_a_state_of_another_shape_is_refused():
    env = make()
    env.reset(seed=0)
    with pytest.raises(ConfigError, match="window"):
        make(window=200).restore_state(env.clone_state())


def test_ansi_shows_prompt_and_completion():
    env = make(render_mode="ansi")
    _, info = env.reset(seed=0)
    assert env.render() == info["prompt"]
    play(env, "<think>12")
    assert env.render() == info["prompt"] + "<think>12"


def test_human_types_as_it_goes(capsys):
    env = make(render_mode="human")
    _, info = env.reset(seed=0)
    assert capsys.readouterr().out == info["prompt"]
    env.step(env.tokenizer.encode("7")[0])
    assert capsys.readouterr().out == "7"
    assert env.render() is None
    env.step(env.tokenizer.eos_id)
    assert capsys.readouterr().out == "\n"


def test_human_waits_for_characters_made_of_several_tokens(capsys, monkeypatch):
    env = make(render_mode="human")
    env.reset(seed=0)
    capsys.readouterr()
    texts = {1: "a\N{REPLACEMENT CHARACTER}", 2: "a½"}
    monkeypatch.setattr(type(env.tokenizer), "decode", lambda self, ids: texts[len(ids)])
    env.step(50)
    assert capsys.readouterr().out == "a"
    env.step(51)
    assert capsys.readouterr().out == "½"


def test_rendering_without_a_mode_warns():
    env = make()
    env.reset(seed=0)
    with pytest.warns(UserWarning, match="without a render mode"):
        assert env.render() is None


def test_score_takes_text_and_completions():
    env = make()
    problem = env.problem_set[0]
    assert env.score(problem, f"<answer>{problem.answer}</answer>").value == 1.0
    assert env.score(problem, r1gym.Completion("")).parts["accuracy"].verdict == "unparseable"


def test_gym_make_accepts_the_arguments():
    env = gym.make("r1/Math-v0", problems={"equations": [1]}, max_tokens=5)
    env.reset(seed=0)
    assert env.unwrapped.problem.family == "equations"
