"""`r1/ReasoningGym-v0`: the environment of a task of the package reasoning-gym."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from r1gym.core.checks import check_text
from r1gym.core.errors import ConfigError
from r1gym.envs.token_env import TokenEnv
from r1gym.envs.vector_env import TokenVectorEnv


def make_env(task: str, task_options: Mapping[str, Any] | None = None, **options: Any) -> TokenEnv:
    """Returns the token environment of a reasoning-gym task: ``r1/ReasoningGym-v0``.

    Args:
        task: A task's name, such as ``"chain_sum"``.
        task_options: The task's own options, such as ``{"max_terms": 3}``.
        options: What `TokenEnv` takes, except ``problems``.

    Raises:
        R1GymError: If a name is unknown, a value is not allowed, or the package is missing.
    """
    return TokenEnv(**_with_problems(options, task, task_options))


# Gymnasium looks here for the render modes.
make_env.metadata = TokenEnv.metadata  # type: ignore[attr-defined]


def make_vector_env(
    num_envs: int = 1,
    *,
    task: str,
    task_options: Mapping[str, Any] | None = None,
    **options: Any,
) -> TokenVectorEnv:
    """Returns the vector environment of a reasoning-gym task, see `make_env`."""
    return TokenVectorEnv(num_envs, **_with_problems(options, task, task_options))


def _with_problems(
    options: dict[str, Any], task: str, task_options: Mapping[str, Any] | None
) -> dict[str, Any]:
    if "problems" in options:
        raise ConfigError("r1/ReasoningGym-v0 has task and task_options in place of problems.")
    task = check_text("task", task, "the name of a reasoning-gym task")
    tasks = {task: {} if task_options is None else task_options}
    return options | {"problems": {"reasoning_gym": tasks}}
