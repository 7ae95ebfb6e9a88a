import gymnasium as gym
import numpy as np
import pytest
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv

import r1gym  # noqa: F401
from r1gym.agents.sb3.vec_env import TokenVecEnv
from r1gym.core.errors import ConfigError

KWARGS = {"problems": {"equations": [1]}, "max_tokens": 5}
ROWS = 4


def make(mask=None, **kwargs):
    options = {"autoreset_mode": "SameStep", **KWARGS, **kwargs}
    return TokenVecEnv(gym.make_vec("r1/Math-v0", ROWS, **options), mask)


def make_dummy():
    return DummyVecEnv([lambda: Monitor(gym.make("r1/Math-v0", **KWARGS))] * ROWS)


def test_it_does_what_sb3_does_with_single_environments():
    ours, theirs = make(), make_dummy()
    for env in (ours, theirs):
        env.seed(7)
    assert ours.observation_space == theirs.observation_space
    assert ours.action_space == theirs.action_space
    np.testing.assert_array_equal(ours.reset(), theirs.reset())
    assert ours.reset_infos == theirs.reset_infos
    rng = np.random.default_rng(0)
    ended = truncated = 0
    for _ in range(60):
        actions = rng.integers(0, 3, ROWS)  # the end token among them
        ours_now, theirs_now = ours.step(actions), theirs.step(actions)
        for mine, other in zip(ours_now[:3], theirs_now[:3], strict=True):
            np.testing.assert_array_equal(mine, other)
            assert mine.dtype == other.dtype
        assert ours.reset_infos == theirs.reset_infos
        for mine, other, done in zip(ours_now[3], theirs_now[3], ours_now[2], strict=True):
            if not done:
                assert mine == {}
                continue
            ended += 1
            truncated += mine["truncated"]
            assert mine.pop("truncated") == other.pop("TimeLimit.truncated")
            assert mine.pop("TimeLimit.truncated") is False
            np.testing.assert_array_equal(
                mine.pop("terminal_observation"), other.pop("terminal_observation")
            )
            episodes = mine.pop("episode"), other.pop("episode")
            assert [(e["r"], e["l"]) for e in episodes[:1]] == [
                (e["r"], e["l"]) for e in episodes[1:]
            ]
            assert mine == other
    assert 0 < truncated < ended


def test_returned_arrays_are_not_changed_later():
    env = make()
    env.reset()
    observations, rewards, dones, _ = env.step(np.full(ROWS, 5))
    before = observations.copy(), rewards.copy(), dones.copy()
    for _ in range(6):
        env.step(np.full(ROWS, 6))
    for now, then in zip((observations, rewards, dones), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_rewards_are_paid_and_counted():
    env = make(rewards={"accuracy": 1.0})
    env.reset()
    tokenizer = env.get_attr("tokenizer")[0]
    for _ in range(3):
        problems = env.get_attr("problems")[0]
        ids = [
            [*tokenizer.encode(f"<answer>{problem.answer}</answer>"), tokenizer.eos_id]
            for problem in problems
        ]
        ended = 0
        for step in range(5):
            # A row that ends earlier goes on with what starts no answer, to be cut off later.
            column = [row[step] if step < len(row) else 9 for row in ids]
            _, rewards, _, infos = env.step(np.array(column))
            for row, reward, info in zip(ids, rewards, infos, strict=True):
                if step == len(row) - 1:
                    assert reward == 1
                    assert (info["episode"]["r"], info["episode"]["l"]) == (1.0, len(row))
                    ended += 1
        assert ended == ROWS
        env.reset()


def test_returns_start_anew_with_every_episode():
    env = make(rewards={"length": {"weight": 1.0, "limit": 8, "buffer": 4}})
    env.reset()
    for _ in range(3):
        env.step(np.full(ROWS, 20))
        _, rewards, dones, infos = env.step(np.full(ROWS, 1))
        assert dones.all() and (rewards == 1).all()
        assert [info["episode"]["r"] for info in infos] == [1.0] * ROWS


def test_options_reach_every_row():
    env = make()
    env.set_options({"problem": 3})
    env.reset()
    assert len({info["problem_id"] for info in env.reset_infos}) == 1
    env.set_options([{"problem": row} for row in range(ROWS)])
    with pytest.raises(ConfigError, match="same options"):
        env.reset()


def test_a_mask_is_offered_for_every_row():
    mask = np.arange(107) < 20
    env = make(mask)
    assert env.has_attr("action_masks") and not make().has_attr("action_masks")
    masks = np.stack(env.env_method("action_masks"))
    assert masks.shape == (ROWS, 107) and (masks == mask).all()


def test_other_autoreset_modes_are_refused():
    with pytest.raises(ConfigError, match="autoreset_mode='SameStep'"):
        make(autoreset_mode="NextStep")
