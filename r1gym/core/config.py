"""Configurations, which are frozen dataclasses, to plain JSON values and back.

A dataclass inside another is an object inside another. What a file holds is checked when it is
read: each setting must be there, and of the kind that it was written with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, asdict, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

from r1gym.core.errors import RunError

ConfigT = TypeVar("ConfigT")


def to_plain(config: Any) -> dict[str, Any]:
    """Returns a configuration's settings as plain values."""
    return asdict(config)


def from_plain(like: ConfigT, plain: Mapping[str, Any], source: Path, prefix: str = "") -> ConfigT:
    """Returns a configuration with settings that were read from a file.

    Args:
        like: A configuration of the same classes, whose values say of which kind each setting is;
            None stands for a mapping or nothing.
        plain: The settings.
        source: The file, for messages.
        prefix: What stands before the settings' names in messages.

    Raises:
        RunError: If a setting is missing, unknown, or of another kind.
        ConfigError: If the configuration does not allow a value.

    Example:
        >>> from dataclasses import dataclass
        >>> @dataclass(frozen=True)
        ... class Walk:
        ...     steps: int = 3
        >>> from_plain(Walk(), {"steps": 5}, Path("config.json"))
        Walk(steps=5)
    """
    known = {field.name: field for field in fields(like) if field.init}  # type: ignore[arg-type]
    for name in plain:
        if name not in known:
            raise other_version(source, f"{prefix}{name} is unknown")
    values = {
        name: _read(field, getattr(like, name), plain, source, prefix)
        for name, field in known.items()
    }
    return type(like)(**values)


def other_version(source: Path, difference: object) -> RunError:
    """Returns the error for settings that this version of r1gym does not have."""
    return RunError(
        f"{source.parent} was made by another version of r1gym, whose settings differ "
        f"({difference})."
    )


def _read(field: Field[Any], like: Any, plain: Mapping[str, Any], source: Path, prefix: str) -> Any:
    name = f"{prefix}{field.name}"
    if field.name not in plain:
        raise other_version(source, f"{name} is missing")
    found = plain[field.name]
    if is_dataclass(like) and isinstance(found, Mapping):
        return from_plain(like, found, source, f"{name}.")
    if not _is_like(found, like):
        raise RunError(
            f"{source} is broken: {name} cannot be {found!r:.60}. Bring the file back, or delete "
            "the folder to start anew."
        )
    return tuple(found) if isinstance(like, tuple) else found


def _is_like(found: object, like: object) -> bool:
    if like is None or like is MISSING:
        return found is None or isinstance(found, Mapping)
    if isinstance(like, tuple):
        return isinstance(found, list | tuple)
    if isinstance(like, Mapping):
        return found is None or isinstance(found, Mapping)
    return type(found) is type(like) or (type(like) is float and type(found) is int)
