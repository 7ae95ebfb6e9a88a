"""Checks that configurations share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TypeGuard

from r1gym.core.errors import ConfigError


def check_least(config: object, least: Mapping[str, float], prefix: str = "") -> None:
    """Checks the lower bounds of a configuration's numbers.

    Args:
        config: Any object with the settings as attributes.
        least: The smallest allowed value of each setting.
        prefix: What stands before the names on a command line, such as ``"grpo."``.

    Raises:
        ConfigError: If a value is below its bound, or is NaN.
    """
    for name, bound in least.items():
        value = getattr(config, name)
        if not value >= bound:  # so that NaN fails as well
            raise ConfigError(f"{prefix}{name} must be at least {bound:g}, not {value}.")


def check_finite(config: object, prefix: str = "") -> None:
    """Checks that every float of a configuration is a finite number.

    Args:
        config: A dataclass.
        prefix: What stands before the names on a command line, such as ``"grpo."``.

    Raises:
        ConfigError: If a value is infinite or NaN.
    """
    for name, value in vars(config).items():
        if isinstance(value, float) and not math.isfinite(value):
            raise ConfigError(f"{prefix}{name} must be a finite number, not {value}.")


def check_run_name(name: str) -> None:
    """Raises ConfigError if `name` cannot be a folder in ``runs/``."""
    if name in ("", ".", "..") or Path(name).name != name:
        raise ConfigError(f"name must be the name of a folder in runs/, not {name!r}.")


def is_number(value: object) -> TypeGuard[float]:
    """Returns whether a value is a number, and not a truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool)
