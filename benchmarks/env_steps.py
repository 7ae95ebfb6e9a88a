"""Token steps per second: CartPole-v1, r1/Math-v0, and its native vector env with 64 rows.

Every stream of actions is drawn in advance, and resets count. Two streams: uniformly random tokens,
the end token included, at the default settings; and completions of 1,024 tokens, which only the
token limit ends. The bars: the single env steps at least as fast as CartPole, and the vector env
takes at least ten times the single env's token steps.

Why random tokens miss the second bar: one in 48 of them ends an episode, and to end one and start
the next is Python for each row, single or vector alike: the item's own random generator, its
question, its text, its score. The last lines measure that.

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
from machine import describe_machine

import r1gym  # noqa: F401  registers r1/Math-v0

ROUNDS = 7
SINGLE_STEPS = 30_000
NUM_ENVS = 64
LONG = 1024
Tokens = npt.NDArray[np.int64]
Draw = Callable[[np.random.Generator, int, tuple[int, ...]], Tokens]


def draw_any(rng: np.random.Generator, size: int, shape: tuple[int, ...]) -> Tokens:
    """Returns uniformly random actions."""
    return rng.integers(0, size, shape)


def draw_endless(rng: np.random.Generator, size: int, shape: tuple[int, ...]) -> Tokens:
    """Returns random tokens without padding (0) and end (1)."""
    return rng.integers(2, size, shape)


def time_single(env: gym.Env[Any, Any], draw: Draw, rng: np.random.Generator) -> float:
    """Returns the steps per second of one environment."""
    actions = list(draw(rng, env.action_space.n, (SINGLE_STEPS,)))  # type: ignore[attr-defined]
    env.reset(seed=0)
    start = time.perf_counter()
    for action in actions:
        _, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            env.reset()
    return SINGLE_STEPS / (time.perf_counter() - start)


def time_vector(
    envs: gym.vector.VectorEnv[Any, Any, Any], draw: Draw, rng: np.random.Generator, steps: int
) -> float:
    """Returns the token steps per second of a vector environment: rows times its steps."""
    size = envs.single_action_space.n  # type: ignore[attr-defined]
    actions = draw(rng, size, (steps, NUM_ENVS))
    envs.reset(seed=0)
    start = time.perf_counter()
    for row in actions:
        envs.step(row)
    return steps * NUM_ENVS / (time.perf_counter() - start)


def make_vector(mode: str | None = None, **kwargs: Any) -> gym.vector.VectorEnv[Any, Any, Any]:
    """Returns 64 rows of r1/Math-v0: the native vector env, or Gymnasium's own."""
    return gym.make_vec("r1/Math-v0", NUM_ENVS, vectorization_mode=mode, **kwargs)


def contestants() -> dict[str, Callable[[np.random.Generator], float]]:
    """Returns what is measured, by name."""
    cartpole, single = gym.make("CartPole-v1"), gym.make("r1/Math-v0")
    single_long = gym.make("r1/Math-v0", max_tokens=LONG)
    vector, sync = make_vector(), make_vector("sync")
    long = make_vector(max_tokens=LONG)
    lent = make_vector(max_tokens=LONG, copy=False)
    return {
        "CartPole": lambda rng: time_single(cartpole, draw_any, rng),
        "single": lambda rng: time_single(single, draw_any, rng),
        "vector": lambda rng: time_vector(vector, draw_any, rng, 1500),
        "sync": lambda rng: time_vector(sync, draw_any, rng, 300),
        "single, long": lambda rng: time_single(single_long, draw_endless, rng),
        "vector, long": lambda rng: time_vector(long, draw_endless, rng, 3000),
        "vector, long, copy=False": lambda rng: time_vector(lent, draw_endless, rng, 3000),
    }


RATIOS: tuple[tuple[str, str, str, float | None], ...] = (
    ("random tokens: single / CartPole", "single", "CartPole", 1.0),
    ("random tokens: vector / single", "vector", "single", 10.0),
    ("random tokens: vector / SyncVectorEnv", "vector", "sync", None),
    ("random tokens: vector / CartPole", "vector", "CartPole", None),
    ("1,024 tokens: vector / single", "vector, long", "single, long", 10.0),
    ("1,024 tokens: vector, copy=False / single", "vector, long, copy=False", "single, long", 10.0),
)


def boundary_costs() -> tuple[float, float]:
    """Returns the microseconds of an episode's end and start, and of a single env's other steps."""
    env = gym.make("r1/Math-v0", max_tokens=1)
    env.reset(seed=0)
    start = time.perf_counter()
    for _ in range(3000):
        env.step(20)
        env.reset()
    both = (time.perf_counter() - start) / 3000 * 1e6
    env = gym.make("r1/Math-v0")
    spent = 0.0
    for _ in range(300):
        env.reset(seed=0)
        start = time.perf_counter()
        for _ in range(60):
            env.step(20)
        spent += time.perf_counter() - start
    plain = spent / 300 / 60 * 1e6
    return both - plain, plain


def main() -> int:
    """Runs the rounds and prints medians, ratios and the bars."""
    measures = contestants()
    speeds: dict[str, list[float]] = {name: [] for name in measures}
    for number in range(ROUNDS):  # in turns, so that a busy machine slows all alike
        for name, measure in measures.items():
            speeds[name].append(measure(np.random.default_rng(number)))

    print(f"{describe_machine()}; medians of {ROUNDS} rounds; vector envs have {NUM_ENVS} rows")
    for name, values in speeds.items():
        print(f"{name:42} {statistics.median(values):>12,.0f} steps/s")
    missed = False
    for label, top, bottom, bar in RATIOS:
        pairs = zip(speeds[top], speeds[bottom], strict=True)
        ratio = statistics.median(a / b for a, b in pairs)
        verdict = "" if bar is None else f"bar {bar:g}: {'MISSED' if ratio < bar else 'met'}"
        missed |= bar is not None and ratio < bar
        print(f"{label:42} {ratio:>12.2f} x        {verdict}")
    boundary, plain = boundary_costs()
    vocabulary, limit = 107, 64  # of the default settings
    mean = sum((1 - 1 / vocabulary) ** n for n in range(limit))  # tokens of a random episode
    most = 1 + plain * mean / boundary
    print(
        f"An episode's end and start take {boundary:.0f} us, another step of the single env "
        f"{plain:.2f} us, a random\nepisode has {mean:.0f} tokens: were a vector env's other steps "
        f"free, it would be {most:.1f} x the single env."
    )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
