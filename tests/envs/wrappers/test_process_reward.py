import gymnasium as gym
import pytest

import r1gym
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Score, Verdict
from r1gym.envs.wrappers import MultiTurn, ProcessReward, RecordEpisodes, WholeAnswer

TEXT = "1=1\n22=22\n\n<answer>0</answer>"


def length(problem, text):
    assert problem.answer  # it is the whole problem
    return float(len(text))


def rewards_of(env, text):
    """Returns the rewards other than 0 by the number of their token, and those infos."""
    tokenizer = env.unwrapped.tokenizer
    rewards, infos = {}, {}
    for number, token in enumerate([*tokenizer.encode(text), tokenizer.eos_id]):
        _, reward, _, _, info = env.step(token)
        if reward or "process_reward" in info:
            rewards[number], infos[number] = reward, info
    return rewards, infos


@pytest.mark.parametrize(
    ("pay", "expected"),
    [
        ("value", {3: 4.0, 9: 10.0, 10: 11.0}),
        ("difference", {3: 4.0, 9: 6.0, 10: 1.0}),
        ("potential", {3: 4.0, 9: 6.0, 10: 1.0, 14: -11.0}),
    ],
)
def test_steps_are_paid_with_the_token_that_ends_them(math, pay, expected):
    env = ProcessReward(math(), length, pay=pay)
    for _ in range(2):
        env.reset(seed=0)
        rewards, infos = rewards_of(env, TEXT)
        assert rewards == expected
        for number, reward in expected.items():
            assert infos[number]["process_reward"] == reward
            assert infos[number]["process_masked"] is False


def test_the_completions_own_reward_stays(math):
    env = ProcessReward(math(), length, pay="difference")
    env.reset(seed=0)
    rewards, infos = rewards_of(env, f"a\n<answer>{env.unwrapped.problem.answer}</answer>")
    (_, process), (last, own) = rewards.items()
    assert (process, own) == (2.0, 1.0) and "process_reward" not in infos[last]


def test_a_boundary_may_be_any_text(math):
    env = ProcessReward(math(), length, boundary="</think>")
    env.reset(seed=0)
    assert rewards_of(env, "<think>a</think>b\n")[0] == {2: 16.0}
    env = ProcessReward(math(), length, boundary=";;")
    env.reset(seed=0)
    assert rewards_of(env, "a;b;;;;;")[0] == {4: 5.0, 6: 7.0}


def test_components_score_as_well(math):
    @r1gym.register_verifier("digits")
    class Digits:
        def score(self, problem, completion):
            return Score(sum(c.isdigit() for c in completion.text), Verdict.CORRECT)

    for spec, factor in (("digits", 1), ({"digits": 0.5, "repetition": 0.0}, 0.5)):
        env = ProcessReward(math(), spec)
        env.reset(seed=0)
        assert rewards_of(env, TEXT)[0] == {3: 2 * factor, 9: 6 * factor, 10: 6 * factor}


@pytest.mark.parametrize("pay", ["value", "difference", "potential"])
def test_where_a_grader_fails_nothing_is_paid(math, pay):
    @r1gym.register_verifier("moody")
    class Moody:
        def score(self, problem, completion):
            lines = completion.text.count("\n")
            if lines == 2:
                return Score(None, Verdict.JUDGE_FAILED)
            return Score(float(lines), Verdict.CORRECT)

    env = ProcessReward(math(), "moody", pay=pay)
    env.reset(seed=0)
    rewards, infos = rewards_of(env, "\n\n\n")
    third = {"value": 3.0}.get(pay, 2.0)
    assert [rewards[n] for n in (0, 1, 2)] == [1.0, 0.0, third]
    assert [infos[n]["process_masked"] for n in (0, 1, 2)] == [False, True, False]
    assert rewards.get(3, 0.0) == {"potential": -3.0}.get(pay, 0.0)


@pytest.mark.parametrize("pay", ["value", "difference", "potential"])
def test_whole_answers_are_paid_the_same(math, pay):
    plain = ProcessReward(math(), length, pay=pay)
    plain.reset(seed=0)
    total = sum(rewards_of(plain, TEXT)[0].values())
    outside = ProcessReward(WholeAnswer(math()), length, pay=pay)
    outside.reset(seed=0)
    _, reward, _, _, info = outside.step(TEXT)
    assert reward == total == info["process_reward"]
    inside = WholeAnswer(ProcessReward(math(), length, pay=pay))
    inside.reset(seed=0)
    _, reward, _, _, info = inside.step(TEXT)
    assert reward == total == info["process_reward"] and info["process_masked"] is False


def test_every_turn_is_paid_whichever_way_they_are_put_together(math):
    inside = MultiTurn(ProcessReward(math(window=400), length), turns=2)
    outside = ProcessReward(MultiTurn(math(window=400), turns=2), length)
    for env in (inside, outside):
        env.reset(seed=0)
        assert rewards_of(env, "a\nb")[0] == {1: 2.0}
        rewards, _ = rewards_of(env, f"\n<answer>{env.unwrapped.problem.answer}</answer>")
        assert list(rewards.values()) == [1.0, 1.0]


def test_whole_turns_are_paid_whichever_way_they_are_put_together(math):
    def make(*wrappers):
        env = math(window=400)
        for wrapper in wrappers:
            env = wrapper(env)
        env.reset(seed=0)
        return env

    def turns(env):
        return MultiTurn(env, turns=2, discount=0.5)

    def process(env):
        return ProcessReward(env, length, pay="potential")

    for env in (
        make(WholeAnswer, turns, process),
        make(turns, WholeAnswer, process),
        make(WholeAnswer, process, turns),
        make(turns, process, WholeAnswer),
        make(process, turns, WholeAnswer),
        make(process, WholeAnswer, turns),
    ):
        text = "a\nb\n<answer>0</answer>"
        assert env.step(text)[1:3] == (0.0, False)
        answer = env.unwrapped.problem.answer
        assert env.step(f"c\n<answer>{answer}</answer>")[1:3] == (0.5, True)


def test_a_last_turn_gives_back_its_potential(math):
    env = MultiTurn(ProcessReward(math(window=400), length, pay="potential"), turns=1)
    env.reset(seed=0)
    assert rewards_of(env, "ab\nc")[0] == {2: 3.0, 4: -3.0}


def test_a_restored_state_goes_on_from_the_right_potential(math):
    env = ProcessReward(math(), length, pay="difference")
    env.reset(seed=0)
    rewards_of(env, "123\n" * 2)
    env.reset(seed=0)
    for token in env.unwrapped.tokenizer.encode("12\n3"):
        env.step(token)
    state = env.unwrapped.clone_state()
    env.reset(seed=1)
    for token in env.unwrapped.tokenizer.encode("1\n" * 7):
        env.step(token)
    env.unwrapped.restore_state(state)
    assert rewards_of(env, "\n")[0] == {0: 2.0}


@pytest.mark.parametrize(
    ("kwargs", "error", "message"),
    [
        ({"score": length, "boundary": ""}, ConfigError, "not empty"),
        ({"score": length, "pay": "all"}, UnknownNameError, "no way to pay 'all'"),
        ({"score": "nothing"}, UnknownNameError, "no reward 'nothing'"),
    ],
)
def test_what_is_not_allowed_is_refused(math, kwargs, error, message):
    with pytest.raises(error, match=message):
        ProcessReward(math(), **kwargs)


def test_a_score_must_be_finite(math):
    env = ProcessReward(math(), lambda problem, text: float("nan"))
    env.reset(seed=0)
    with pytest.raises(ConfigError, match="finite number, not nan"):
        rewards_of(env, "\n")


def test_checkers_find_nothing(math, passes_checks, passes_sb3):
    passes_checks(ProcessReward(math(), "repetition", pay="potential"))
    passes_checks(ProcessReward(math(), {"repetition": 0.1}))
    passes_sb3(ProcessReward(math(), length))


def test_make_vec_and_records_have_the_parts(math, tmp_path):
    path = tmp_path / "episodes.jsonl"
    envs = gym.make_vec(
        "r1/Math-v0",
        2,
        "sync",
        wrappers=[
            lambda env: ProcessReward(WholeAnswer(env), length),
            lambda env: RecordEpisodes(env, path),
        ],
    )
    envs.reset(seed=0)
    _, rewards, _, _, infos = envs.step(("a\n", "b"))
    assert rewards.tolist() == [2.0, 0.0]
    assert infos["process_reward"][0] == 2.0
    assert infos["_process_reward"].tolist() == [True, False]
    assert '"process_rewards": [2.0]' in path.read_text().splitlines()[0]
