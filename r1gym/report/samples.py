"""Picks a few completions that show how a run's answers changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from r1gym.core.errors import RunError
from r1gym.core.files import explained

_MOST = 10


@dataclass(frozen=True)
class Sample:
    """A completion that was sampled in training."""

    step: int
    problem: str
    completion: str
    verdict: str
    id: str = ""
    tokens: float | None = None


def pick_samples(folder: Path) -> list[Sample]:
    """Returns one completion from each of a few steps, spread evenly over the run.

    Raises:
        RunError: If a line is broken.
    """
    first_of_step: dict[int, Sample] = {}
    for sample in read_samples(folder):
        first_of_step.setdefault(sample.step, sample)
    samples = list(first_of_step.values())
    count = min(_MOST, len(samples))
    return [samples[round(i * (len(samples) - 1) / max(1, count - 1))] for i in range(count)]


def read_samples(folder: Path) -> list[Sample]:
    """Returns all completions that were stored in training.

    Raises:
        RunError: If a line is broken.
    """
    path = folder / "samples.jsonl"
    if not path.exists():
        return []
    with explained(path):
        lines = path.read_bytes().split(b"\n")[:-1]  # a kill may have cut the last one short
    samples = []
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            known = (row["problem"], row["completion"], row["verdict"], row.get("id", ""))
            sample = Sample(row["step"] + 0, *known, row.get("tokens"))
        except (ValueError, TypeError, KeyError) as error:
            raise RunError(f"{path}, line {number}, is no sample: {error!r}.") from error
        samples.append(sample)
    return samples
