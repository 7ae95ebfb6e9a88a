"""Functions and classes that a person names by their place, ``"module:name"``."""

from __future__ import annotations

import importlib
from typing import Any

from r1gym.core.errors import ConfigError


def load_object(place: str, kind: str) -> Any:
    """Returns what stands at ``"module:name"``.

    Args:
        place: Where.
        kind: What it is to be, for a person who has named something else.

    Raises:
        ConfigError: If nothing does that can be called.
    """
    module, _, name = place.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except Exception as error:  # a module of somebody's may fail in any way
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise ConfigError(
            f"The {kind} {place!r} cannot be loaded ({why}): name it module:function, and put the "
            "module's folder on PYTHONPATH."
        ) from error
    if not callable(found):
        raise ConfigError(f"The {kind} {place!r} is no function and no class: {found!r:.80}.")
    return found
