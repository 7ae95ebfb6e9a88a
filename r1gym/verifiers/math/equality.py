"""Are two expressions equal? Exactly, without ever rewriting them.

In this order, the cheapest first: the same form; exact numbers; other variables; floats at fixed
points, which only ever reject; residues modulo large primes for rational expressions; values at
high precision for the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from r1gym.verifiers.math.evaluate import (
    PRIMES,
    Undefined,
    in_floats,
    is_rational_function,
    modulo,
    point,
)
from r1gym.verifiers.math.fold import Node, multiply, substitute, symbols
from r1gym.verifiers.math.precision import agree_precisely

_REJECTS: Final = 1e-7  # relative distance of two floats that cannot be one number
_MAY_BE_ZERO: Final = 1e-12
_POINTS: Final = 5
_WITHIN_ONE: Final = (5, 6, 7, 8)  # points for what is defined nowhere else, such as arcsin x
_PRECISE_POINTS: Final = 2


def equal(one: Node, other: Node) -> bool:
    """Returns whether two expressions are equal for all values of their variables.

    A point at which one side is not real and the expressions have variables is passed over, so
    that ``ln(x^2)`` is ``2 ln(x)`` but ``sqrt(x^2)`` is not ``x``.
    """
    if one == other:
        return True
    if not isinstance(one, tuple) and not isinstance(other, tuple):
        return False
    names = symbols(one)
    if names != symbols(other):
        return False
    rational = is_rational_function(one) and is_rational_function(other)
    points = _near_points(one, other, names, range(1 if rational or not names else _POINTS))
    if names and not rational and points == []:
        points = _near_points(one, other, names, _WITHIN_ONE)
    if points is None:
        return False
    if rational:
        return _agree_modulo(one, other, names)
    if not names:
        points = [{}]
    try:
        return bool(points) and all(
            agree_precisely(one, other, at) for at in points[:_PRECISE_POINTS]
        )
    except Undefined:
        return False


def _near_points(
    one: Node, other: Node, names: frozenset[str], numbers: Iterable[int]
) -> list[dict[str, Fraction]] | None:
    """Returns the points at which floats cannot tell two expressions apart; None if one can."""
    points = []
    for number in numbers:
        at = {name: point(name, number) for name in names}
        near = _near_in_floats(one, other, at)
        if near is False:
            return None
        if near:
            points.append(at)
    return points


def _near_in_floats(one: Node, other: Node, at: dict[str, Fraction]) -> bool | None:
    """Returns whether floats cannot tell two expressions apart, or None if they cannot say."""
    values = {name: float(value) for name, value in at.items()}
    largest = [0.0]
    try:
        first = in_floats(one, values, largest)
        second = in_floats(other, values, largest)
    except Undefined:
        return None
    size = max(abs(first), abs(second), largest[0])
    if size > 1e300:
        return None
    if values and (abs(first.imag) > 1e-9 * size or abs(second.imag) > 1e-9 * size):
        return None
    return bool(abs(first - second) <= max(_REJECTS * size, _MAY_BE_ZERO))


def _agree_modulo(one: Node, other: Node, names: frozenset[str]) -> bool:
    points = {name: point(name, 0) for name in names}
    try:
        return all(modulo(one, points, p) == modulo(other, points, p) for p in PRIMES)
    except Undefined:
        return False


def proportional(one: Node, other: Node) -> int:
    """Returns the sign of the constant factor between two expressions, 0 if there is none."""
    names = symbols(one)
    if names != symbols(other) or not names:
        return 0
    at = {name: float(point(name, 0)) for name in names}
    try:
        first, second = in_floats(one, at, [0.0]), in_floats(other, at, [0.0])
    except Undefined:
        return 0
    if first == 0 or second == 0:
        return 0
    # one(x) * other(p) == other(x) * one(p) with p a point at which both are known exactly.
    ratio = first / second
    if abs(ratio.imag) > 1e-9 * abs(ratio):
        return 0
    exact = {name: point(name, 1) for name in names}
    left = multiply(one, substitute(other, exact))
    right = multiply(other, substitute(one, exact))
    return (1 if ratio.real > 0 else -1) if equal(left, right) else 0
