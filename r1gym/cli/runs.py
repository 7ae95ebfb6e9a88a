"""`r1gym play` and `report`: looking at a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import tyro

from r1gym.inspection import play as stage
from r1gym.report import overlaid, page


@dataclass(frozen=True)
class Play:
    """Watch a policy answer one problem, token by token."""

    run: tyro.conf.Positional[Path] = Path("runs/r1-zero")
    """The run's folder."""
    problem: int = 0
    """Number of the problem in the test split."""
    base: bool = False
    """Let the base model answer instead of the trained policy."""
    temperature: float = 0.6
    """Sampling temperature."""
    seed: int = 0
    """Seed of the sampling."""
    device: str = ""
    """Torch device; empty for the one it was trained on."""


@dataclass(frozen=True)
class Report:
    """Write a run's page, or lay several runs over each other on one."""

    runs: tyro.conf.Positional[tuple[Path, ...]] = (Path("runs/r1-zero"),)
    """The run's folder. Several are laid over each other on a page beside the first."""


def play(options: Play) -> stage.Played:
    """Returns one problem with the policy's answer."""
    return stage.play(
        options.run,
        options.problem,
        options.base,
        options.temperature,
        options.seed,
        options.device,
    )


def report(options: Report) -> None:
    """Writes the page of a run, or of several, and says where."""
    if len(options.runs) == 1:
        print(f"Wrote {page.write_report(options.runs[0])}")
    else:
        print(f"Wrote {overlaid.write_overlaid(options.runs)}")
