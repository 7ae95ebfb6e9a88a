"""A science question before it is asked: its value, unit, and what typical mistakes would give.

The same item is asked openly, with a number as the gold answer, or as a multiple choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

ASK = ("Find", "Calculate", "Compute", "Determine")


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its exact value.

    Attributes:
        question: The text, which names the unit that is wanted.
        value: The right value in that unit.
        unit: The unit; empty for a plain number.
        mistakes: Values that wrong formulas and unit slips give; the right one may be among them.
    """

    question: str
    value: Fraction
    unit: str
    mistakes: tuple[Fraction, ...] = ()


def asked_openly(item: Item) -> tuple[str, str, dict[str, Any]]:
    """Returns the question, the gold answer and the metadata of an item."""
    question = item.question
    if not terminates(item.value):
        question += "; give the exact value as a fraction"
    return question, written(item.value), {"verifier": "accuracy"}


def terminates(value: Fraction) -> bool:
    """Returns whether a value has a decimal expansion that ends."""
    return _decimals(value) is not None


def written(value: Fraction) -> str:
    """Returns a value as an exact decimal, ``"0.125"``, or else as a fraction, ``"1/3"``."""
    places = _decimals(value)
    if not places:
        return str(value)
    digits = str(abs(value.numerator) * 10**places // value.denominator).zfill(places + 1)
    return f"{'-' * (value < 0)}{digits[:-places]}.{digits[-places:]}"


def ended(value: Fraction, factor: Fraction) -> Fraction:
    """Returns a multiple of `value` whose product with `factor` has decimals that end."""
    odd = (value * factor).denominator
    for prime in (2, 5):
        while odd % prime == 0:
            odd //= prime
    return value * odd


def _decimals(value: Fraction) -> int | None:
    """Returns how many decimals a value has, or None if they do not end."""
    rest, counts = value.denominator, []
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        counts.append(count)
    return max(counts) if rest == 1 else None
