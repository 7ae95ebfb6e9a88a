"""Do two environments with the same seed and the same tokens do the same?"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import gymnasium as gym
import numpy as np

from r1gym.envs.task import task_of
from r1gym.evaluation.preflight.check import Check, Status
from r1gym.evaluation.preflight.sample import asks_somebody, right_text

_REPLAYED_TOKENS = 32


def check_replay(env: gym.Env[Any, Any]) -> Check:
    """Checks that two environments with the same seed and the same tokens do the same."""
    task = task_of(env)
    assert env.spec is not None
    # The window is given, so that the longest prompt of a file is not looked for again.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the first has warned of
        twin = gym.make(env.spec, disable_env_checker=True, window=task.window)
    problem = task.problem_set[0]
    texts = task.tokenizer.encode(right_text(task, problem.answer))
    noise = np.random.default_rng(0).integers(task.tokenizer.vocab_size, size=_REPLAYED_TOKENS)
    end_id = task.tokenizer.eos_id
    for options, tokens in (({"problem": 0}, texts), (None, noise.tolist())):
        tokens = [t for t in tokens if t != end_id][: task.max_tokens - 1]
        # Where a score costs a request, the episode is left before its end.
        tokens += [] if asks_somebody(task) else [end_id]
        first, second = _play(env, options, tokens), _play(twin, options, tokens)
        for number, (ours, theirs) in enumerate(zip(first, second, strict=True)):
            if not _same(ours, theirs):
                detail = f"two environments with the same seed differ at token {number}"
                return Check("seed replay", Status.FAIL, detail)
    return Check("seed replay", Status.OK, "same seed and tokens, same observations and rewards")


def _play(
    env: gym.Env[Any, Any], options: dict[str, Any] | None, tokens: list[int]
) -> Iterator[tuple[Any, ...]]:
    yield env.reset(seed=0, options=options)
    for token in tokens:
        yield env.step(token)


def _same(ours: tuple[Any, ...], theirs: tuple[Any, ...]) -> bool:
    return np.array_equal(ours[0], theirs[0]) and ours[1:] == theirs[1:]
