"""Systems read from the question and solved by elimination with fractions."""

import re
from fractions import Fraction

import pytest

TERM = re.compile(r"([+-]?)(?:(\d+)\*)?([xyz])")


def coefficients(text, names):
    assert TERM.sub("", text) == "", text
    found = dict.fromkeys(names, 0)
    for sign, size, name in TERM.findall(text):
        found[name] += int(f"{sign}{size or 1}")
    return [Fraction(found[name]) for name in names]


def eliminate(rows):
    """Gauss-Jordan elimination; fails if there is not exactly one solution."""
    for i in range(len(rows)):
        pivot = next(r for r in range(i, len(rows)) if rows[r][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for r in range(len(rows)):
            if r != i:
                rows[r] = [a - rows[r][i] * b for a, b in zip(rows[r], rows[i], strict=True)]
    return [row[-1] for row in rows]


def solve(question, size):
    names = "xyz"[:size]
    equations = re.findall(r"(\S*[xyz]\S*)=(-?\d+)", question)
    assert len(equations) == size
    solution = eliminate(
        [[*coefficients(left, names), Fraction(value)] for left, value in equations]
    )
    target = re.search(r"find ([^ ,]+)$|value of ([^ ,]+)$", question)
    if target is None:
        assert f"({', '.join(names)})" in question
        return solution
    weights = coefficients(target[1] or target[2], names)
    return [sum(w * x for w, x in zip(weights, solution, strict=True))]


@pytest.mark.parametrize("level", range(1, 5))
def test_elimination_agrees(level, draw):
    fractions = 0
    for question, gold in draw("math-linear-systems", level):
        answer = [Fraction(part) for part in gold.strip("()").split(", ")]
        assert solve(question, 2 if level < 3 else 3) == answer, question
        fractions += any(x.denominator > 1 for x in answer)
    assert (fractions > 100) == (level in (2, 4))
