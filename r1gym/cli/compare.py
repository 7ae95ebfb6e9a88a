"""`r1gym compare`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tyro

from r1gym.inspection import compare as recipe
from r1gym.report.compare_page import page_path, write_compared
from r1gym.report.compared import print_compared


@dataclass(frozen=True)
class Compare:
    """Compare two evaluations of the same questions: the second against the first."""

    first: tyro.conf.Positional[str]
    """What `r1gym eval` was given: a run, a checkpoint, a model or an endpoint; or a folder with
    evaluations (runs/eval-NAME), or the .json of one."""
    second: tyro.conf.Positional[str] = ""
    """Another; left out, the run before its training against itself after it."""
    suites: tuple[str, ...] = ()
    """Only these suites; by default all that both have."""
    model: str = ""
    """The model's name, of an endpoint."""
    page: str = ""
    """Where the page is written; empty for runs/compare-FIRST-SECOND.html."""


def compare(options: Compare) -> tuple[Compare, list[recipe.Compared]]:
    """Returns how the second does against the first, a suite each."""
    found = recipe.compare(options.first, options.second, options.suites, options.model)
    return options, found


def show(done: tuple[Compare, Sequence[recipe.Compared]]) -> None:
    """Prints a table for each suite, and writes the page with what flipped."""
    options, found = done
    print_compared(found)
    path = Path(options.page) if options.page else page_path(options.first, options.second)
    print(f"Wrote {write_compared(found, path.expanduser())}")
