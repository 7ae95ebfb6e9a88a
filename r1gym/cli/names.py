"""`r1gym list`."""

from __future__ import annotations

from dataclasses import dataclass

from r1gym.report import names


@dataclass(frozen=True)
class List:
    """List what names stand for: environments, rewards, task families, data sets, agents."""


def print_names(options: List) -> None:
    """Prints all names that can be used."""
    names.print_names()
