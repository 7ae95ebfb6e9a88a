"""Words of reflection in a stage's stored completions, beside accuracy with and without them.

The words are those that the report counts (C.2 of its second version), with Chinese ones. They are
counted and no more: a word is no proof that anything was reconsidered.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from r1gym.core.errors import R1GymError
from r1gym.inspection.rescore import drawn_again, known_problems
from r1gym.recipes.run_view import RunView
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
        level: The level of its problems; None for all.
    """

    first: int
    last: int
    count: int
    share: float
    accuracy: tuple[float | None, float | None]
    level: int | None = None


def reflection(folder: Path, levels: Mapping[str, int] | None = None) -> list[Part]:
    """Returns the parts of a stage's training; none if no completion has such a word.

    Args:
        folder: The stage's folder, with ``samples.jsonl``.
        levels: Levels by question. Where there are several, their parts follow, level by level.

    Raises:
        RunError: If that is broken.
    """
    rows = [sample for sample in read_samples(folder) if sample.step]
    if not any(map(_has_word, rows)):
        return []
    parts = _parts(rows)
    levels = levels or {}
    known = sorted({levels[row.problem] for row in rows if row.problem in levels})
    for level in known if len(known) > 1 else ():
        parts += _parts([row for row in rows if levels.get(row.problem) == level], level)
    return parts


def reflective(folder: Path, most: int = 4) -> list[Sample]:
    """Returns a few completions with such a word, spread evenly over the training."""
    rows = [sample for sample in read_samples(folder) if sample.step and _has_word(sample)]
    count = min(most, len(rows))
    return [rows[round(i * (len(rows) - 1) / max(1, count - 1))] for i in range(count)]


def levels_of(view: RunView, folder: Path) -> dict[str, int]:
    """Returns the levels of the problems in a stage's stored completions, by question."""
    rows = [{"id": one.id, "problem": one.problem} for one in read_samples(folder)]
    known = known_problems(view.tasks.values())
    for spec in view.tasks.values():
        with suppress(R1GymError):  # of what cannot be drawn here the levels are not told
            known.update(drawn_again(rows, spec.filled()))
    return {question: problem.level for question, problem in known.items()}


def marked(text: str) -> str:
    """Returns a completion as HTML, with the words of reflection marked."""
    return WORDS.sub(lambda word: f"<mark>{word[0]}</mark>", html.escape(text))


def _parts(rows: Sequence[Sample], level: int | None = None) -> list[Part]:
    size = -(-len(rows) // _PARTS)
    return [_part(rows[i : i + size], level) for i in range(0, len(rows), size)]


def _part(rows: Sequence[Sample], level: int | None) -> Part:
    sides = [[row for row in rows if _has_word(row) is wanted] for wanted in (True, False)]
    with_word, without = (_accuracy(side) for side in sides)
    share = len(sides[0]) / len(rows)
    return Part(rows[0].step, rows[-1].step, len(rows), share, (with_word, without), level)


def _has_word(row: Sample) -> bool:
    return WORDS.search(row.completion) is not None


def _accuracy(rows: Sequence[Sample]) -> float | None:
    return sum(row.verdict == "correct" for row in rows) / len(rows) if rows else None
