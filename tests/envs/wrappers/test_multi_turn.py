import json

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import ResetNeeded

import r1gym
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Problem, Score, Verdict
from r1gym.envs.interactions.try_again import try_again
from r1gym.envs.task import split_observation
from r1gym.envs.wrappers import MultiTurn, RecordEpisodes, TextObservation, TokenWindow, WholeAnswer


@pytest.fixture
def turns(math):
    """Makes a MultiTurn with room enough."""

    def make(*args, render_mode=None, **kwargs):
        return MultiTurn(math(window=1200, render_mode=render_mode), *args, **kwargs)

    return make


def right(env):
    return f"<answer>{env.unwrapped.problem.answer}</answer>"


def ignore(problem, text, score):
    return "no"


def test_feedback_follows_the_answer_and_the_agent_goes_on(turns, write):
    env = turns(turns=3)
    first, start = env.reset(seed=0)
    tokenizer = env.unwrapped.tokenizer
    observation, reward, terminated, truncated, info = write(env, "<answer>x</answer>")
    assert (reward, terminated, truncated, info["turn"]) == (0.0, False, False, 1)
    assert info["feedback"] == "\nUser: The answer is wrong. Try again. Assistant:"
    assert info["completion"] == "<answer>x</answer>" and info["verdict/accuracy"] == "wrong"
    tokens, length = split_observation(observation)
    assert observation in env.observation_space
    assert (tokens[: first[-1]] == first[: first[-1]]).all()
    expected = [*tokenizer.encode("<answer>x</answer>"), tokenizer.eos_id]
    expected += tokenizer.encode(info["feedback"])
    assert tokens[first[-1] : length].tolist() == expected
    assert (tokens[length:] == tokenizer.pad_id).all()

    observation, reward, terminated, truncated, info = write(env, right(env))
    assert (reward, terminated, truncated, info["turn"]) == (1.0, True, False, 2)
    assert "feedback" not in info
    assert info["completion"] == right(env)
    with pytest.raises(ResetNeeded):
        env.step(5)
    assert env.reset(seed=0)[1] == start


def test_the_mask_tells_the_agents_tokens(turns, write):
    env = turns(ignore, turns=3)
    first, _ = env.reset(seed=0)
    write(env, "123")
    write(env, "4")
    observation, _, _, _, info = write(env, "")
    mask = info["agent_mask"]
    assert mask.shape == (1200,) and mask.dtype == np.bool_
    written = observation[:-1][mask].tolist()
    tokenizer = env.unwrapped.tokenizer
    one, two = tokenizer.encode("123"), tokenizer.encode("4")
    assert written == [*one, 1, *two, 1, 1]
    others = ~mask & (np.arange(1200) < observation[-1])
    assert tokenizer.decode(observation[:-1][others].tolist()).endswith("Assistant:nono")
    assert others.sum() == first[-1] + 2 * len(tokenizer.encode("no"))


def test_only_the_last_turn_is_paid_and_each_turn_before_costs(turns, write):
    for wrong, expected in ((0, 1.0), (1, 0.5), (2, 0.25)):
        env = turns(turns=3, discount=0.5)
        env.reset(seed=0)
        for _ in range(wrong):
            assert write(env, "<answer>x</answer>")[1:3] == (0.0, False)
        assert write(env, right(env))[1:3] == (expected, True)


def test_a_format_reward_of_an_earlier_turn_is_not_paid(turns, write):
    env = turns(turns=2)
    env.reset(seed=0)
    _, reward, _, _, info = write(env, "<think>a</think><answer>x</answer>")
    assert reward == 0.0 and info["reward/format"] == 1.0
    assert write(env, "<think>a</think><answer>x</answer>")[1:3] == (0.1, True)


def test_the_last_turn_ends_however_wrong(turns, write):
    env = turns(ignore, turns=2)
    env.reset(seed=0)
    assert write(env, "1")[2:4] == (False, False)
    assert write(env, "1")[2:4] == (True, False)
    env = turns(ignore, turns=1)
    env.reset(seed=0)
    assert write(env, "1")[2:4] == (True, False)


def test_a_truncated_turn_has_no_end_token_and_may_be_followed_by_another(turns, write):
    env = turns(turns=2)
    env.reset(seed=0)
    observation, _, terminated, truncated, info = write(env, "x" * 40, end=False)
    assert (terminated, truncated) == (False, False) and info["verdict/accuracy"] == "truncated"
    tokens, length = split_observation(observation)
    text = env.unwrapped.tokenizer.decode(tokens[:length].tolist())
    assert text.endswith("x\nUser: There is no answer within the limit. Try again. Assistant:")
    assert env.unwrapped.tokenizer.eos_id not in tokens[:length]
    result = write(env, "x" * 40, end=False)
    assert result[2:4] == (False, True)


def test_respond_gets_the_problem_the_text_and_the_score(math, write):
    def respond(problem, text, score):
        calls.append((problem, text, score))
        return None

    calls = []
    env = MultiTurn(math(window=500), respond)
    env.reset(seed=0)
    base = env.unwrapped
    text = "<think>a</think>" + right(env)
    assert write(env, text)[1:3] == (1.1, True)
    ((problem, seen, score),) = calls
    assert problem is base.problem and seen == text
    expected = base.score(problem, text)
    assert (score.value, score.verdict) == (expected.value, expected.verdict)
    assert score.parts["format"].value == 1.0
    assert score.parts["accuracy"].verdict is Verdict.CORRECT


def test_a_tool_of_programs_sees_what_the_tests_measured():
    def respond(problem, text, score):
        calls.append(score.parts["accuracy"])
        return "\n"

    calls = []
    env = WholeAnswer(MultiTurn(gym.make("r1/Code-v0", window=5000), respond, turns=2))
    env.reset(seed=0)
    env.step("<answer>\n```python\nprint(1)\n```\n</answer>")
    (part,) = calls
    if part.value is not None:  # there is a sandbox
        assert part.verdict is Verdict.WRONG and part.info["tests"]


def test_a_failed_grader_ends_and_masks_the_episode(math, write):
    @r1gym.register_verifier("broken")
    class Broken:
        def score(self, problem, completion):
            return Score(None, Verdict.JUDGE_FAILED)

    env = MultiTurn(math(window=1200, rewards={"accuracy": 1.0, "broken": 1.0}))
    env.reset(seed=0)
    _, reward, terminated, _, info = write(env, right(env))
    assert (reward, terminated, info["masked"], info["turn"]) == (0.0, True, True, 1)


def test_the_built_in_feedback_never_tells_the_gold_answer():
    problem = Problem("p", "What?", "zebra-42-gold")
    for verdict in Verdict:
        value = None if verdict.is_failure else 0.0
        said = try_again(problem, "zebra", Score(value, verdict, "the gold is zebra-42-gold"))
        ends = verdict.is_failure or verdict is Verdict.CORRECT
        assert (said is None) == ends
        assert said is None or ("zebra" not in said and said.isascii())


def test_no_info_and_no_observation_holds_the_gold_answer(math, write, tmp_path):
    path = tmp_path / "problems.jsonl"
    path.write_text(json.dumps({"problem": "What is it?", "answer": "zebra"}))
    env = TextObservation(MultiTurn(math(window=1200, problems=str(path), split="all")))
    results = [env.reset(seed=0), write(env, "a"), write(env, "<answer>b</answer>"), write(env, "")]
    assert results[-1][2] and "zebra" not in repr(results)


def test_a_window_without_room_is_refused_with_one_that_has(math):
    env = MultiTurn(math(window=250), turns=3)
    with pytest.raises(ConfigError, match="in 3 turns do not fit window=250; pass") as caught:
        env.reset(seed=0)
    window = int(str(caught.value).split("window=")[-1].split()[0])
    MultiTurn(math(window=window), turns=3).reset(seed=0)


def test_a_window_that_was_left_open_grows(math, write):
    env = MultiTurn(math(), turns=3)
    assert env.unwrapped.task.window == math().unwrapped.task.window + 2 * (40 + 64)
    assert env.reset(seed=0)[0] in env.observation_space


def test_the_same_by_a_keyword(turns, write):
    results = []
    for env in (
        turns(turns=2),
        gym.make(
            "r1/Math-v0",
            problems={"arithmetic": [1, 2]},
            max_tokens=40,
            window=1200,
            interaction={"type": "try_again", "turns": 2},
        ),
    ):
        env.reset(seed=0)
        results.append([write(env, "<answer>x</answer>"), write(env, right(env))])
    for ours, theirs in zip(*results, strict=True):
        assert (ours[0] == theirs[0]).all() and ours[1:4] == theirs[1:4]
        assert ours[4].keys() == theirs[4].keys()


def test_two_interactions_are_refused(turns):
    with pytest.raises(ConfigError, match="has an interaction already"):
        MultiTurn(turns(turns=2), turns=3)


def test_the_window_may_be_just_large_enough(math, write):
    needed = int(math().reset(seed=0)[0][-1]) + 2 * 40 + 7
    env = MultiTurn(math(window=needed), lambda *_: "1234567", turns=2, feedback_tokens=7)
    env.reset(seed=0)
    write(env, "x" * 40, end=False)
    observation, _, _, truncated, _ = write(env, "x" * 40, end=False)
    assert truncated and observation[-1] == needed
    with pytest.raises(ConfigError, match="do not fit"):
        MultiTurn(math(window=needed - 1), turns=2, feedback_tokens=7).reset(seed=0)


def test_a_feedback_that_is_too_long_or_no_text_is_refused(turns, write):
    env = turns(lambda *_: "x" * 6, feedback_tokens=5)
    env.reset(seed=0)
    with pytest.raises(ConfigError, match="has 6 tokens, more than feedback_tokens=5"):
        write(env, "1")
    env = turns(lambda *_: 7)
    env.reset(seed=0)
    with pytest.raises(ConfigError, match="must be a text or None, not 7"):
        write(env, "1")


@pytest.mark.parametrize(
    ("kwargs", "error", "message"),
    [
        ({"turns": 0}, ConfigError, "turns must be a whole number"),
        ({"turns": 2.0}, ConfigError, "turns must be a whole number"),
        ({"feedback_tokens": 0}, ConfigError, "feedback_tokens must be a whole number"),
        ({"discount": 1.5}, ConfigError, "discount must be a (finite )?number from 0 to 1"),
        (
            {"discount": float("nan")},
            ConfigError,
            "discount must be a (finite )?number from 0 to 1",
        ),
        ({"respond": "try_agian"}, UnknownNameError, "Did you mean 'try_again'"),
    ],
)
def test_what_is_not_allowed_is_refused(turns, kwargs, error, message):
    with pytest.raises(error, match=message):
        turns(**kwargs)


def test_it_needs_the_environments_own_observations(math):
    for wrapper in (TextObservation, lambda env: TokenWindow(env, 8)):
        with pytest.raises(ConfigError, match="put MultiTurn inside that wrapper"):
            MultiTurn(wrapper(math(window=500)))


def test_a_snapshot_brings_back_turn_and_mask(turns, write):
    env = turns(turns=3, discount=0.5)
    env.reset(seed=0)
    write(env, "<answer>x</answer>")
    write(env, "1", end=False)
    state = env.get_wrapper_attr("clone_state")()
    expected = write(env, "2")
    after = write(env, right(env))
    for _ in range(2):
        env.reset(seed=5)
        write(env, "1234567")
        env.get_wrapper_attr("restore_state")(state)
        result = write(env, "2")
        assert (result[0] == expected[0]).all() and result[1:4] == expected[1:4]
        assert (result[4]["agent_mask"] == expected[4]["agent_mask"]).all()
        assert write(env, right(env))[1:4] == after[1:4] == (0.25, True, False)


def test_whole_answers_inside_and_outside_are_the_same(math):
    inside = MultiTurn(WholeAnswer(math(window=500)), turns=2)
    outside = WholeAnswer(MultiTurn(math(window=500), turns=2))
    for env in (inside, outside):
        env.reset(seed=0)
    for text in ("x" * 60, "<answer>1</answer>"):  # the first does not spill into the second
        one, two = inside.step(text), outside.step(text)
        assert (one[0] == two[0]).all() and one[1:4] == two[1:4]
        assert one[4]["completion"] == two[4]["completion"] == text[:40]


def test_texts_and_records_are_of_the_whole_conversation(turns, write, tmp_path):
    path = tmp_path / "episodes.jsonl"
    env = RecordEpisodes(TextObservation(turns(ignore, turns=2)), path)
    prompt, _ = env.reset(seed=0)
    write(env, "one")
    text, *_, info = write(env, "two")
    assert text == prompt + "onenotwo"
    row = json.loads(path.read_text())
    assert row["completion"] == "onenotwo" and row["turn"] == 2
    assert row["steps"] == 8 and len(row["token_ids"]) == len(row["agent_mask"]) == 10
    assert sum(row["agent_mask"]) == 8 == info["agent_mask"].sum()


def test_it_renders_the_conversation(turns, write):
    env = turns(ignore, turns=2, render_mode="ansi")
    _, info = env.reset(seed=0)
    write(env, "1", end=False)
    assert env.render() == info["prompt"] + "1"
    write(env, "")
    write(env, "2", end=False)
    assert env.render() == info["prompt"] + "1no2"


def test_checkers_find_nothing(turns, passes_checks, passes_sb3):
    passes_checks(turns(turns=2))
    passes_sb3(turns(turns=2))


def test_make_vec_gives_turns():
    envs = gym.make_vec(
        "r1/Math-v0",
        2,
        "sync",
        window=1200,
        wrappers=[WholeAnswer, lambda e: MultiTurn(e, turns=2)],
    )
    envs.reset(seed=0)
    answer = envs.envs[0].unwrapped.problem.answer
    _, rewards, terminations, _, infos = envs.step((f"<answer>{answer}</answer>", "no"))
    assert rewards.tolist() == [1.0, 0.0] and terminations.tolist() == [True, False]
    assert infos["agent_mask"].shape == (2, 1200) and infos["_feedback"].tolist() == [False, True]
