"""What wrappers ask of the token environment at the bottom, whatever stands in between.

Wrappers look the episode up there at every step and remember little of it, so that they go on
rightly after `restore_state`.
"""

from __future__ import annotations

from typing import Any

import gymnasium as gym

from r1gym.core.errors import ConfigError
from r1gym.core.types import Problem
from r1gym.envs.task import TokenTask
from r1gym.envs.token_env import TokenEnv


def token_env(env: gym.Env[Any, Any]) -> TokenEnv:
    """Returns the token environment under any wrappers.

    Raises:
        ConfigError: If there is another environment.
    """
    base = env.unwrapped
    if not isinstance(base, TokenEnv):
        raise ConfigError(f"{env} is not a token environment of r1gym.")
    return base


def check_tokens(env: gym.Env[Any, Any], name: str) -> None:
    """Checks that an environment's observations are those of the token environment itself.

    Raises:
        ConfigError: If another wrapper has changed them.
    """
    if env.observation_space != token_env(env).observation_space:
        raise ConfigError(
            f"{name} needs the token environment's own observations, which {env} has changed: "
            f"put {name} inside that wrapper."
        )


def question_tokens(task: TokenTask, problem: Problem) -> int:
    """Returns the number of tokens of a problem's prompt, where all that is written begins."""
    return len(task.encode_prompt(problem))
