"""Reasoning of the small world: arithmetic and equations asked in Chinese, and who comes first."""

from __future__ import annotations

import itertools
import random
from typing import Any

from r1gym.problems import arithmetic, equations
from r1gym.problems.families import family
from r1gym.problems.small.words import AFTER, BEFORE, NAMES


@family("small-arithmetic-zh", levels=6)
def arithmetic_zh(rng: random.Random, level: int) -> tuple[str, str]:
    """The family arithmetic, asked in Chinese."""
    return _in_chinese(*arithmetic.generate(rng, level))


@family("small-equations-zh", levels=3)
def equations_zh(rng: random.Random, level: int) -> tuple[str, str]:
    """The family equations, asked in Chinese."""
    return _in_chinese(*equations.generate(rng, level))


@family("small-order", levels=3, question_bytes=96)
def order(rng: random.Random, level: int) -> tuple[str, str, dict[str, Any]]:
    """Level n has n + 1 relations between n + 2 names, in any order. Returns who is first or last.

    Example:
        >>> order.generate(random.Random(0), 1)[:2]
        ('Hana before Jana, Anna after Jana. Who is first', 'Hana')
    """
    names = rng.sample(NAMES, level + 2)
    said = [
        f"{one}{BEFORE}{other}" if rng.random() < 0.5 else f"{other}{AFTER}{one}"
        for one, other in itertools.pairwise(names)
    ]
    rng.shuffle(said)
    first = rng.random() < 0.5
    asked = "Who is first" if first else "Who is last"
    gold = names[0] if first else names[-1]
    known = {"verifier": "logic", "logic": {"kind": "set", "gold": [gold]}}
    return f"{', '.join(said)}. {asked}", gold, known


def _in_chinese(question: str, answer: str) -> tuple[str, str]:
    return question.replace("Compute ", "计算").replace("Solve ", "解方程"), answer
