"""Runs the experiments that claims need and that have not been run, and judges the claims."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r1gym.claims.claim import Claim
from r1gym.claims.experiment import Cell, Found, run_cell
from r1gym.claims.outcome import Measured, Outcome, judge
from r1gym.core.errors import RunError
from r1gym.core.files import explained, only_process
from r1gym.inspection.cells import run_missing


@dataclass(frozen=True)
class Judged:
    """A claim with what became of it.

    Attributes:
        claim: The claim.
        outcome: What became of it; None if its experiment has not been run at every seed.
        numbers: Its numbers.
        minutes: What its experiment took, all seeds, of one core.
        found: What its experiment returned at each seed, if it has been run at every one.
    """

    claim: Claim
    outcome: Outcome | None
    numbers: list[Measured]
    minutes: float
    found: Sequence[Found] = ()


def run_claims(claims: Sequence[Claim], home: Path, jobs: int) -> list[str]:
    """Runs what is missing.

    Args:
        claims: The claims to test.
        home: Where results are kept.
        jobs: Experiments at a time, each of one thread.

    Returns:
        The experiments that failed, a line each.

    Raises:
        R1GymError: If another process is at work there, or a stop was asked for.
    """
    cells = {cell.file: cell for claim in claims for cell in cells_of(claim, home)}
    with only_process(home):
        return run_missing([*cells.values()], run_cell, home / "cells", jobs, "Claims")


def judge_claim(claim: Claim, home: Path) -> Judged:
    """Returns what became of a claim, from what has been run.

    Raises:
        RunError: If a result is broken, or lacks a number of the claim's.
    """
    paths = [home / "cells" / cell.file for cell in cells_of(claim, home)]
    found = [_read(path) for path in paths if path.exists()]
    minutes = sum(one["seconds"] for one in found) / 60
    if len(found) < len(paths):
        return Judged(claim, None, [], minutes)
    results = [one["found"] for one in found]
    outcome, numbers = judge(claim, results)
    return Judged(claim, outcome, numbers, minutes, results)


def cells_of(claim: Claim, home: Path) -> list[Cell]:
    """Returns the runs that a claim needs."""
    return [Cell(claim.experiment, claim.settings, seed, home) for seed in claim.seeds]


def _read(path: Path) -> dict[str, Any]:
    with explained(path):
        text = path.read_text("utf-8")
    try:
        result: dict[str, Any] = json.loads(text)
        _ = result["found"].items(), float(result["seconds"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise RunError(f"{path} is broken: delete it, and run its claim again.") from error
    return result
