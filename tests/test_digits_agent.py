"""The example's agent solves `r1/Digits-v0`, and with any of the usual mistakes it does not."""

import importlib.util
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

FILE = Path(__file__).parents[1] / "examples" / "digits_agent.py"
END = 1


@pytest.fixture
def agent():
    spec = importlib.util.spec_from_file_location("digits_agent", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def last_reward(agent, seed=0, updates=60):
    *_, some, last = agent.train(seed, updates)
    return (some + last) / 2


def test_it_solves_it(agent):
    assert last_reward(agent) > 0.9


def first_tokens_masked(agent):
    """Trains on the last token of each episode alone."""
    play = agent.play

    def masked(env, policy):
        states, actions, reward = play(env, policy)
        return states[-1:], actions[-1:], reward

    agent.play = masked


def rewards_late(agent):
    """Gives each episode the reward of the one before it."""
    play, kept = agent.play, [0.0]

    def late(env, policy):
        states, actions, reward = play(env, policy)
        kept.append(reward)
        return states, actions, kept[-2]

    agent.play = late


def end_token_lost(agent):
    """Never sends the end token, as a tokenizer does that takes it for padding."""
    make = agent.gym.make

    class Silent(agent.gym.ActionWrapper):
        def action(self, action):
            return 0 if action == END else action

    agent.gym = type("gym", (), {"make": staticmethod(lambda name: Silent(make(name)))})


@pytest.mark.slow
@pytest.mark.parametrize("mistake", [first_tokens_masked, rewards_late, end_token_lost])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_mistake_shows_as_a_plateau(agent, mistake, seed):
    mistake(agent)
    rewards = list(agent.train(seed, 60))
    assert max(sum(rewards[i : i + 10]) / 10 for i in range(51)) < 0.5
