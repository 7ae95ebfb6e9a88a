"""Arithmetic chains: ``Compute (7+5)*3-4.`` with every intermediate value from 0 to 99.

Level n has n operations with single-digit operands, applied from left to right; brackets stand
where the usual precedence would read the expression otherwise. Division is left out: it would
need a remainder rule that the question does not state.
"""

from __future__ import annotations

import random

from r1gym.problems.families import register_family

_LARGEST = 99


def _operations(value: int) -> list[tuple[str, int, int]]:
    """Returns what can follow a running value: operator, operand and the value after them."""
    found = []
    for operand in range(2, 10):
        found += [("+", operand, value + operand), ("-", operand, value - operand)]
        if value:
            found.append(("*", operand, value * operand))
    return [operation for operation in found if 0 <= operation[2] <= _LARGEST]


_NEXT = [_operations(value) for value in range(_LARGEST + 1)]  # looked up, not searched for


@register_family("arithmetic", levels=6)
def generate(rng: random.Random, level: int) -> tuple[str, str]:
    """Draws a chain of `level` operations. Returns the question and its answer."""
    draw = rng.random
    value = 2 + int(draw() * 8)
    text, is_sum = str(value), False
    for _ in range(level):
        operations = _NEXT[value]
        operator, operand, value = operations[int(draw() * len(operations))]
        if operator == "*":
            text = f"({text})" if is_sum else text
        text, is_sum = f"{text}{operator}{operand}", operator != "*"
    return f"Compute {text}", str(value)
