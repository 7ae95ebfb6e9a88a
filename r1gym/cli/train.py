"""What `r1gym train` and `r1gym doctor` show."""

from __future__ import annotations

from pathlib import Path

from r1gym.evaluation.preflight import Check, is_fit
from r1gym.report.page import write_report
from r1gym.report.table import print_run
from r1gym.report.verdicts import print_checks


def show_run(folder: Path) -> None:
    """Writes a finished run's page and prints its table."""
    print_run(folder, write_report(folder))


def show_checks(checks: list[Check]) -> int:
    """Prints the doctor's checks. Returns 1 if one failed."""
    print_checks(checks)
    return int(not is_fit(checks))
