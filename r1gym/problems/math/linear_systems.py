"""Linear systems with one solution, to be given whole or in an expression of its unknowns.

Left out: systems with no or many solutions, whose answers have no single natural form.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

from r1gym.problems.families import family
from r1gym.problems.math.notation import terms

_NAMES = ("x", "y", "z")


@family("math-linear-systems", levels=4, question_bytes=140)
def linear_systems(rng: random.Random, level: int) -> tuple[str, str]:
    """Draws a system with one solution.

    Level 1: two unknowns, whole numbers; 2: two unknowns, fractions; 3: three unknowns, whole
    numbers; 4: three unknowns, fractions.
    """
    size, whole = (2 if level < 3 else 3), level in (1, 3)
    most = (6, 9, 5, 3)[level - 1]
    while True:
        matrix = [[rng.randint(-most, most) for _ in range(size)] for _ in range(size)]
        if determinant(matrix) == 0 or not all(map(any, matrix)):
            continue
        if whole:
            solution = [Fraction(rng.randint(-9, 9)) for _ in range(size)]
            right = [int(sum(a * x for a, x in zip(row, solution, strict=True))) for row in matrix]
        else:
            right = [rng.randint(-12, 12) for _ in range(size)]
            solution = _solve(matrix, right)
        if whole or any(x.denominator > 1 for x in solution):
            break
    names = _NAMES[:size]
    equations = [
        f"{terms(zip(row, names, strict=True))}={value}"
        for row, value in zip(matrix, right, strict=True)
    ]
    if rng.random() < 0.4:
        form = f"({', '.join(names)})"
        question = rng.choice(
            (
                f"Solve the system {', '.join(equations)} and give the solution as {form}",
                f"Find {form} such that {_listed(equations)}",
            )
        )
        return question, f"({', '.join(map(str, solution))})"
    asked = [rng.choice((-3, -2, -1, 1, 2, 3)) for _ in names]
    if rng.random() < 0.5:
        asked = [1] * size
    target = terms(zip(asked, names, strict=True))
    question = rng.choice(
        (
            f"If {_listed(equations)}, find {target}",
            f"Solve the system {', '.join(equations)} and give the value of {target}",
        )
    )
    return question, str(sum(a * x for a, x in zip(asked, solution, strict=True)))


def determinant(matrix: Sequence[Sequence[int]]) -> int:
    """Returns the determinant, by expansion along the first row."""
    if len(matrix) == 1:
        return matrix[0][0]
    return sum(
        (-1) ** j * factor * determinant([[*row[:j], *row[j + 1 :]] for row in matrix[1:]])
        for j, factor in enumerate(matrix[0])
        if factor
    )


def _solve(matrix: list[list[int]], right: list[int]) -> list[Fraction]:
    """Returns the solution by Cramer's rule."""
    whole = determinant(matrix)
    columns = range(len(matrix))
    return [
        Fraction(
            determinant(
                [[*row[:j], b, *row[j + 1 :]] for row, b in zip(matrix, right, strict=True)]
            ),
            whole,
        )
        for j in columns
    ]


def _listed(equations: list[str]) -> str:
    return f"{', '.join(equations[:-1])} and {equations[-1]}"
