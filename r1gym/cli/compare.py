"""`r1gym compare`."""

from __future__ import annotations

from dataclasses import dataclass

import tyro

from r1gym.inspection import compare as recipe


@dataclass(frozen=True)
class Compare:
    """Compare two evaluations of the same questions: the second against the first."""

    first: tyro.conf.Positional[str]
    """A folder with evaluations (a run, or runs/eval-NAME), or the .json of one."""
    second: tyro.conf.Positional[str]
    """Another."""
    suites: tuple[str, ...] = ()
    """Only these suites; by default all that both have."""


def compare(options: Compare) -> list[recipe.Compared]:
    """Returns how the second does against the first, a suite each."""
    return recipe.compare(options.first, options.second, options.suites)
