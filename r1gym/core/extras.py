"""What to type when a package is missing. r1gym is on no package index, so only a path will do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from r1gym.core.errors import MissingPackageError, R1GymError


def install(extra: str) -> str:
    """Returns how the packages of one of r1gym's extras are installed, to end a message with.

    Example:
        >>> install("judge")
        "pip install '.[judge]' in the folder of r1gym's source"
    """
    return f"pip install '.[{extra}]' in the folder of r1gym's source"


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
