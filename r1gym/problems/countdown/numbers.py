"""The numbers game of the television show Countdown, with a solution by construction."""

from __future__ import annotations

import random
from typing import Any

from r1gym.problems.families import family

_COUNTS = {1: 3, 2: 4, 3: 5, 4: 6}
_TARGETS = {1: (5, 60), 2: (10, 150), 3: (50, 400), 4: (101, 999)}
_LARGE = (25, 50, 75, 100)
_MOST_DRAWS = 60
_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2}

_Part = tuple[int, str, str]  # value, text, last operator ("" for a number)


@family("countdown-numbers", levels=4, question_bytes=160)
def numbers(rng: random.Random, level: int) -> tuple[str, str, dict[str, Any]]:
    """An expression that makes a target from 3, 4, 5 and 6 numbers at levels 1 to 4.

    Each number is used exactly once. Numbers are up to 15, 25, 50 and, at level 4, four up to 10
    with two of 25, 50, 75 and 100; targets up to 60, 150, 400 and 999. Any right expression counts.
    """
    given = _numbers(rng, level)
    low, high = _TARGETS[level]
    for _ in range(_MOST_DRAWS):
        target, answer, _operator = _combined(rng, given)
        if low <= target <= high and target not in given:
            break
    else:
        # One time in some thousands; solvable as well.
        target, answer = sum(given), "+".join(map(str, given))
    told = ", ".join(map(str, given))
    question = rng.choice(
        (
            f"Make {target} from the numbers {told}, using each of them exactly once",
            f"Use each of the numbers {told} exactly once to make {target}",
            f"Find an expression with the value {target} in which each of the numbers {told} "
            "stands exactly once",
            f"Combine the numbers {told}, each exactly once, so that the result is {target}",
        )
    )
    form = "Allowed are +, -, *, / and brackets"
    metadata = {"verifier": "countdown", "countdown": {"numbers": given, "target": target}}
    return f"{question}. {form}", answer, metadata


def _numbers(rng: random.Random, level: int) -> list[int]:
    if level < 4:
        return [rng.randint(1, {1: 15, 2: 25, 3: 50}[level]) for _ in range(_COUNTS[level])]
    drawn = [*rng.sample(_LARGE, 2), *(rng.randint(1, 10) for _ in range(4))]
    rng.shuffle(drawn)
    return drawn


def _combined(rng: random.Random, given: list[int]) -> _Part:
    """Returns an expression of all numbers: two random parts become one until one is left."""
    parts: list[_Part] = [(number, str(number), "") for number in given]
    while len(parts) > 1:
        i, j = rng.sample(range(len(parts)), 2)
        a, b = parts[i], parts[j]
        if a[0] < b[0]:
            a, b = b, a
        joined = _joined(rng.choice(_operators(a[0], b[0])), a, b)
        parts = [part for k, part in enumerate(parts) if k not in (i, j)] + [joined]
    return parts[0]


def _operators(a: int, b: int) -> list[str]:
    """Returns the operators that may join a with b, which is not larger."""
    fit = ["+"]
    if a > b:
        fit.append("-")
    if b > 1:
        fit += ["*", "*"] if a * b < 2000 else []
        fit += ["/", "/"] if a % b == 0 and a > b else []
    return fit


def _joined(operator: str, a: _Part, b: _Part) -> _Part:
    value = {
        "+": a[0] + b[0],
        "-": a[0] - b[0],
        "*": a[0] * b[0],
        "/": a[0] // b[0] if b[0] else 0,
    }[operator]
    strength = _PRECEDENCE[operator]
    left = f"({a[1]})" if a[2] and _PRECEDENCE[a[2]] < strength else a[1]
    # To the right of - and /, an operator of the same strength needs brackets as well.
    tight = strength + (operator in "-/")
    right = f"({b[1]})" if b[2] and _PRECEDENCE[b[2]] < tight else b[1]
    return value, f"{left}{operator}{right}", operator
