import gymnasium as gym
import numpy as np
import pytest

from r1gym.core.errors import ConfigError
from r1gym.envs.task import split_observation
from r1gym.envs.wrappers import MultiTurn, TextObservation, TokenWindow


def test_it_shows_the_last_tokens(math):
    plain, env = math(), TokenWindow(math(), 6)
    whole, _ = plain.reset(seed=0)
    last, _ = env.reset(seed=0)
    for token in range(5, 20):
        tokens, length = split_observation(whole)
        assert last.tolist() == [*tokens[length - 6 : length], 6]
        whole, last = plain.step(token)[0], env.step(token)[0]


def test_fewer_tokens_are_padded_on_the_right(math):
    env = math()
    window = env.observation_space.shape[0] - 1
    observation, _ = TokenWindow(env, window).reset(seed=0)
    whole, _ = math().reset(seed=0)
    assert (observation == whole).all() and observation[-1] < window


def test_checkers_find_nothing(math, passes_checks, passes_sb3):
    passes_checks(TokenWindow(math(), 8))
    passes_sb3(TokenWindow(math(), 8))
    passes_sb3(TokenWindow(MultiTurn(math(window=400), turns=2), 8))


@pytest.mark.parametrize("n", [0, -1, 2.0, True, 100_000, "8"])
def test_a_window_of_no_size_is_refused(math, n):
    with pytest.raises(ConfigError, match="n must be a whole number from 1 to"):
        TokenWindow(math(), n)


def test_it_needs_the_environments_own_observations(math):
    with pytest.raises(ConfigError, match="put TokenWindow inside that wrapper"):
        TokenWindow(TextObservation(math()), 8)


def test_make_vec(math):
    envs = gym.make_vec("r1/Math-v0", 3, "sync", wrappers=[lambda env: TokenWindow(env, 8)])
    observations, _ = envs.reset(seed=0)
    assert observations.shape == (3, 9) and observations.dtype == np.int64
