"""`r1gym audit`."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import tyro

from r1gym.agents.progress import progress_bar
from r1gym.inspection import audit as recipe
from r1gym.recipes.progress import Stopper
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
    with Stopper() as stopper, ExitStack() as stack:
        bar = None

        def progress(done: int, total: int) -> None:
            nonlocal bar
            # Not before: what cannot be audited ends in one line.
            bar = bar or stack.enter_context(progress_bar("Audit", total, unit="response"))
            bar.update(done - bar.n)
            if stopper.requested:
                raise KeyboardInterrupt

        return recipe.audit(options, progress)


def show(found: recipe.Audit | recipe.Rates) -> int:
    """Prints it. Returns the exit code, that of an interruption if responses were left."""
    if isinstance(found, recipe.Rates):
        print_rates(found)
        return 0
    print_audit(found)
    return 130 if found.unjudged else 0
