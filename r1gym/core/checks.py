"""One vocabulary of checks: what is wrong with a value is said in the same words everywhere.

A check names the value as whoever gave it knows it, and returns it in its plain form. Checks of a
whole dataclass go by its annotations, so that a new field is checked without another word.
"""

from __future__ import annotations

import math
import operator
import typing
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from numbers import Real
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeGuard, Union

from r1gym.core.errors import ConfigError, UnknownNameError

_MOST_SHOWN = 80  # characters of a value in an error


def check_fields(config: Any, prefix: str = "") -> None:
    """Checks that the fields of a configuration are what their annotations say.

    A whole number is no truth value and no 2.0; a float is finite, and may be whole; a Literal is
    one of its values. Annotations of other kinds are left to who knows them.

    Args:
        config: A dataclass.
        prefix: What stands before the names on a command line, such as ``"grpo."``.

    Raises:
        UnknownNameError: If a value is none of a Literal's.
        ConfigError: If a value is of another kind.
    """
    hints = typing.get_type_hints(type(config))
    for field in fields(config):
        _check_kind(f"{prefix}{field.name}", getattr(config, field.name), hints[field.name])


def _check_kind(name: str, value: object, hint: Any) -> None:
    kinds = typing.get_args(hint)
    if typing.get_origin(hint) in (Union, UnionType) and NoneType in kinds and len(kinds) == 2:
        if value is not None:
            _check_kind(name, value, next(kind for kind in kinds if kind is not NoneType))
    elif typing.get_origin(hint) is Literal and value not in kinds:
        raise UnknownNameError(name, str(value), map(str, kinds))
    elif typing.get_origin(hint) is tuple and kinds[-1] is Ellipsis:
        for one in check_list(name, value):
            _check_kind(f"Each of {name}", one, kinds[0])
    elif hint is int:
        check_whole(name, value)
    elif hint is float:
        check_number(name, value)
    elif hint is bool:
        check_flag(name, value)
    elif hint is str:
        check_text(name, value, "a text")


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


def check_most(config: object, most: Mapping[str, float], prefix: str = "") -> None:
    """Checks the upper bounds of a configuration's numbers, as `check_least` does the lower ones.

    Raises:
        ConfigError: If a value is above its bound, or is NaN.
    """
    for name, bound in most.items():
        value = getattr(config, name)
        if not value <= bound:
            raise ConfigError(f"{prefix}{name} must be at most {bound:g}, not {shown(value)}.")


def check_run_name(name: str) -> None:
    """Raises ConfigError if `name` cannot be a folder in ``runs/``."""
    if name in ("", ".", "..") or Path(name).name != name:
        raise ConfigError(f"name must be the name of a folder in runs/, not {name!r}.")


def check_whole(
    name: str, value: object, *, least: float = -math.inf, most: float = math.inf
) -> int:
    """Returns a whole number as a plain int; NumPy's are whole numbers too, truth values are not.

    Raises:
        ConfigError: If `value` is another thing, or outside the bounds.
    """
    try:
        number = operator.index(value)  # type: ignore[arg-type]  # that is what is tried
    except TypeError:
        number = None
    if number is None or isinstance(value, bool) or not least <= number <= most:
        words = f"{name} must be a whole number{_between(least, most)}"
        raise ConfigError(f"{words}, not {shown(value)}.")
    return number


def check_number(
    name: str,
    value: object,
    *,
    above: float | None = None,
    least: float = -math.inf,
    most: float = math.inf,
) -> float:
    """Returns a finite number as a plain float; NumPy's are numbers too, truth values are not.

    Args:
        name: What it is called.
        value: The number.
        above: What it must exceed, in place of `least`.
        least: The smallest that is allowed.
        most: The largest that is allowed.

    Raises:
        ConfigError: If `value` is another thing, or outside the bounds.
    """
    try:
        number = float(value) if isinstance(value, Real) else math.nan
    except OverflowError:  # a whole number beyond all floats
        number = math.inf
    fits = math.isfinite(number) and least <= number <= most and (above is None or number > above)
    if isinstance(value, bool) or not fits:
        is_endless = isinstance(value, float) and not math.isfinite(value)
        kind = "a finite number" if is_endless else "a number"
        bounds = _between(least, most, above)
        raise ConfigError(f"{name} must be {kind}{bounds}, not {shown(value)}.")
    return number


def _between(least: float, most: float, above: float | None = None) -> str:
    if above is not None:
        return f" above {above:g}" + (f" and at most {most:g}" if most < math.inf else "")
    if least == -math.inf:
        return f" of at most {most}" if most < math.inf else ""
    return f" of at least {least}" if most == math.inf else f" from {least} to {most}"


def check_share(name: str, value: object) -> float:
    """Returns a number from 0 to 1.

    Raises:
        ConfigError: If `value` is none.
    """
    return check_number(name, value, least=0, most=1)


def check_flag(name: str, value: object) -> bool:
    """Returns a truth value.

    Raises:
        ConfigError: If `value` is another thing, even 0 or 1.
    """
    if not isinstance(value, bool):
        raise ConfigError(f"{name} must be true or false, not {shown(value)}.")
    return value


def check_one_of(name: str, value: object, choices: Collection[str]) -> str:
    """Returns one of a few texts.

    Raises:
        ConfigError: If `value` is none of them.
    """
    if not isinstance(value, str) or value not in choices:
        raise ConfigError(f"{name} must be one of {', '.join(choices)}, not {shown(value)}.")
    return value


def check_mapping(name: str, value: object, such_as: str) -> Mapping[Any, Any]:
    """Returns a mapping.

    Args:
        name: What it is called.
        value: The mapping.
        such_as: One that is allowed, for the error.

    Raises:
        ConfigError: If `value` is none.
    """
    if not isinstance(value, Mapping):
        raise ConfigError(f"{name} must be a mapping such as {such_as}, not {shown(value)}.")
    return value


def check_list(name: str, value: object, such_as: str = "") -> Sequence[Any]:
    """Returns a list, a tuple or another sequence that is no text.

    Args:
        name: What it is called.
        value: The list.
        such_as: One that is allowed, for the error.

    Raises:
        ConfigError: If `value` is none.
    """
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        example = f" such as {such_as}" if such_as else ""
        raise ConfigError(f"{name} must be a list{example}, not {shown(value)}.")
    return value


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
