"""Token steps per second: CartPole-v1, r1/Math-v0, and its native vector env with 64 rows.

Two kinds of action streams, drawn in advance: uniformly random tokens, the end token included,
which are timed with everything they cause; and completions that only the token limit ends, of 64
tokens (the default) and of 1,024, where steps within an episode are timed apart from its end and
the start of the next. Only actions that append a token count. Seconds are the process's CPU time:
nothing here waits or runs in threads, and a busy machine matters less.

The bars, everything included: the single env steps at least as fast as CartPole, and the vector
env takes at least ten times the single env's token steps. The second one is missed. To draw an
item, seed its generator, write its question, decode and score a text is Python for each row, in
both, so what is measured is mostly how often episodes end; the lines without a bar show the steps
within an episode alone, and what ends and starts leave possible. For long windows, so does memory:
with `copy=True` (the default, and what the single env does) each step writes a new batch of
observations, which the caller may keep.

    python benchmarks/env_steps.py
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import gymnasium as gym
import numpy as np
import numpy.typing as npt

import r1gym  # noqa: F401  registers r1/Math-v0
from r1gym.core.machine import describe_machine

ROUNDS = 15
SINGLE_STEPS = 30_000
NUM_ENVS = 64
LIMIT, LONG = 64, 1024  # the default limit, and that of a completion that reasons
Tokens = npt.NDArray[np.int64]
Speeds = dict[str, list[float]]


def time_single(env: gym.Env[Any, Any], rng: np.random.Generator) -> float:
    """Returns the steps per second of one environment on random actions, resets included."""
    size = env.action_space.n  # type: ignore[attr-defined]
    actions = list(rng.integers(0, size, SINGLE_STEPS))
    env.reset(seed=0)
    start = time.process_time()
    for action in actions:
        _observation, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            env.reset()
    return SINGLE_STEPS / (time.process_time() - start)


def time_vector(
    envs: gym.vector.VectorEnv[Any, Any, Any], rng: np.random.Generator, steps: int
) -> float:
    """Returns the token steps per second of a vector env on random actions, resets included."""
    size = envs.single_action_space.n  # type: ignore[attr-defined]
    actions = rng.integers(0, size, (steps, NUM_ENVS))
    envs.reset(seed=0)
    ignored = 0  # actions of rows that used the step to reset
    start = time.process_time()
    for row in actions:
        _observations, _, _, _, infos = envs.step(row)
        if "_problem_id" in infos:
            ignored += int(np.count_nonzero(infos["_problem_id"]))
    return (steps * NUM_ENVS - ignored) / (time.process_time() - start)


def time_episodes(
    envs: Any, limit: int, rng: np.random.Generator, episodes: int
) -> tuple[float, float]:
    """Returns the seconds of one row's step within an episode, and of its end with a start."""
    rows = getattr(envs, "num_envs", 0)
    # Neither padding (0) nor the end (1): episodes end at the limit, in all rows at once.
    *actions, last = rng.integers(2, 107, (limit, rows) if rows else limit)
    envs.reset(seed=0)
    within, between = [], []
    for _ in range(episodes):
        start = time.process_time()
        for action in actions:
            _observation, _, _, _, _ = envs.step(action)
        middle = time.process_time()
        envs.step(last)
        _ = envs.step(last) if rows else envs.reset()  # a vector env's next step resets
        within.append((middle - start) / len(actions))
        between.append(time.process_time() - middle)
    return statistics.median(within) / (rows or 1), statistics.median(between) / (rows or 1)


def make_vector(mode: str | None = None, **kwargs: Any) -> gym.vector.VectorEnv[Any, Any, Any]:
    """Returns 64 rows of r1/Math-v0: the native vector env, or Gymnasium's own."""
    return gym.make_vec("r1/Math-v0", NUM_ENVS, vectorization_mode=mode, **kwargs)


def measure_random() -> Speeds:
    """Returns the steps per second on random actions in every round, by name."""
    cartpole, single = gym.make("CartPole-v1"), gym.make("r1/Math-v0")
    vector, sync = make_vector(), make_vector("sync")
    measures: dict[str, Callable[[np.random.Generator], float]] = {
        "CartPole": lambda rng: time_single(cartpole, rng),
        "single": lambda rng: time_single(single, rng),
        "vector": lambda rng: time_vector(vector, rng, 1500),
        "sync": lambda rng: time_vector(sync, rng, 300),
    }
    # In turns, so that a busy machine slows all alike.
    rounds = [
        {name: measure(np.random.default_rng(number)) for name, measure in measures.items()}
        for number in range(ROUNDS)
    ]
    return {name: [speeds[name] for speeds in rounds] for name in measures}


def measure_episodes(limit: int, episodes: int) -> dict[str, npt.NDArray[np.float64]]:
    """Returns, for each round, the microseconds of `time_episodes`, by name."""
    contestants = {
        "single": gym.make("r1/Math-v0", max_tokens=limit),
        "vector": make_vector(max_tokens=limit),
        "vector, copy=False": make_vector(max_tokens=limit, copy=False),
    }
    rounds = [
        [
            time_episodes(envs, limit, np.random.default_rng(number), episodes)
            for envs in contestants.values()
        ]
        for number in range(ROUNDS)
    ]
    table = np.array(rounds) * 1e6  # rounds x contestants x 2
    return {name: table[:, i] for i, name in enumerate(contestants)}


def compare(speeds: Speeds, top: str, bottom: str) -> float:
    """Returns the median over the rounds of one speed as a multiple of another."""
    return statistics.median(a / b for a, b in zip(speeds[top], speeds[bottom], strict=True))


def main() -> int:
    """Runs the rounds and prints medians, ratios and the bars."""
    missed = False

    def print_ratio(label: str, ratio: float, bar: float | None = None) -> None:
        nonlocal missed
        verdict = "" if bar is None else f"bar {bar:g}: {'MISSED' if ratio < bar else 'met'}"
        missed |= bar is not None and ratio < bar
        print(f"{label:62} {ratio:>8.2f} x   {verdict}".rstrip())

    print(f"{describe_machine()}; medians of {ROUNDS} rounds; vector envs have {NUM_ENVS} rows")
    speeds = measure_random()
    print("\nRandom tokens, ends and starts of episodes included")
    for name, values in speeds.items():
        print(f"{name:60} {statistics.median(values):>10,.0f} steps/s")
    print_ratio("single / CartPole", compare(speeds, "single", "CartPole"), bar=1)
    print_ratio("vector / CartPole", compare(speeds, "vector", "CartPole"))
    print_ratio("vector / SyncVectorEnv", compare(speeds, "vector", "sync"))
    print_ratio("vector / single", compare(speeds, "vector", "single"), bar=10)

    for limit, episodes in ((LIMIT, 20), (LONG, 3)):
        costs = measure_episodes(limit, episodes)
        print(f"\nCompletions of {limit:,} tokens")
        for name, table in costs.items():
            step, boundary = np.median(table, axis=0)
            print(f"{name:20} {step:>8.3f} us a token step {boundary:>10.1f} us an end and start")
        for name in ("vector", "vector, copy=False"):
            steps = np.median(costs["single"][:, 0] / costs[name][:, 0])
            print_ratio(f"{name} / single, steps within an episode", steps)
            single, vector = (costs[kind] @ [limit - 1, 1] for kind in ("single", name))
            print_ratio(f"{name} / single, ends and starts included", np.median(single / vector))
            most = np.median(single / costs[name][:, 1])
            print_ratio(f"{name} / single, the most if its steps took no time", most)
        copying = (costs["vector"] - costs["vector, copy=False"])[:, 0]
        most = np.median(costs["single"] @ [1, 1 / limit] / copying)
        print_ratio("vector / single, the most if copying were all it did", most)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
