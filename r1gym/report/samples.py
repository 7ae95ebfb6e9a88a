"""Picks a few completions that show how a run's answers changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

_MOST = 10


@dataclass(frozen=True)
class Sample:
    """A completion that was sampled in training."""

    step: int
    problem: str
    completion: str
    verdict: str


def pick_samples(folder: Path) -> list[Sample]:
    """Returns one completion from each of a few steps, spread evenly over the run."""
    path = folder / "samples.jsonl"
    if not path.exists():
        return []
    first_of_step: dict[int, Sample] = {}
    for line in path.read_text("utf-8").split("\n")[:-1]:
        row = json.loads(line)
        sample = Sample(row["step"], row["problem"], row["completion"], row["verdict"])
        first_of_step.setdefault(sample.step, sample)
    samples = list(first_of_step.values())
    count = min(_MOST, len(samples))
    return [samples[round(i * (len(samples) - 1) / max(1, count - 1))] for i in range(count)]
