"""Making the environment that a configuration names, with one line for each way to fail."""

from __future__ import annotations

from typing import Any

import gymnasium as gym

from r1gym.core.errors import ConfigError


def make_environment(name: str, **settings: Any) -> gym.Env[Any, Any]:
    """Returns a token environment.

    Args:
        name: The environment's id.
        settings: Its keyword arguments.

    Raises:
        ConfigError: If there is no such id, or it is another kind of environment.
        R1GymError: If a setting is not allowed.
    """
    try:
        return gym.make(name, disable_env_checker=True, **settings)
    except gym.error.Error as error:
        raise ConfigError(f"The environment {name!r} cannot be made: {error}") from error
    except TypeError as error:  # another environment takes no problems
        raise ConfigError(f"{name!r} is not a token environment of r1gym.") from error
