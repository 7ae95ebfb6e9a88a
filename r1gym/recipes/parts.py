"""Parts of a stage that are named with their options: filters and rewriters, as rewards are.

{"repetition": {"n": 8, "least": 0.9}, "short": {"type": "length", "most": 200}}
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from r1gym.core.checks import shown
from r1gym.core.errors import ConfigError, R1GymError
from r1gym.core.registry import Registry

PartT = TypeVar("PartT")
Makers = Registry[Callable[..., PartT]]


def make_part(makers: Makers[PartT], name: str, options: object) -> PartT:
    """Returns a part, made of its options.

    Args:
        makers: What makes parts of its kind.
        name: What it is called; it is of the type of that name unless the options say another.
        options: A mapping of the maker's keyword arguments, perhaps with ``type``.

    Raises:
        UnknownNameError: If there is no such type.
        ConfigError: If the options are no mapping, or not those of the type.
    """
    what = f"The {makers.kind} {name!r}"
    if not isinstance(options, Mapping):
        raise ConfigError(
            f"{what} takes a mapping of its options, such as {{}}, not {shown(options)}."
        )
    given = dict(options)
    kind = given.pop("type", name)
    if not isinstance(kind, str):
        raise ConfigError(f"{what} has the type {shown(kind)}: name a {makers.kind}.")
    maker = makers.get(kind)
    _check_names(what, maker, given)
    try:
        part = maker(**given)
    except R1GymError:
        raise
    except Exception as error:  # a plugin's code may fail in any way
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise ConfigError(f"{what} cannot be made with {shown(given)}: {why}") from error
    if not callable(part):
        raise ConfigError(f"{what} made {shown(part)}, which cannot be called.")
    return part


def _check_names(what: str, maker: Callable[..., Any], given: Mapping[str, Any]) -> None:
    parameters = inspect.signature(maker).parameters.values()
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return
    known = [p.name for p in parameters]
    for option in given:
        if option not in known:
            near = difflib.get_close_matches(str(option), known, n=1)
            guess = f" Did you mean {near[0]!r}?" if near else ""
            listing = f"It has: {', '.join(sorted(known))}." if known else "It has none."
            raise ConfigError(f"{what} has no option {option!r}.{guess} {listing}")
    lacking = [p.name for p in parameters if p.default is p.empty and p.name not in given]
    if lacking:
        raise ConfigError(f"{what} needs the option {lacking[0]!r}.")
