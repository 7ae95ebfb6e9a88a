"""Planning in cloned environments finds rewards that playing at random does not."""

import gymnasium as gym
import numpy as np
import pytest

import r1gym  # noqa: F401
from r1gym.agents.search.planning import plan
from r1gym.core.errors import ConfigError
from r1gym.envs.interactions.try_again import TryAgain
from r1gym.envs.task import split_observation


def write_answers(env, digits):
    """Proposes the tags in their order, and between them any digit: the last is to be found."""
    tokenizer = env.unwrapped.tokenizer
    before = tokenizer.encode("<answer>")
    after = [*tokenizer.encode("</answer>"), tokenizer.eos_id]

    def propose(observation):
        tokens, length = split_observation(observation)
        text = tokenizer.decode(tokens[:length].tolist()).rpartition("Assistant:")[2]
        written = tokenizer.encode(text)
        if len(written) < len(before):
            return before[len(written) :][:1], [1.0]
        if len(written) == len(before):
            return tokenizer.encode(digits), [1.0] * len(digits)
        return after[len(written) - len(before) - 1 :][:1], [1.0]

    return propose


@pytest.mark.parametrize(
    ("name", "problems"),
    [
        ("r1/Math-v0", {"arithmetic": [1]}),
        ("r1/Logic-v0", {"logic-grid-worlds": [1]}),
    ],
)
def test_it_finds_what_pays(name, problems):
    env = gym.make(name, problems=problems, rewards={"accuracy": 1.0}, max_tokens=8)
    paid = []
    for seed in range(4):
        env.reset(seed=seed)
        start = env.unwrapped.clone_state()
        found = plan(env.unwrapped, write_answers(env, "0123456789"), simulations=40, seed=seed)
        assert found.steps >= len(found.tokens) and found.root.closed  # all was tried
        np.testing.assert_array_equal(env.unwrapped.clone_state().observation, start.observation)
        for token in found.tokens:
            _, reward, terminated, truncated, _ = env.step(token)
        assert (terminated or truncated) and reward == found.reward
        paid.append(reward)
    assert max(paid) == 1


def test_it_plans_over_turns():
    env = gym.make(
        "r1/Logic-v0",
        problems={"logic-grid-worlds": [1]},
        interaction=TryAgain(turns=2),
        max_tokens=8,
    )
    env.reset(seed=0)
    found = plan(env.unwrapped, write_answers(env, "0123456789"), simulations=60, seed=0)
    assert found.reward > 0


def test_wrong_options_are_refused():
    env = gym.make("r1/Math-v0", problems={"arithmetic": [1]}, max_tokens=1)
    env.reset(seed=0)
    with pytest.raises(ConfigError, match="simulations"):
        plan(env.unwrapped, write_answers(env, "1"), simulations=0)
    env.step(9)
    with pytest.raises(ConfigError, match="over"):
        plan(env.unwrapped, write_answers(env, "1"))
