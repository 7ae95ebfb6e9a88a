"""Configurations, which are frozen dataclasses, to plain JSON values and back.

A dataclass inside another is an object inside another. What a file holds is checked when it is
read: each setting must be there, and of the kind that it was written with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, asdict, fields, is_dataclass, replace
from functools import partial
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

from r1gym.core.errors import ConfigError, RunError, UnknownNameError

ConfigT = TypeVar("ConfigT")

NEWER = {"newer": True}
"""Metadata of a field that files of before do not have: those of today leave it out where it is as
by default, so that both mean the same."""


def to_plain(config: Any, whole: bool = False) -> dict[str, Any]:
    """Returns a configuration's settings as plain values.

    Args:
        config: The configuration.
        whole: Also those that are `NEWER` and as by default.
    """
    plain = asdict(config)
    return plain if whole else _without_newer(config, plain)


def _without_newer(config: Any, plain: dict[str, Any]) -> dict[str, Any]:
    for field in fields(config):
        value = getattr(config, field.name)
        if _is_newer(field) and value == _default(field):
            del plain[field.name]
        elif is_dataclass(value):
            plain[field.name] = _without_newer(value, plain[field.name])
    return plain


def _is_newer(field: Field[Any]) -> bool:
    return bool(field.metadata.get("newer"))


def _default(field: Field[Any]) -> Any:
    make = field.default_factory
    return field.default if make is MISSING else make()


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
    known = {field.name: field for field in _settings(like)}
    for name in plain:
        if name not in known:
            raise other_version(source, f"{prefix}{name} is unknown")
    for name, field in known.items():
        if name not in plain and not _is_newer(field):
            raise other_version(source, f"{prefix}{name} is missing")

    def broken(name: str, found: object) -> RunError:
        return RunError(
            f"{source} is broken: {name} cannot be {found!r:.60}. Bring the file back, or delete "
            "the folder to start anew."
        )

    return type(like)(**_values(like, plain, prefix, broken, partial(from_plain, source=source)))


def changed(like: ConfigT, plain: Mapping[str, Any], source: Path, prefix: str = "") -> ConfigT:
    """Returns a configuration with some settings changed, as a file that a user wrote has them.

    It takes what `from_plain` takes; settings that are not named stay as in `like`.

    Raises:
        UnknownNameError: If there is no such setting.
        ConfigError: If a value is of another kind, or not allowed.
    """
    names = [f"{prefix}{field.name}" for field in _settings(like)]
    for name in plain:
        if f"{prefix}{name}" not in names:
            raise UnknownNameError(f"setting in {source}", f"{prefix}{name}", names)

    def refused(name: str, found: object) -> ConfigError:
        return ConfigError(f"{source}: {name} cannot be {found!r:.60}.")

    values = _values(like, plain, prefix, refused, partial(changed, source=source))
    return replace(like, **values)  # type: ignore[type-var]


def other_version(source: Path, difference: object) -> RunError:
    """Returns the error for settings that this version of r1gym does not have."""
    return RunError(
        f"{source.parent} was made by another version of r1gym, whose settings differ "
        f"({difference})."
    )


def _settings(like: Any) -> list[Field[Any]]:
    return [field for field in fields(like) if field.init]


def _values(
    like: Any,
    plain: Mapping[str, Any],
    prefix: str,
    refusal: Callable[[str, object], Exception],
    read: Callable[..., Any],
) -> dict[str, Any]:
    """Returns the settings that are given, as their classes take them."""
    hints, values = get_type_hints(type(like)), {}
    for name, found in plain.items():
        own, full = getattr(like, name), f"{prefix}{name}"
        if is_dataclass(own) and isinstance(found, Mapping):
            values[name] = read(own, found, prefix=f"{full}.")
        elif not _is_like(found, own, get_args(hints[name])):
            raise refusal(full, found)
        elif isinstance(own, tuple) and own and is_dataclass(own[0]):
            if wrong := [one for one in found if not isinstance(one, Mapping)]:
                raise refusal(full, wrong[0])
            values[name] = tuple(read(_blank(own[0]), one, prefix=f"{full}.") for one in found)
        else:
            values[name] = tuple(found) if isinstance(own, tuple) else found
    return values


def _blank(one: Any) -> Any:
    """Returns an object of the same class, with the class's defaults."""
    own = {f.name: f.default for f in _settings(one) if f.default is not MISSING}
    return replace(one, **own)


def _is_like(found: object, like: object, kinds: tuple[Any, ...]) -> bool:
    """Returns whether a value is of a setting's kind: that of its value, or one of several."""
    if found is None and (NoneType in kinds or like is None):
        return True
    if like is None:
        others = [kind for kind in kinds if isinstance(kind, type)]
        return isinstance(found, (Mapping, *others)) or (float in kinds and type(found) is int)
    if isinstance(like, tuple):
        return isinstance(found, list | tuple)
    if isinstance(like, Mapping):
        return found is None or isinstance(found, Mapping)
    if type(found) is type(like) or (type(like) is float and type(found) is int):
        return True
    return bool(kinds) and type(found) in kinds
