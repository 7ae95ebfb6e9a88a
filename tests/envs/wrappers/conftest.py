import warnings

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.utils.env_checker import check_env

import r1gym  # noqa: F401  (registers the ids)

SMALL = {"problems": {"arithmetic": [1, 2]}, "max_tokens": 40}


@pytest.fixture
def math():
    """Makes a small r1/Math-v0."""
    return lambda **kwargs: gym.make("r1/Math-v0", **{**SMALL, **kwargs})


@pytest.fixture
def write():
    """Steps a text and the end token. Returns the last step's results."""

    def step_all(env, text, end=True):
        tokenizer = env.unwrapped.tokenizer
        for token in tokenizer.encode(text) + [tokenizer.eos_id] * end:
            result = env.step(token)
        return result

    return step_all


@pytest.fixture
def passes_checks():
    """Checks with Gymnasium's checker, and that the specification survives JSON."""

    def check(env):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", message=".*different from the unwrapped version.*")
            check_env(env, skip_close_check=True)
        copy = gym.make(EnvSpec.from_json(env.spec.to_json()))
        assert copy.spec == env.spec
        assert copy.observation_space == env.observation_space
        assert copy.action_space == env.action_space

    return check


@pytest.fixture
def passes_sb3():
    """Checks with Stable-Baselines3's checker."""

    def check(env):
        checker = pytest.importorskip("stable_baselines3.common.env_checker")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            checker.check_env(env)

    return check
