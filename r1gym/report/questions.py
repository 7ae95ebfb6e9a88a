"""The same questions before and after, side by side, each with its gold answer.

Which questions are shown is not chosen by hand: as many of each kind (wrong to right, right to
wrong, and so on) as its share of all asks for, at least one, the first of the test split that there
are. Of several completions of a question the first one stands for all.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r1gym.evaluation.results import Summary, load_rows
from r1gym.evaluation.rows import Row
from r1gym.report.reflection import marked
from r1gym.report.theme import stepped

_MOST = 12


@dataclass(frozen=True)
class Side:
    """What one model said to a question.

    Attributes:
        title: When, or which model.
        row: Its first completion.
        right: How many of its completions are right.
        samples: How many there are.
    """

    title: str
    row: Row
    right: int
    samples: int

    @property
    def is_right(self) -> bool:
        """Whether the completion that is shown is right."""
        return bool(self.row["verdict"] == "correct")


@dataclass(frozen=True)
class Asked:
    """A question that several models, or one at several times, have answered."""

    sides: tuple[Side, ...]

    @property
    def kind(self) -> str:
        """What became of the answer from the first to the last."""
        first, *_, last = ("right" if side.is_right else "wrong" for side in self.sides)
        return f"still {last}" if first == last else f"{first} → {last}"


def asked_of(results: Sequence[Summary], titles: Sequence[str]) -> list[Asked]:
    """Returns the questions that all of some evaluations have asked, in the order of the last.

    Args:
        results: The evaluations; one whose completions are gone is passed over.
        titles: What each is called.

    Returns:
        The questions; none where fewer than two evaluations have any in common.

    Raises:
        RunError: If completions are there and broken.
    """
    sides: list[dict[tuple[str, str], Side]] = []
    for result, title in zip(results, titles, strict=True):
        if Path(result["file"]).with_suffix(".jsonl").exists():
            sides.append(_sides(load_rows(result), result["samples"], title))
    if len(sides) < 2:
        return []
    keys = [key for key in sides[-1] if all(key in one for one in sides)]
    return [Asked(tuple(one[key] for one in sides)) for key in keys]


def chosen(asked: Sequence[Asked], most: int = _MOST) -> list[Asked]:
    """Returns a few questions, of each kind its share and at least one."""
    kinds = Counter(one.kind for one in asked)
    room = {
        kind: max(1, round(count * (most - len(kinds)) / max(1, len(asked))))
        for kind, count in kinds.items()
    }
    found = []
    for one in asked:
        if room[one.kind]:
            room[one.kind] -= 1
            found.append(one)
    return found[:most]


def side_by_side(asked: Sequence[Asked], title: str = "The same question, before and after") -> str:
    """Returns a few questions as HTML, to step through; nothing without any."""
    if not asked:
        return ""
    kinds = Counter(one.kind for one in asked).most_common()
    shares = ", ".join(f"{count:,} {kind.replace(' →', ' to')}" for kind, count in kinds)
    few = chosen(asked)
    first = next((i for i, one in enumerate(few) if one.kind == "wrong → right"), 0)
    samples = max(side.samples for one in asked for side in one.sides)
    of = f"the first of {samples} completions of each" if samples > 1 else "a completion of each"
    names = [asked[0].sides[i].title for i in (0, -1)]
    if names[0] != "Before":
        of += f", from {names[0]} to {names[1]}"
    return (
        f"<h2>{html.escape(title)}</h2>{stepped([_card(one) for one in few], first)}"
        f'<p class="note">{len(few)} of {len(asked):,} test questions, by {html.escape(of)}: '
        f"{html.escape(shares)}. Shown are the first of each kind, as many as its share.</p>"
    )


def card(question: str, gold: str, sides: Sequence[tuple[str, str, str]], kind: str = "") -> str:
    """Returns a question with its gold answer and what was said to it as HTML.

    Args:
        question: The question.
        gold: Its gold answer.
        sides: A title, a completion and a verdict of each.
        kind: What became of it.
    """
    boxes = "".join(
        f'<div class="side{" right" if verdict == "correct" else ""}"><h4>{html.escape(title)} '
        f'<span class="{"correct" if verdict == "correct" else "other"}">{html.escape(verdict)}'
        f"</span></h4><code>{marked(text)}</code></div>"
        for title, text, verdict in sides
    )
    badge = f' <span class="kind">{html.escape(kind)}</span>' if kind else ""
    return (
        f'<p class="asked">{html.escape(question)}</p><p>Gold answer: <b>{html.escape(gold)}</b>'
        f'{badge}</p><div class="sides">{boxes}</div>'
    )


def _card(one: Asked) -> str:
    row = one.sides[-1].row
    sides = [
        (
            side.title + (f", {side.right} of {side.samples} right" if side.samples > 1 else ""),
            str(side.row["completion"]),
            str(side.row["verdict"]),
        )
        for side in one.sides
    ]
    return card(str(row["problem"]), str(row["answer"]), sides, one.kind)


def _sides(rows: Sequence[Row], samples: int, title: str) -> dict[tuple[str, str], Side]:
    found = {}
    for start in range(0, len(rows), samples):
        group: Sequence[Mapping[str, Any]] = rows[start : start + samples]
        right = sum(row["verdict"] == "correct" for row in group)
        key = str(group[0]["problem"]), str(group[0].get("answer", ""))
        found[key] = Side(title, {"answer": "", **group[0]}, right, samples)
    return found
