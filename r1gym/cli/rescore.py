"""`r1gym rescore`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import tyro

from r1gym.inspection import rescore as recipe
from r1gym.verifiers.component import ComponentSpec


@dataclass(frozen=True)
class Rescore:
    """Score a run's stored completions again, with other rewards or today's verifiers."""

    run: tyro.conf.Positional[Path] = Path("runs/r1-zero")
    """The run's folder."""
    rewards: dict[str, ComponentSpec] | None = None
    """Reward components with their weights, or with JSON; if not given, those of the run."""


def rescore(options: Rescore) -> list[recipe.Rescored]:
    """Returns what became of each file of completions."""
    return recipe.rescore(options.run, options.rewards)
