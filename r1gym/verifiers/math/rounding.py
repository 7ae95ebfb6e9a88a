"""Golds that are roundings: ``0.8333333333`` for 5/6, as programs print their numbers.

A decimal of ten or more significant digits, six of them behind the point, is no number that anyone
would write down as exact. What rounds to it is right, compared exactly.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from r1gym.verifiers.math import fold
from r1gym.verifiers.math.evaluate import Undefined
from r1gym.verifiers.math.fold import Node
from r1gym.verifiers.math.precision import decimal_near

_FEWEST_DIGITS: Final = 10
_FEWEST_PLACES: Final = 6
_MOST_PLACES: Final = 40
_DIGITS_OF_A_FLOAT: Final = 15
_STEP_OF_A_FLOAT: Final = Fraction(1, 2**52)  # relative: what a double cannot tell apart


def rounds_to(node: Node, gold: Fraction) -> bool:
    """Returns whether a number is the gold once it is rounded to the gold's places."""
    step = _step(gold)
    if step is None or fold.symbols(node):
        return False
    if not isinstance(node, tuple):
        return abs(node - gold) <= step
    try:
        value = decimal_near(node)
    except Undefined:
        return False
    # The value is known to many more digits than the step has.
    return value is not None and abs(value - gold) <= step


def _step(gold: Fraction) -> Fraction | None:
    """Returns how far from the gold its exact value may lie, or None if it is no rounding."""
    places, power = 0, 1
    while power % gold.denominator:
        places, power = places + 1, power * 10
        if places > _MOST_PLACES:
            return None
    digits = len(str(abs(gold.numerator * (power // gold.denominator))))
    if places < _FEWEST_PLACES or digits < _FEWEST_DIGITS:
        return None
    half = Fraction(1, 2 * power)
    if digits >= _DIGITS_OF_A_FLOAT:
        return max(half, abs(gold) * _STEP_OF_A_FLOAT)
    return half
