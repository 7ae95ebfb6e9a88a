"""Reasoning of the small world: arithmetic and equations asked in Chinese, and a shell game."""

from __future__ import annotations

import random

from r1gym.problems import arithmetic, equations
from r1gym.problems.families import family

SHELLS = (1, 2, 3, 4)


@family("small-arithmetic-zh", levels=6)
def arithmetic_zh(rng: random.Random, level: int) -> tuple[str, str]:
    """The family arithmetic, asked in Chinese."""
    return _in_chinese(*arithmetic.generate(rng, level))


@family("small-equations-zh", levels=3)
def equations_zh(rng: random.Random, level: int) -> tuple[str, str]:
    """The family equations, asked in Chinese."""
    return _in_chinese(*equations.generate(rng, level))


@family("small-shells", levels=4, question_bytes=96)
def shells(rng: random.Random, level: int) -> tuple[str, str]:
    """A ball under one of four shells, which change places; level n has n + 1 changes.

    Example:
        >>> shells.generate(random.Random(0), 1)
        ('Ball under 4, swap 4 1, swap 2 3. Where is it', '1')
    """
    place = rng.choice(SHELLS)
    said = [f"Ball under {place}"]
    for _ in range(level + 1):
        one, other = rng.sample(SHELLS, 2)
        said.append(f"swap {one} {other}")
        place = swap(place, one, other)
    return f"{', '.join(said)}. Where is it", str(place)


def swap(place: int, one: int, other: int) -> int:
    """Returns where what was at a place is, after two places have changed."""
    return {one: other, other: one}.get(place, place)


def _in_chinese(question: str, answer: str) -> tuple[str, str]:
    return question.replace("Compute ", "计算").replace("Solve ", "解方程"), answer
