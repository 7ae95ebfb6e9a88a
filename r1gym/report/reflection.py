"""Words of reflection in a stage's stored completions, beside accuracy with and without them.

The words are those that the report counts (C.2 of its second version), with Chinese ones. They are
counted and no more: a word is no proof that anything was reconsidered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from r1gym.report.samples import Sample, read_samples

WORDS = re.compile(
    r"(?<![a-z])(?:wait|mistake|however|but|retry|error|verify|wrong|evaluate|check)(?![a-z])"
    r"|等等|等一下|不对|错误|错了|但是|检查|验证",
    re.IGNORECASE,
)
_PARTS = 4


@dataclass(frozen=True)
class Part:
    """A part of training.

    Attributes:
        first: Its first step.
        last: Its last step.
        count: The completions that are stored of it.
        share: The share of them with a word of reflection.
        accuracy: The share of right ones: of those with such a word, and of those without. None
            where there are none.
    """

    first: int
    last: int
    count: int
    share: float
    accuracy: tuple[float | None, float | None]


def reflection(folder: Path) -> list[Part]:
    """Returns the parts of a stage's training; none if no completion has such a word.

    Args:
        folder: The stage's folder, with ``samples.jsonl``.

    Raises:
        RunError: If that is broken.
    """
    rows = [sample for sample in read_samples(folder) if sample.step]
    if not any(map(_has_word, rows)):
        return []
    size = -(-len(rows) // _PARTS)
    return [_part(rows[i : i + size]) for i in range(0, len(rows), size)]


def _part(rows: Sequence[Sample]) -> Part:
    sides = [[row for row in rows if _has_word(row) is wanted] for wanted in (True, False)]
    with_word, without = (_accuracy(side) for side in sides)
    share = len(sides[0]) / len(rows)
    return Part(rows[0].step, rows[-1].step, len(rows), share, (with_word, without))


def _has_word(row: Sample) -> bool:
    return WORDS.search(row.completion) is not None


def _accuracy(rows: Sequence[Sample]) -> float | None:
    return sum(row.verdict == "correct" for row in rows) / len(rows) if rows else None
