"""Alternative agents from scratch: how far Stable-Baselines3's get on a smallest level.

The task is `r1/Logic-v0` on level 1 of the grid worlds: the length of a shortest way through a map
of 4 by 4 cells. No question of the test split is one of the train split, but wordings apart their
maps are: 39 in 100 test maps are among those of 50,000 train questions. To always answer 3, the
most frequent length, earns 0.48, and the distance without walls 0.88. The reward is the accuracy
alone, without shaping; there are 107 actions, without a mask but for MaskablePPO; 3 tokens are room
for one digit in its tags. Every agent starts from random weights and stops as soon as three
rollouts have a mean reward of 0.92, a little more than the bar of 0.9 of the maximum, or after 5
minutes of learning.

What the agents are told beforehand: the template shows what an answer is made of, and at first the
policy prefers those tokens (`favour_occurring_tokens`), but for RecurrentPPO, whose LSTM is in the
way; the network sees the first 5 tokens of each of the first 5 lines by line and column, which
covers the map, and the last 14 tokens; MaskablePPO cannot choose others than those of an answer.

`sampled` is the mean reward of the last three rollouts, with the policy's chance; `train` and
`test` are the mean rewards of greedy answers to 1000 problems of the split. The bar is for all
three of plain PPO: the exit status is 1 if one of them misses it.

    python benchmarks/sb3_agents.py
    python benchmarks/sb3_agents.py sb3_ppo --seeds 0 1 2 --threads 1
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import deque
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as `r1gym bench` does, before torch is loaded

import gymnasium as gym
import torch

import r1gym  # noqa: F401  registers r1/Logic-v0
from r1gym.agents.protocol import AGENTS, Budget, Progress
from r1gym.core.machine import describe_machine
from r1gym.envs.task import TokenTask, task_of
from r1gym.evaluation.episodes import run_episodes

BAR, ENOUGH, SECONDS = 0.9, 0.92, 300.0
ENV_ID = "r1/Logic-v0"
ENV: dict[str, Any] = {
    "problems": {"logic-grid-worlds": [1]},
    "rewards": {"accuracy": 1.0},
    "template": "{question}<answer>0123456789</answer>",
    "max_tokens": 3,
}
PPO: dict[str, Any] = {"n_steps": 3, "n_epochs": 3, "num_envs": 2048, "batch_size": 2048}
AGENT: dict[str, dict[str, Any]] = {
    "sb3_ppo": PPO,
    "sb3_maskable_ppo": PPO,
    "sb3_a2c": {"n_steps": 3},
    "sb3_recurrent_ppo": PPO,
}
EPISODES = 1000


def make_agent(name: str, task: TokenTask, seed: int) -> Any:
    """Returns an agent whose network sees the map by line and column."""
    places = {"newline": task.tokenizer.encode("\n")[0], "lines": 5, "columns": 5, "last": 14}
    policy: dict[str, Any] = {"features_extractor_kwargs": {"hidden": 256, **places}}
    if name == "sb3_recurrent_ppo":
        policy["lstm_hidden_size"] = 128
    return AGENTS.get(name)(task, seed=seed, policy_kwargs=policy, **AGENT[name])


def mean_reward(agent: Any, split: str) -> float:
    """Returns the mean reward of an agent's greedy answers; 1 is the most."""
    env = gym.make(ENV_ID, split=split, **ENV)
    episodes = run_episodes(agent, env, EPISODES, seed=1)
    return sum(episode.score.value or 0.0 for episode in episodes) / EPISODES


def run(name: str, seed: int, seconds: float) -> tuple[list[float], str]:
    """Lets an agent learn.

    Returns:
        Its mean reward on samples, train and test, and the tokens and seconds that it took.
    """
    agent = make_agent(name, task_of(gym.make(ENV_ID, **ENV)), seed)
    last = Progress(0, 0.0, 0.0)
    sampled: deque[float] = deque(maxlen=3)
    cpu = time.process_time()

    def report(progress: Progress) -> bool:
        nonlocal last
        last = progress
        sampled.append(progress.reward)
        return sum(sampled) >= ENOUGH * 3

    agent.learn(ENV_ID, ENV, Budget(seconds=seconds), report)
    cost = f"{last.tokens:>10,} {last.seconds:>5.0f} {time.process_time() - cpu:>5.0f}"
    rewards = [sum(sampled) / len(sampled), mean_reward(agent, "train"), mean_reward(agent, "test")]
    return rewards, cost


def main() -> int:
    """Prints a row an agent and seed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=list(AGENT), metavar="agent")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if unknown := set(options.names) - set(AGENT):
        parser.error(f"no such agent: {', '.join(sorted(unknown))}; there are {', '.join(AGENT)}")
    torch.set_num_threads(options.threads)
    print(f"{describe_machine()}; threads: {options.threads}; bar: {BAR} of the maximum reward 1.0")
    print(
        f"{'agent':18} {'seed':>4} {'sampled':>7} {'train':>6} {'/ bar':>6} {'test':>6} "
        f"{'tokens':>10} {'s':>5} {'cpu s':>5}"
    )
    missed = False
    for name in options.names:
        for seed in options.seeds:
            (sampled, train, test), cost = run(name, seed, options.seconds)
            missed |= name == "sb3_ppo" and min(sampled, train, test) < BAR
            print(
                f"{name:18} {seed:>4} {sampled:>7.3f} {train:>6.3f} {train / BAR:>6.2f} "
                f"{test:>6.3f} {cost}",
                flush=True,
            )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
