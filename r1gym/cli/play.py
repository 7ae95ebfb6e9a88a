"""`r1gym play`: one problem, answered by a model or by several side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import tyro

from r1gym.cli.values import json_object
from r1gym.inspection import play as stage
from r1gym.inspection.targets import How
from r1gym.verifiers.component import ComponentSpec


@dataclass(frozen=True)
class Play:
    """Watch a model answer one problem, or several models side by side."""

    targets: tyro.conf.Positional[tuple[str, ...]] = ("runs/r1-zero",)
    """Runs, checkpoints, models (a folder, a GGUF file, a hub id, smollm2), or addresses of
    endpoints."""
    problem: int | None = None
    """Number of the problem in the test split; the first if not given."""
    question: str = ""
    """A question of your own, in place of a problem."""
    answer: str = ""
    """Its gold answer; without one nothing is graded."""
    problems: str = ""
    """Task families with their levels, or a file; empty for those of the first run that is named,
    or arithmetic:2-5 equations:1-3."""
    rewards: dict[str, ComponentSpec] | None = None
    """Reward components with their weights, or with JSON; if not given, those of that run."""
    base: bool = False
    """Beside each run, the model that it was trained from."""
    samples: int = 1
    """Answers of each model; with more than one they stand side by side."""
    temperature: float = 0.6
    """Sampling temperature; 0 for the likeliest token."""
    top_p: float = 1.0
    """Nucleus."""
    max_tokens: int = 0
    """The most tokens of an answer; 0 for as many as in that run, or 512."""
    template: str = ""
    """Prompt template; empty for each model's own."""
    seed: int = 0
    """Seed of the sampling."""
    model: str = ""
    """The model's name at an endpoint."""
    engine: str = ""
    """What samples; empty for the run's own, or the embedded one."""
    options: str = ""
    """Options of the engine or of the endpoint, as JSON: {"chat": false}."""
    device: str = ""
    """Torch device; empty for the one it was trained on."""
    dtype: Literal["", "float32", "bfloat16"] = ""
    """Type of the weights; empty for the one it was trained in, or float32."""


def play(options: Play) -> Sequence[stage.Played]:
    """Returns the problem with each model's answers."""
    asking = stage.Asking(
        options.problem, options.question, options.answer, options.problems, options.rewards,
        options.template, options.max_tokens, options.samples, options.temperature, options.top_p,
        options.seed,
    )  # fmt: skip
    extra = json_object("options", options.options) if options.options else None
    how = How(
        options.model, options.engine, extra, options.device, None, options.base, options.dtype
    )
    return stage.play(options.targets, asking, how)
