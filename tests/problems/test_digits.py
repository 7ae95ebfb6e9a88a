"""The answer is the last digit, the largest, or the sum modulo 4."""

import random

import pytest

from r1gym.problems.digits import generate


@pytest.mark.parametrize(
    ("level", "rule"),
    [(1, lambda d: d[-1]), (2, max), (3, lambda d: sum(d) % 4)],
)
def test_the_answer_follows_from_the_digits(level, rule):
    rng = random.Random(0)
    drawn = [generate(rng, level) for _ in range(200)]
    assert all(str(rule([*map(int, q)])) == a and len(q) == 5 for q, a in drawn)
    assert {a for _, a in drawn} >= set("123")
