"""Files of settings: JSON, or YAML where a reader for it is installed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from r1gym.core.errors import ConfigError
from r1gym.core.extras import install


def read_settings(path: Path) -> dict[str, Any]:
    """Returns what a file says, an object of settings by name.

    Args:
        path: The file, YAML if its name ends so and JSON otherwise.

    Raises:
        ConfigError: If it cannot be read, or holds something else.
    """
    try:
        text = path.read_text("utf-8")
        found = _yaml(text) if path.suffix in (".yaml", ".yml") else json.loads(text)
    except ConfigError:
        raise
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    except Exception as error:  # a reader of YAML has errors of its own, of several lines
        why = " ".join(str(error).split())
        raise ConfigError(f"{path} is no file of settings: {why}.") from error
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise ConfigError(f'{path} holds no settings, such as {{"recipe": "r1_zero", "seed": 3}}.')
    return found


def _yaml(text: str) -> Any:
    try:
        from yaml import safe_load
    except ImportError as error:
        raise ConfigError(f"YAML needs a package: {install('train')}.") from error
    return safe_load(text)
