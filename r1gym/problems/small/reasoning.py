"""Reasoning of the small world: arithmetic and equations asked in Chinese, and fuzzy logic."""

from __future__ import annotations

import random
from collections.abc import Callable

from r1gym.problems import arithmetic, equations
from r1gym.problems.families import family

JUDGE: dict[str, Callable[[int, int], int]] = {"and": min, "or": max}


@family("small-arithmetic-zh", levels=6)
def arithmetic_zh(rng: random.Random, level: int) -> tuple[str, str]:
    """The family arithmetic, asked in Chinese."""
    return _in_chinese(*arithmetic.generate(rng, level))


@family("small-equations-zh", levels=3)
def equations_zh(rng: random.Random, level: int) -> tuple[str, str]:
    """The family equations, asked in Chinese."""
    return _in_chinese(*equations.generate(rng, level))


@family("small-logic", levels=4)
def logic(rng: random.Random, level: int) -> tuple[str, str]:
    """Fuzzy logic (Zadeh, 1965) from left to right: degrees of truth from 0 to 9.

    ``and`` is the smaller of two, ``or`` the larger; level n has n + 1 operations.

    Example:
        >>> logic.generate(random.Random(0), 1)
        ('Judge 6 or 0 and 4', '4')
    """
    value = rng.randint(0, 9)
    text = f"Judge {value}"
    for _ in range(level + 1):
        word, degree = rng.choice(tuple(JUDGE)), rng.randint(0, 9)
        text, value = f"{text} {word} {degree}", JUDGE[word](value, degree)
    return text, str(value)


def _in_chinese(question: str, answer: str) -> tuple[str, str]:
    return question.replace("Compute ", "计算").replace("Solve ", "解方程"), answer
