"""Alternative agents from scratch: how far Stable-Baselines3's get on the smallest level.

The task is `r1/Math-v0` on level 1 of the equations (`Solve 3*x=18`), with 107 actions, no shaping
and no mask but for MaskablePPO; 4 tokens are room for a two-digit answer in its tags, and the
prompt shows what an answer is made of. Every agent starts from random weights and is stopped at the
bar, 0.9 of the maximum reward, or after 5 minutes of learning. Its greedy answers decide: on the
training split, which the bar is for, and on the test split, whose few questions it never saw.

    python benchmarks/sb3_agents.py
    python benchmarks/sb3_agents.py sb3_ppo --seeds 3
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

import gymnasium as gym
import torch
from machine import describe_machine

import r1gym  # noqa: F401  registers r1/Math-v0
from r1gym.agents.protocol import AGENTS, Budget, Progress
from r1gym.envs.task import task_of
from r1gym.evaluation.episodes import run_episodes

BAR, SECONDS, THREADS = 0.9, 300.0, 2
ENV_ID = "r1/Math-v0"
ENV: dict[str, Any] = {
    "problems": {"equations": [1]},
    "rewards": {"accuracy": 1.0},
    "template": "{question}<answer>0123456789</answer>",
    "max_tokens": 4,
    "window": 24,
}
NAMES = ["sb3_ppo", "sb3_maskable_ppo", "sb3_a2c", "sb3_recurrent_ppo"]
EPISODES = 300


def mean_reward(agent: Any, split: str) -> float:
    """Returns the mean reward of an agent's answers; 1 is the most."""
    env = gym.make(ENV_ID, split=split, **ENV)
    episodes = run_episodes(agent, env, EPISODES, seed=1)
    return sum(episode.score.value or 0.0 for episode in episodes) / EPISODES


def run(name: str, seed: int, seconds: float) -> tuple[Progress, float, float]:
    """Lets an agent learn. Returns where it stopped and its mean reward on train and test."""
    agent: Any = AGENTS.get(name)(task_of(gym.make(ENV_ID, **ENV)), seed=seed)
    last = Progress(0, 0.0, 0.0)
    checked = 0.0

    def report(progress: Progress) -> bool:
        nonlocal last, checked
        last = progress
        # Greedy answers are better than sampled ones: look at them before the samples are there.
        if progress.reward < 0.7 * BAR or progress.seconds < checked + 5:
            return False
        checked = progress.seconds
        return mean_reward(agent, "train") >= BAR

    agent.learn(ENV_ID, ENV, Budget(seconds=seconds), report)
    return last, mean_reward(agent, "train"), mean_reward(agent, "test")


def main() -> int:
    """Prints a row an agent and seed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=NAMES)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    options = parser.parse_args()
    torch.set_num_threads(THREADS)
    print(f"{describe_machine()}; {THREADS} threads; bar: {BAR} of the maximum reward 1.0")
    print(f"{'agent':20} {'seed':>4} {'train':>6} {'/ bar':>6} {'test':>6} {'tokens':>10} {'s':>5}")
    missed = False
    for name in options.names:
        for seed in range(options.seeds):
            last, train, test = run(name, seed, options.seconds)
            missed |= name == "sb3_ppo" and train < BAR
            print(
                f"{name:20} {seed:>4} {train:>6.3f} {train / BAR:>6.2f} {test:>6.3f} "
                f"{last.tokens:>10,} {last.seconds:>5.0f}",
                flush=True,
            )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
