"""Steps per second: CartPole-v1, r1/Math-v0, and its native vector env with 64 rows.

All three take uniformly random actions drawn in advance, the end token included, and resets
count. The bars: the single env steps at least as fast as CartPole, and the vector env takes at
least ten times the single env's token steps. Exits with 1 if one is missed.

    python benchmarks/env_steps.py
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np

import r1gym  # noqa: F401  registers r1/Math-v0

ROUNDS = 7
SINGLE_STEPS = 40_000
NUM_ENVS = 64
VECTOR_STEPS = 2_000
BAR_SINGLE, BAR_VECTOR = 1.0, 10.0


def time_single(env: gym.Env[Any, Any], rng: np.random.Generator) -> float:
    """Returns the steps per second of one environment."""
    actions = list(rng.integers(0, env.action_space.n, SINGLE_STEPS))  # type: ignore[attr-defined]
    env.reset(seed=0)
    start = time.perf_counter()
    for action in actions:
        _, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            env.reset()
    return SINGLE_STEPS / (time.perf_counter() - start)


def time_vector(envs: gym.vector.VectorEnv[Any, Any, Any], rng: np.random.Generator) -> float:
    """Returns the token steps per second of a vector environment: rows times its steps."""
    size = envs.single_action_space.n  # type: ignore[attr-defined]
    actions = rng.integers(0, size, (VECTOR_STEPS, NUM_ENVS))
    envs.reset(seed=0)
    start = time.perf_counter()
    for row in actions:
        envs.step(row)
    return VECTOR_STEPS * NUM_ENVS / (time.perf_counter() - start)


def describe_machine() -> str:
    """Returns the processor's model and the number of cores."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [s for s in cpuinfo.read_text().splitlines() if s.startswith("model name")]
        model = names[0].split(":", 1)[1].strip() if names else model
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


def main() -> int:
    """Runs the rounds and prints medians and ratios. Returns the exit status."""
    cartpole, single = gym.make("CartPole-v1"), gym.make("r1/Math-v0")
    vector = gym.make_vec("r1/Math-v0", num_envs=NUM_ENVS)
    contestants: dict[str, Callable[[np.random.Generator], float]] = {
        "CartPole-v1": lambda rng: time_single(cartpole, rng),
        "r1/Math-v0": lambda rng: time_single(single, rng),
        f"r1/Math-v0, {NUM_ENVS} rows": lambda rng: time_vector(vector, rng),
    }
    speeds: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(ROUNDS):  # in turns, so that a busy machine slows all alike
        for name, measure in contestants.items():
            speeds[name].append(measure(np.random.default_rng(number)))

    print(describe_machine())
    for name, values in speeds.items():
        print(f"{name:22} {statistics.median(values):>12,.0f} steps/s  (median of {ROUNDS})")
    base, one, many = speeds.values()
    missed = False
    for label, top, bottom, bar in (
        ("single / CartPole", one, base, BAR_SINGLE),
        ("vector / single", many, one, BAR_VECTOR),
        ("vector / CartPole", many, base, None),
    ):
        ratio = statistics.median(a / b for a, b in zip(top, bottom, strict=True))
        verdict = ""
        if bar is not None:
            missed |= ratio < bar
            verdict = f"bar {bar:g}: {'MISSED' if ratio < bar else 'met'}"
        print(f"{label:22} {ratio:>12.2f} x        {verdict}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
