"""`r1gym audit`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import tyro
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from r1gym.inspection import audit as recipe
from r1gym.report.audit import print_audit, print_rates


@dataclass(frozen=True)
class Audit(recipe.AuditConfig):
    """Compare graders on stored completions, or tell how often each was wrong."""

    file: tyro.conf.Positional[Path]
    """JSON lines, a JSON list or Parquet, with a response and its gold answer in each row."""
    labelled: bool = False
    """The file is one that an audit wrote and somebody labelled: tell how often who was wrong."""


def audit(options: Audit) -> recipe.Audit | recipe.Rates:
    """Returns what the graders said, or the rates from a labelled file."""
    if options.labelled:
        return recipe.read_rates(options.file.expanduser())
    columns = (SpinnerColumn(), TextColumn("{task.completed} rows"), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("audit", total=None)
        return recipe.audit(options, lambda rows: bar.advance(task, rows))


def show(found: recipe.Audit | recipe.Rates) -> None:
    """Prints it."""
    if isinstance(found, recipe.Audit):
        print_audit(found)
    else:
        print_rates(found)
