"""Checks that configurations share."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from pathlib import Path
from typing import TypeGuard

from r1gym.core.errors import ConfigError

_MOST_SHOWN = 80  # characters of a value in an error


def check_least(config: object, least: Mapping[str, float], prefix: str = "") -> None:
    """Checks the lower bounds of a configuration's numbers.

    Args:
        config: Any object with the settings as attributes.
        least: The smallest allowed value of each setting.
        prefix: What stands before the names on a command line, such as ``"grpo."``.

    Raises:
        ConfigError: If a value is below its bound, or is NaN or no number.
    """
    for name, bound in least.items():
        value = getattr(config, name)
        try:
            fits = value >= bound  # which NaN is not
        except TypeError:
            fits = False
        if not fits:
            raise ConfigError(f"{prefix}{name} must be at least {bound:g}, not {shown(value)}.")


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


def check_whole(name: str, value: object, *, least: int, most: float = math.inf) -> int:
    """Returns a whole number as a plain int; NumPy's are whole numbers too, truth values are not.

    Raises:
        ConfigError: If `value` is another thing, or outside the bounds.
    """
    try:
        number = operator.index(value)  # type: ignore[arg-type]  # that is what is tried
    except TypeError:
        number = least - 1
    if isinstance(value, bool) or not least <= number <= most:
        bound = f"of at least {least}" if most == math.inf else f"from {least} to {most}"
        raise ConfigError(f"{name} must be a whole number {bound}, not {shown(value)}.")
    return number


def check_text(name: str, value: object, such_as: str) -> str:
    """Returns a text, or a path as one, if it can be written down in UTF-8.

    Args:
        name: What it is called.
        value: The text.
        such_as: What it may be, for the error.

    Raises:
        ConfigError: If it is no text, or holds a NUL or half a character (a lone surrogate).
    """
    text = str(value) if isinstance(value, Path) else value
    if not isinstance(text, str) or "\0" in text or half_a_character(text) is not None:
        raise ConfigError(f"{name} must be {such_as}, not {shown(value)}.")
    return text


def half_a_character(text: str) -> str | None:
    """Returns the first lone surrogate of a text, which UTF-8 cannot write; None without one."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return text[error.start]
    return None


def shown(value: object) -> str:
    """Returns a value in at most one short line, for an error."""
    text = " ".join(repr(value).split())
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 3]}..."


def is_number(value: object) -> TypeGuard[float]:
    """Returns whether a value is a number, and not a truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool)
