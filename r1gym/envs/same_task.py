"""Which wrappers leave a task as it is.

Whoever scores whole completions asks the task and never steps the environment, so what a wrapper
changes would be lost without a word. Until such agents honour wrappers, those are refused here.
Left out: what no class shows, such as a wrapper that keeps to itself and writes into the
environment inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gymnasium as gym
from gymnasium.vector import VectorWrapper

from r1gym.core.errors import ConfigError
from r1gym.envs.task import TokenTask, task_of
from r1gym.envs.token_env import TokenEnv
from r1gym.envs.vector_env import TokenVectorEnv

_OBSERVERS = frozenset(
    {
        "Autoreset",
        "DictInfoToList",
        "HumanRendering",
        "OrderEnforcing",
        "PassiveEnvChecker",
        "RecordEpisodeStatistics",
        "RecordVideo",
        "RenderCollection",
    }
)
_BASES = (TokenEnv, TokenVectorEnv, gym.Wrapper, VectorWrapper)


def unchanged_task(env: gym.Env[Any, Any], user: str, *, stepped: bool = False) -> TokenTask:
    """Returns the task of a token environment, if no wrapper changes what is seen, done or paid.

    Wrappers that only observe go through: `RecordEpisodes`, Gymnasium's checkers and recorders, a
    time limit of at least `max_tokens`, those that override nothing, and every class that says so
    by ``same_task = True``. So do `WholeAnswer` and `TextObservation`, which change the form alone.

    Args:
        env: A token environment, single or vector.
        user: Who would drop the wrappers, for the error.
        stepped: Whether the environment is stepped and only its rewards are not used, so that
            wrappers of observations are honoured.

    Raises:
        ConfigError: If a wrapper changes more, or it is no token environment.
    """
    task = task_of(env)
    for layer in _layers(env):
        name = type(layer).__name__
        if isinstance(layer, gym.wrappers.TimeLimit):
            if (limit := layer._max_episode_steps) < task.max_tokens:
                raise ConfigError(
                    f"{user} would drop the time limit of {limit} steps: make the environment with "
                    f"max_tokens={limit} instead of max_episode_steps."
                )
        elif not _is_same(layer, stepped):
            raise ConfigError(
                f"{user} scores completions by the task and would drop what {name} changes: give "
                f"it the environment without {name}. (A wrapper of your own that changes nothing "
                "says so by the class attribute same_task = True.)"
            )
    return task


def _layers(env: Any) -> Iterator[Any]:
    """Yields the wrappers from the outside in, and last what is at the bottom."""
    while isinstance(env, gym.Wrapper | VectorWrapper):
        yield env
        env = env.env
    yield env


def _is_same(layer: Any, stepped: bool) -> bool:
    kind = type(layer)
    said = vars(kind).get("same_task")  # of this very class: one that inherits may override
    if said is not None:
        return bool(said)
    if kind.__module__.startswith("gymnasium.wrappers.") and kind.__name__ in _OBSERVERS:
        return True
    bases: tuple[Any, ...] = (gym.ObservationWrapper, *_BASES) if stepped else _BASES
    base = next((base for base in bases if isinstance(layer, base)), None)
    if base is None or hasattr(kind, "action_masks"):
        return False
    if isinstance(layer, gym.Wrapper):
        spaces = (layer._action_space, None if stepped else layer._observation_space)
        if any(space is not None for space in spaces):
            return False
    return not any(
        name in vars(layer) or getattr(kind, name, None) is not getattr(base, name, None)
        for name in ("step", "reset", "score")
    )
