import itertools
import threading

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import InvalidAction, ResetNeeded
from gymnasium.vector import AutoresetMode

from r1gym import register_verifier
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Score, Verdict
from r1gym.envs.vector_env import TokenVectorEnv

FAMILIES = {"arithmetic": [1, 2], "equations": [1]}
SMALL = {"problems": FAMILIES, "max_tokens": 6}
ROWS = 5


def make(**kwargs):
    return TokenVectorEnv(ROWS, **{**SMALL, **kwargs})


def draw_actions(env, steps, seed=0):
    """Draws random actions, with more end tokens than chance would give."""
    rng = np.random.default_rng(seed)
    actions = rng.integers(0, env.single_action_space.n, (steps, env.num_envs))
    actions[rng.random(actions.shape) < 0.15] = env.tokenizer.eos_id
    return actions


def assert_same(one, other):
    """Compares results of `reset` or `step`, down to types and masks."""
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for key in one:
            assert_same(one[key], other[key])
    elif isinstance(one, tuple):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            assert_same(a, b)
    elif isinstance(one, np.ndarray):
        assert one.dtype == other.dtype and one.shape == other.shape
        for a, b in zip(one, other, strict=True):
            assert np.array_equal(a, b)
    else:
        assert one == other


def make_sync(mode, **kwargs):
    vector_kwargs = {"autoreset_mode": mode}
    return gym.make_vec(
        "r1/Math-v0", ROWS, "sync", vector_kwargs=vector_kwargs, **{**SMALL, **kwargs}
    )


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
def test_it_does_what_gymnasiums_own_vector_env_does(mode):
    native, sync = make(autoreset_mode=mode.value), make_sync(mode)
    assert native.metadata["autoreset_mode"] is mode
    assert native.observation_space == sync.observation_space
    assert native.action_space == sync.action_space
    assert_same(native.reset(seed=7), sync.reset(seed=7))
    for actions in draw_actions(native, 60):
        assert_same(native.step(actions), sync.step(actions))
    assert_same(native.reset(), sync.reset())


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
@pytest.mark.parametrize("max_tokens", [1, 2, 9])
def test_rows_that_started_at_other_times_are_truncated_at_theirs(mode, max_tokens):
    native = make(autoreset_mode=mode, max_tokens=max_tokens)
    sync = make_sync(mode, max_tokens=max_tokens)
    assert_same(native.reset(seed=7), sync.reset(seed=7))
    truncations = 0
    for number, actions in enumerate(draw_actions(native, 80)):
        results = native.step(actions)
        assert_same(results, sync.step(actions))
        truncations += results[3].sum()
        if number % 11 == 10:
            assert_same(native.reset(), sync.reset())
    assert truncations > 5


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
def test_a_limit_that_terminates_does_so_in_every_row(mode):
    settings = {"max_tokens": 2, "at_limit": "terminate", "categorical": True}
    native, sync = make(autoreset_mode=mode, **settings), make_sync(mode, **settings)
    assert native.observation_space == sync.observation_space
    assert_same(native.reset(seed=7), sync.reset(seed=7))
    for actions in draw_actions(native, 40):
        results = native.step(actions)
        assert_same(results, sync.step(actions))
        assert not results[3].any()


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
def test_rows_of_one_step_may_have_different_infos(mode):
    @register_verifier("moody")
    class Moody:
        def score(self, problem, completion):
            if len(completion.token_ids) % 2:
                return Score(None, Verdict.JUDGE_FAILED)
            return Score(1.0, Verdict.CORRECT)

    rewards = {"moody": 1.0}
    native, sync = make(autoreset_mode=mode, rewards=rewards), make_sync(mode, rewards=rewards)
    assert_same(native.reset(seed=7), sync.reset(seed=7))
    mixed = 0
    for actions in draw_actions(native, 100):
        results = native.step(actions)
        assert_same(results, sync.step(actions))
        infos = results[4].get("final_info", results[4])
        mixed += "reward/moody" in infos and infos["_masked"].sum() > infos["_reward/moody"].sum()
    assert mixed > 5


def test_rows_that_end_together_are_scored_together():
    everyone = threading.Barrier(ROWS, timeout=5)

    @register_verifier("waiter")
    class Waiter:
        concurrency = ROWS

        def score(self, problem, completion):
            everyone.wait()
            return Score(1.0, Verdict.CORRECT)

    env = make(rewards={"waiter": 1.0})
    env.reset(seed=0)
    rewards = env.step(np.full(ROWS, env.tokenizer.eos_id))[1]
    assert rewards.tolist() == [1.0] * ROWS


@pytest.mark.parametrize("mode", ["NextStep", "SameStep"])
def test_no_two_arrays_of_infos_share_memory(mode):
    env = make(max_tokens=1, autoreset_mode=mode)
    _, infos = env.reset(seed=0)
    ending = env.step(np.full(ROWS, 20))[4]
    arrays = [*infos.values(), *ending.pop("final_info", {}).values(), *ending.values()]
    assert len(arrays) >= 16
    arrays = [array for array in arrays if isinstance(array, np.ndarray)]
    assert not any(np.shares_memory(*two) for two in itertools.combinations(arrays, 2))


def test_disabled_autoreset_does_too():
    native, sync = make(autoreset_mode="Disabled"), make_sync("Disabled")
    assert_same(native.reset(seed=7), sync.reset(seed=7))
    resets = 0
    for actions in draw_actions(native, 60):
        results = native.step(actions)
        assert_same(results, sync.step(actions))
        ended = results[2] | results[3]
        if ended.any():
            with pytest.raises(ResetNeeded, match="reset_mask"):
                native.step(actions)
            assert_same(
                native.reset(options={"reset_mask": ended}),
                sync.reset(options={"reset_mask": ended}),
            )
            resets += 1
    assert resets > 10


@pytest.mark.parametrize("seeds", [3, np.int64(3), [3, 4, 5, 6, 7]])
def test_row_i_is_the_single_env_with_seed_plus_i(seeds):
    env = make()
    observations, infos = env.reset(seed=seeds)
    for row in range(ROWS):
        single = gym.make("r1/Math-v0", **SMALL)
        observation, info = single.reset(seed=3 + row)
        assert (observations[row] == observation).all()
        assert infos["problem_id"][row] == info["problem_id"]
        assert env.problems[row] == single.unwrapped.problem


def test_what_was_returned_is_never_changed():
    env = make()
    kept = [(env.reset(seed=0)[0], 0)]
    copies = [kept[0][0].copy()]
    for actions in draw_actions(env, 30):
        kept.append(env.step(actions)[:4])
        copies.append([array.copy() for array in kept[-1]])
    assert (kept[0][0] == copies[0]).all()
    for arrays, copied in zip(kept[1:], copies[1:], strict=True):
        assert all((a == b).all() for a, b in zip(arrays, copied, strict=True))


def test_without_copies_the_observations_are_the_same_values():
    lent, copied = make(copy=False), make()
    assert (lent.reset(seed=0)[0] == copied.reset(seed=0)[0]).all()
    for actions in draw_actions(lent, 30):
        one, other = lent.step(actions)[0], copied.step(actions)[0]
        assert (one == other).all() and np.shares_memory(one, lent.step(actions)[0])
        copied.step(actions)


def test_actions_are_not_written_to():
    env = make()
    env.reset(seed=0)
    for actions in draw_actions(env, 30):
        before = actions.copy()
        env.step(actions)
        assert (actions == before).all()


def test_a_group_on_one_problem():
    env = make()
    observations, infos = env.reset(seed=0, options={"problem": 4})
    assert (observations == observations[0]).all()
    assert set(infos["problem_id"]) == {env.problem_set[4].id}


def test_a_row_that_is_about_to_be_reset_ignores_its_action():
    env = make()
    env.reset(seed=0)
    actions = np.full(ROWS, 20)
    actions[2] = env.tokenizer.eos_id
    env.step(actions)
    actions[2] = -1
    observations, rewards, terminations, _, infos = env.step(actions)
    assert infos["_prompt"].tolist() == [row == 2 for row in range(ROWS)]
    assert rewards[2] == 0.0 and not terminations[2]
    assert observations[2, -1] == len(env.tokenizer.encode(infos["prompt"][2]))
    with pytest.raises(InvalidAction, match=r"not -1 \(row 2\)"):
        env.step(actions)


@pytest.mark.parametrize("dtype", [np.int32, np.uint8, np.int64])
def test_any_whole_number_type_will_do(dtype):
    env = make()
    env.reset(seed=0)
    assert (env.step(np.full(ROWS, 20, dtype))[0][:, -1] > 1).all()
    assert (env.step([20] * ROWS)[0][:, -1] > 1).all()


@pytest.mark.parametrize(
    "actions",
    [np.zeros(ROWS), np.zeros(ROWS + 1, int), 3, np.full(ROWS, 10_000), np.full(ROWS, -1)],
)
def test_invalid_actions_are_refused_and_change_nothing(actions):
    env = make()
    observations, _ = env.reset(seed=0)
    with pytest.raises(InvalidAction):
        env.step(actions)
    assert (env.step(np.full(ROWS, 20))[0][:, -1] == observations[:, -1] + 1).all()


def test_steps_need_a_reset():
    with pytest.raises(ResetNeeded, match=r"call reset\(\)"):
        make().step(np.zeros(ROWS, int))
    with pytest.raises(ResetNeeded, match="leave out reset_mask"):
        make().reset(options={"reset_mask": np.arange(ROWS) == 1})


@pytest.mark.parametrize(
    ("kwargs", "error", "message"),
    [
        ({"seed": [1, 2]}, ConfigError, "2 seeds were given for num_envs=5"),
        ({"seed": "0"}, ConfigError, "seed must be a whole number or a list of them, not '0'"),
        ({"seed": 1.5}, ConfigError, "seed must be a whole number or a list of them, not 1.5"),
        ({"options": {"mask": 1}}, UnknownNameError, "no reset option 'mask'"),
        ({"options": {"problem": -1}}, ConfigError, "from 0 to 999999"),
        ({"options": {"reset_mask": np.ones(3, bool)}}, ConfigError, "boolean array of shape"),
        ({"options": {"reset_mask": np.zeros(ROWS, bool)}}, ConfigError, "at least one True"),
        ({"options": {"reset_mask": np.ones(ROWS)}}, ConfigError, "boolean array"),
    ],
)
def test_wrong_resets_get_one_clear_line(kwargs, error, message):
    with pytest.raises(error, match=message):
        make().reset(**kwargs)


def test_wrong_arguments_get_one_clear_line():
    with pytest.raises(UnknownNameError, match="Did you mean 'SameStep'"):
        make(autoreset_mode="samestep")
    with pytest.raises(UnknownNameError, match="no render mode 'human'"):
        make(render_mode="human")
    with pytest.raises(ConfigError, match="num_envs must be a whole number of at least 1"):
        TokenVectorEnv(0, **SMALL)


def test_ansi_shows_every_row():
    env = make(render_mode="ansi")
    _, infos = env.reset(seed=0)
    env.step(np.full(ROWS, env.tokenizer.encode("7")[0]))
    assert env.render() == tuple(prompt + "7" for prompt in infos["prompt"])
    assert make().render() is None
