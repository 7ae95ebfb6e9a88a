"""A whole agent in one file: REINFORCE on `r1/Digits-v0`, which it solves in seconds on one core.

    python examples/digits_agent.py [seed]

Copy it and change it. What each usual mistake looks like here is in docs/digits.md. Left out: a
value function, clipping, several epochs, vector environments.
"""

import sys

import gymnasium as gym
import torch
from torch import nn
from torch.distributions import Categorical

import r1gym  # noqa: F401  registers the environments


def encode(env, observation):
    """Returns an observation with every token one-hot, as one row."""
    ids, sizes = torch.tensor(observation), env.observation_space.nvec.tolist()
    parts = [nn.functional.one_hot(i, size) for i, size in zip(ids, sizes, strict=True)]
    return torch.cat(parts).float()


def play(env, policy):
    """Returns the states and actions of an episode, and its reward."""
    states, actions, (observation, _), over = [], [], env.reset(), False
    while not over:
        states.append(encode(env, observation))
        with torch.no_grad():
            action = Categorical(logits=policy(states[-1])).sample()
        actions.append(action)
        observation, reward, terminated, truncated, _ = env.step(int(action))
        over = terminated or truncated
    return states, actions, reward


def loss_of(policy, episodes):
    """Returns the loss of REINFORCE: minus the advantage times the log-probability, a token."""
    mean = sum(reward for *_, reward in episodes) / len(episodes)
    states = torch.stack([state for states, *_ in episodes for state in states])
    actions = torch.stack([action for _, actions, _ in episodes for action in actions])
    advantages = torch.tensor([reward - mean for states, _, reward in episodes for _ in states])
    return -(advantages * Categorical(logits=policy(states)).log_prob(actions)).mean()


def train(seed=0, updates=120, batch=64):
    """Trains a policy. Yields the mean reward of each batch of episodes."""
    torch.manual_seed(seed)
    env = gym.make("r1/Digits-v0")
    env.reset(seed=seed)
    inputs, tokens = int(env.observation_space.nvec.sum()), int(env.action_space.n)
    policy = nn.Sequential(nn.Linear(inputs, 64), nn.Tanh(), nn.Linear(64, tokens))
    optimizer = torch.optim.Adam(policy.parameters(), 1e-2)
    for _ in range(updates):
        episodes = [play(env, policy) for _ in range(batch)]
        optimizer.zero_grad()
        loss_of(policy, episodes).backward()
        optimizer.step()
        yield sum(reward for *_, reward in episodes) / batch


if __name__ == "__main__":
    for update, reward in enumerate(train(int(sys.argv[1]) if sys.argv[1:] else 0), 1):
        if update % 10 == 0:
            print(f"update {update:3d}, {update * 64:5d} episodes: reward {reward:.2f}")
