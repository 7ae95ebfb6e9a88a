"""Linear equations: their one solution is the answer."""

import random
import re
from fractions import Fraction

import pytest

from r1gym.problems.equations import generate


def line(side):
    """Returns slope and constant of a side such as ``3*x-4``."""
    slope = re.match(r"(?:(\d+)\*)?x", side)
    rest = side[slope.end() :] if slope else side
    return int(slope[1] or 1) if slope else 0, int(rest or 0)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_answer_is_the_only_solution(level):
    rng, seen = random.Random(level), set()
    for _ in range(500):
        question, answer = generate(rng, level)
        left, right = question.removeprefix("Solve ").split("=")
        (a, b), (c, d) = line(left), line(right)
        assert a > c and Fraction(d - b, a - c) == int(answer), question
        assert 0 <= int(answer) <= 12
        assert bool(c) == (level == 3)
        assert bool(b) == (level > 1)
        seen.add(answer)
    assert len(seen) == 13


def test_a_factor_of_one_is_not_written():
    rng = random.Random(0)
    questions = [generate(rng, 3)[0] for _ in range(500)]
    assert not any("1*x" in re.sub(r"\d\d+", "", q) for q in questions)
    assert any("=x" in q for q in questions)
