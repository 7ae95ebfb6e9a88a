"""Arithmetic chains: ``Compute (7+5)*3-4.`` with every intermediate value from 0 to 99.

Level n has n operations with single-digit operands, applied from left to right; brackets stand
where the usual precedence would read the expression otherwise. Division is left out: it would
need a remainder rule that the question does not state.
"""

from __future__ import annotations

import random

from r1gym.envs.families import register_family

_LARGEST = 99


@register_family("arithmetic", levels=6)
def generate(rng: random.Random, level: int) -> tuple[str, str]:
    """Draws a chain of `level` operations. Returns the question and its answer."""
    value = rng.randint(2, 9)
    text, is_sum = str(value), False
    for _ in range(level):
        operator, operand = _draw_operation(rng, value)
        if operator == "*":
            text = f"({text})" if is_sum else text
            value *= operand
        else:
            value += operand if operator == "+" else -operand
        text, is_sum = f"{text}{operator}{operand}", operator != "*"
    return f"Compute {text}", str(value)


def _draw_operation(rng: random.Random, value: int) -> tuple[str, int]:
    """Draws an operation that keeps the running value within 0 and 99."""
    while True:
        operator, operand = rng.choice("+-*"), rng.randint(2, 9)
        if operator == "*":
            after = value * operand
        else:
            after = value + operand if operator == "+" else value - operand
        if 0 <= after <= _LARGEST and not (operator == "*" and value == 0):
            return operator, operand
