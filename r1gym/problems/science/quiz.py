"""Multiple choice over the subjects of this group: options a typical mistake would lead to.

Left out: questions of mere knowledge, which cannot be made by rule.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from r1gym.problems.families import family
from r1gym.problems.science.chemistry import draw_acidity, draw_chemistry
from r1gym.problems.science.choice import multiple_choice
from r1gym.problems.science.circuits import draw_circuits
from r1gym.problems.science.genetics import draw_genetics
from r1gym.problems.science.item import Item, written
from r1gym.problems.science.mechanics import draw_mechanics
from r1gym.problems.science.units import draw_units

_DRAW = (
    draw_units, draw_mechanics, draw_circuits, draw_chemistry, draw_acidity, draw_genetics,
)  # fmt: skip
_OPTIONS = (4, 4, 4, 5)
_SLIPS = (10, Fraction(1, 10), 2, Fraction(1, 2), 100, Fraction(1, 100), 3)


@family("science-choice", levels=3, question_bytes=720)
def choice(rng: random.Random, level: int) -> tuple[str, str, dict[str, Any]]:
    """Level n asks what the other families ask at level n; of four options, or five at level 3."""
    item = rng.choice(_DRAW)(rng, level)
    count = rng.choice(_OPTIONS) if level == 3 else 4
    texts = [_option(item, value) for value in _wrong(item, count - 1)]
    return multiple_choice(item.question, _option(item, item.value), texts, rng)


def _wrong(item: Item, count: int) -> list[Fraction]:
    """Returns the item's mistakes, none of them right, filled up with slips of a factor."""
    chosen: list[Fraction] = []
    for value in (*item.mistakes, *_filling(item)):
        if value != item.value and value not in chosen and len(chosen) < count:
            chosen.append(value)
    return chosen


def _filling(item: Item) -> Iterator[Fraction]:
    """Yields values that are wrong if anything is: more than are needed, whatever the item."""
    if item.unit:
        yield from (item.value * Fraction(slip) for slip in _SLIPS)
    yield from (Fraction(1, n) for n in (2, 3, 4, 8, 16, 6, 9))
    yield from (item.value + n for n in range(1, 8))


def _option(item: Item, value: Fraction) -> str:
    return f"{written(value)} {item.unit}".strip()
