"""`r1gym report`: looking at a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import tyro

from r1gym.report import overlaid, page


@dataclass(frozen=True)
class Report:
    """Write a run's page, or lay several runs over each other on one."""

    runs: tyro.conf.Positional[tuple[Path, ...]] = (Path("runs/r1-zero"),)
    """The run's folder. Several are laid over each other on a page beside the first."""


def report(options: Report) -> None:
    """Writes the page of a run, or of several, and says where."""
    if len(options.runs) == 1:
        print(f"Wrote {page.write_report(options.runs[0])}")
    else:
        print(f"Wrote {overlaid.write_overlaid(options.runs)}")
