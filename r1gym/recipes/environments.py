"""Making the environment that a configuration names, with one line for each way to fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
        with _explained(name):
            return gym.make(name, disable_env_checker=True, **settings)
    except TypeError as error:  # another environment takes no problems
        raise ConfigError(f"{name!r} is not a token environment of r1gym.") from error


def registered_settings(name: str) -> Mapping[str, Any]:
    """Returns the keyword arguments that an environment's id stands for.

    Raises:
        ConfigError: If there is no such id.
    """
    with _explained(name):
        return dict(gym.spec(name).kwargs)


@contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except gym.error.Error as error:
        raise ConfigError(f"The environment {name!r} cannot be made: {error}") from error
    except ModuleNotFoundError as error:  # an id may name a module, and any word with a colon does
        raise ConfigError(f"The environment {name!r} cannot be made: {error}.") from error
