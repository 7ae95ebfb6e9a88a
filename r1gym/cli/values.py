"""Values that are read from one word of the command line."""

from __future__ import annotations

import json
from typing import Any

from r1gym.core.errors import ConfigError


def json_object(name: str, text: str) -> dict[str, Any]:
    """Returns the value of an option that takes a JSON object.

    Args:
        name: The option, without its dashes.
        text: What was given.

    Raises:
        ConfigError: If it is no JSON, or no object.
    """
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ConfigError(f"--{name} must be JSON, not {text!r:.60} ({error}).") from None
    if not isinstance(found, dict):
        raise ConfigError(f"--{name} must be an object, such as {{...}}, not {text!r:.60}.")
    return found
