"""`r1gym report`: looking at a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import tyro

from r1gym.report import page


@dataclass(frozen=True)
class Report:
    """Draw a run's curves and write its page."""

    run: tyro.conf.Positional[Path] = Path("runs/r1-zero")
    """The run's folder."""


def report(options: Report) -> None:
    """Writes a run's page and says where."""
    print(f"Wrote {page.write_report(options.run)}")
