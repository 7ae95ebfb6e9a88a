"""What to type when a package is missing, for a wheel, a clone and a source folder alike.

Left out: the name `r1gym` alone. It is on no package index, so only the file or folder that this
r1gym came from will do, or else the packages themselves.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import Distribution, distributions
from pathlib import Path
from urllib.parse import unquote, urlsplit

from r1gym.core.errors import MissingPackageError, R1GymError


def install(extra: str) -> str:
    """Returns the command that installs one of r1gym's extras, to end a message with.

    It works from any folder: it names the wheel or the source that this r1gym was installed from,
    and the packages one by one where that is gone.

    Example:
        >>> install("judge").startswith("pip install ")
        True
    """
    return shlex.join(["pip", "install", *_wanted(extra)])


def _wanted(extra: str) -> list[str]:
    found = list(distributions(name="r1gym"))
    if not found:  # its source is used as it stands
        return ["-e", f"{Path(__file__).parents[2]}[{extra}]"]
    # In the source's folder there is what was left of building it as well, which knows no origin.
    known = [(one, text) for one in found if (text := one.read_text("direct_url.json"))]
    installed, text = (*known, (found[0], '{"url": ""}'))[0]
    origin = json.loads(text)
    url = urlsplit(origin["url"])
    place = Path(unquote(url.path))
    if url.scheme != "file" or not place.exists():
        return _packages(installed, extra)
    is_editable = origin.get("dir_info", {}).get("editable")
    return [*(["-e"] if is_editable else []), f"{place}[{extra}]"]


def _packages(installed: Distribution, extra: str) -> list[str]:
    """Returns what an extra asks for, with that of the extras that it takes in."""
    found: list[str] = []
    for line in installed.requires or ():
        package, _, condition = line.partition(";")
        if condition.replace("'", '"').strip() != f'extra == "{extra}"':
            continue
        name, _, inner = package.strip().rstrip("]").partition("[")
        more = inner.split(",") if name == "r1gym" else ()
        found += [p for one in more for p in _packages(installed, one)] or [package.strip()]
    return list(dict.fromkeys(found))


@contextmanager
def needs(extra: str, module: str) -> Iterator[None]:
    """Stands around the imports of a module that people import by its name.

    Args:
        extra: Which of r1gym's extras has the packages.
        module: The module's ``__name__``.

    Raises:
        MissingPackageError: If a package cannot be imported; it is an ImportError as well.
    """
    try:
        yield
    except ImportError as error:
        is_ours = error.name is not None and error.name.partition(".")[0] == "r1gym"
        if is_ours or isinstance(error, R1GymError):
            raise
        raise MissingPackageError(
            f"{module} needs a package that cannot be loaded ({error}): {install(extra)}.",
            name=error.name,
        ) from error
