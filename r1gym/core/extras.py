"""What to type when a package is missing. r1gym is on no package index, so only a path will do."""

from __future__ import annotations


def install(extra: str) -> str:
    """Returns how the packages of one of r1gym's extras are installed, to end a message with.

    Example:
        >>> install("judge")
        "pip install '.[judge]' in the folder of r1gym's source"
    """
    return f"pip install '.[{extra}]' in the folder of r1gym's source"
