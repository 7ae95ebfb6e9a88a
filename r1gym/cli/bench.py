"""`r1gym bench table`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import tyro

from r1gym.report.bench import print_bench


@dataclass(frozen=True)
class BenchTable:
    """Print a bench's table again, and draw its curves."""

    run: tyro.conf.Positional[Path] = Path("runs/bench")
    """The bench's folder."""


def print_table(options: BenchTable) -> None:
    """Prints the table of the cells that are finished."""
    print_bench(options.run)
