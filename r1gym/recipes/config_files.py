"""The files of settings that come with r1gym, by their names: ``--config smollm2``.

Left out: names for files of other packages, which have paths.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from r1gym.core.errors import UnknownNameError

_FOLDER = Path(str(files("r1gym.recipes").joinpath("configs")))


def config_names() -> list[str]:
    """Returns the names of the files that come with r1gym."""
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


def find_config(given: str) -> Path:
    """Returns the path of a file of settings.

    Args:
        given: A path, or the name of a file that comes with r1gym.

    Raises:
        UnknownNameError: If it is neither; a name with an ending or a folder is taken for a path.
    """
    path = Path(given).expanduser()
    if path.is_file() or path.suffix or path.name != given:
        return path
    if given not in config_names():
        hint = "A file of yours is given by its path, such as mine.yaml."
        raise UnknownNameError("configuration", given, config_names(), hint)
    return _FOLDER / f"{given}.yaml"
