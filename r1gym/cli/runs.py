"""`r1gym eval`, `play` and `report`: looking at a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tyro

from r1gym.evaluation.runner import EvalConfig
from r1gym.inspection import evaluate as recipe
from r1gym.inspection import play as stage
from r1gym.report import page


@dataclass(frozen=True)
class Eval:
    """Evaluate a run's newest checkpoint: pass@1, pass@k and cons@k with intervals."""

    run: tyro.conf.Positional[Path] = Path("runs/r1-zero")
    """The run's folder."""
    samples: int = 16
    """Completions a question."""
    questions: int = 256
    """The first n questions of the split."""
    split: str = "test"
    """train, validation or test."""
    temperature: float = 0.6
    """Sampling temperature."""
    top_p: float = 0.95
    """Nucleus."""
    seed: int = 0
    """Seed of the sampling."""
    device: str = ""
    """Torch device; empty for the one it was trained on."""


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
    """Draw a run's curves and write its page."""

    run: tyro.conf.Positional[Path] = Path("runs/r1-zero")
    """The run's folder."""


def evaluate(options: Eval) -> list[dict[str, Any]]:
    """Returns the evaluation's summary, for a table of one column."""
    config = EvalConfig(
        options.questions, options.samples, options.temperature, options.top_p, options.seed
    )
    return [recipe.evaluate_run(options.run, options.split, config, options.device)]


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
    """Writes a run's page and says where."""
    print(f"Wrote {page.write_report(options.run)}")
