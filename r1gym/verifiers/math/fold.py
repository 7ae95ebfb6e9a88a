"""Expressions as small tuples, built so that exact numbers are computed on the way.

A node is an ``int``, a ``Fraction`` (never a whole one), or a tuple of an operation and its
operands: ``("sym", name)``, ``("const", name)``, ``("+", ...)``, ``("*", ...)``, ``("^", base,
exponent)`` or ``(function, argument, ...)``. No float is ever made. A number that would take more
than `MOST_BITS` stays unevaluated, which bounds the time of ``9^{9^{9}}``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, TypeAlias

Rational: TypeAlias = int | Fraction
Node: TypeAlias = int | Fraction | tuple[Any, ...]

MOST_BITS: Final = 100_000
MOST_FRACTION_BITS: Final = 20_000
_MOST_FACTORIAL: Final = 3_000


class Unreadable(ValueError):
    """A text that is no mathematical expression, or one past the budgets."""


def simplest(value: Fraction) -> Rational:
    """Returns a fraction as an int if it is whole."""
    return value.numerator if value.denominator == 1 else value


def is_rational(node: Node) -> bool:
    """Returns whether a node is an exact number."""
    return not isinstance(node, tuple)


def bits(value: Rational) -> int:
    """Returns the size of a number's larger part."""
    if type(value) is int:
        return value.bit_length()
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def add(*terms: Node) -> Node:
    """Returns the sum, with nested sums flattened and exact numbers added up."""
    total: Rational = 0
    others: list[Node] = []
    for term in terms:
        if isinstance(term, tuple):
            if term[0] == "+":
                for inner in term[1:]:
                    if isinstance(inner, tuple):
                        others.append(inner)
                    else:
                        total = _plus(total, inner)
            else:
                others.append(term)
        else:
            total = _plus(total, term)
    if isinstance(total, Fraction):
        total = simplest(total)
    if not others:
        return total
    if total != 0:
        others.append(total)
    return others[0] if len(others) == 1 else ("+", *others)


def multiply(*factors: Node) -> Node:
    """Returns the product, with nested products flattened and exact numbers multiplied."""
    if len(factors) == 1:
        return factors[0]
    total: Rational = 1
    others: list[Node] = []
    for factor in factors:
        if isinstance(factor, tuple):
            if factor[0] != "*":
                others.append(factor)
                continue
            start = 1
            if not isinstance(factor[1], tuple):
                total, start = _times(total, factor[1]), 2
            others += factor[start:]
        else:
            total = _times(total, factor)
    if isinstance(total, Fraction):
        total = simplest(total)
    if total == 0:
        return 0 if not _may_be_undefined(others) else ("*", 0, *others)
    if not others:
        return total
    if total != 1:
        others.insert(0, total)
    return others[0] if len(others) == 1 else ("*", *others)


def _times(one: Rational, other: Rational) -> Rational:
    if one == 1 and type(one) is int:
        return other
    _check_size(one, other)
    return one * other


def _plus(one: Rational, other: Rational) -> Rational:
    if one == 0 and type(one) is int:
        return other
    _check_size(one, other)
    return one + other


def _check_size(one: Rational, other: Rational) -> None:
    """Refuses numbers that would take long; the common divisors of fractions take the longest."""
    whole = type(one) is int and type(other) is int
    if bits(one) + bits(other) > (4 * MOST_BITS if whole else MOST_FRACTION_BITS):
        raise Unreadable("a number is too large")


def _may_be_undefined(factors: list[Node]) -> bool:
    return any(isinstance(f, tuple) and f[:2] == ("const", "inf") for f in factors)


def negate(node: Node) -> Node:
    """Returns the negated node."""
    if isinstance(node, tuple):
        return multiply(-1, node)
    return -node


def divide(numerator: Node, denominator: Node) -> Node:
    """Returns the quotient.

    Raises:
        Unreadable: If the denominator is exactly zero.
    """
    if isinstance(denominator, tuple):
        return multiply(numerator, power(denominator, -1))
    if denominator == 0:
        raise Unreadable("division by zero")
    if type(numerator) is int and type(denominator) is int:
        return (
            numerator // denominator
            if numerator % denominator == 0
            else Fraction(numerator, denominator)
        )
    if isinstance(numerator, tuple):
        return multiply(simplest(Fraction(1) / denominator), numerator)
    return simplest(Fraction(numerator) / denominator)


def power(base: Node, exponent: Node) -> Node:
    """Returns the power, computed if it is exact and small enough, roots of squares included."""
    if isinstance(exponent, int):
        if exponent == 1:
            return base
        if not isinstance(base, tuple):
            if base == 0 and exponent <= 0:
                raise Unreadable("a power of zero that is not defined")
            most = MOST_BITS if exponent > 0 and type(base) is int else MOST_FRACTION_BITS
            if base in (0, 1) or bits(base) * abs(exponent) <= most:
                return simplest(Fraction(base) ** exponent)
        elif exponent == 0:
            return 1
        elif base[0] == "^" and isinstance(base[2], int):
            return power(base[1], base[2] * exponent)
    elif isinstance(exponent, Fraction) and not isinstance(base, tuple):
        root = exact_root(base, exponent.denominator)
        if root is not None:
            return power(root, exponent.numerator)
    return ("^", base, exponent)


def exact_root(value: Rational, degree: int) -> Rational | None:
    """Returns the root if it is rational and `value` is not negative, else None."""
    if value < 0 or degree > 1_000 or bits(value) > 20_000:
        return None
    numerator, denominator = value.numerator, value.denominator
    above, below = _whole_root(numerator, degree), _whole_root(denominator, degree)
    if above is None or below is None:
        return None
    return simplest(Fraction(above, below))


def _whole_root(value: int, degree: int) -> int | None:
    if degree == 2:
        root = math.isqrt(value)
    elif value.bit_length() <= degree:
        root = min(value, 1)
    else:
        root = 1 << -(-value.bit_length() // degree)
        while True:  # Newton, from above
            smaller = ((degree - 1) * root + value // root ** (degree - 1)) // degree
            if smaller >= root:
                break
            root = smaller
    return root if root**degree == value else None


def factorial(node: Node) -> Node:
    """Returns the factorial, computed for whole numbers that are small enough."""
    if isinstance(node, int) and 0 <= node <= _MOST_FACTORIAL:
        return math.factorial(node)
    if not isinstance(node, tuple) and (node < 0 or isinstance(node, Fraction)):
        raise Unreadable("a factorial that is not defined")
    return ("factorial", node)


def binomial(above: Node, below: Node) -> Node:
    """Returns the binomial coefficient, computed for whole numbers that are small enough."""
    if isinstance(above, int) and isinstance(below, int):
        if below < 0 or above < 0:
            raise Unreadable("a binomial coefficient that is not defined")
        if above <= _MOST_FACTORIAL:
            return math.comb(above, below)
    return ("binomial", above, below)


def apply(name: str, *arguments: Node) -> Node:
    """Returns a function's value where it is exact, else the application."""
    values: list[Rational] = [a for a in arguments if not isinstance(a, tuple)]
    if values and len(values) == len(arguments):
        whole = [v for v in values if isinstance(v, int)]
        if name == "abs":
            return -values[0] if values[0] < 0 else values[0]
        if name in ("floor", "ceil"):
            return math.floor(values[0]) if name == "floor" else math.ceil(values[0])
        if name in ("max", "min"):
            ordered: list[Rational] = sorted(values)
            return ordered[-1 if name == "max" else 0]
        if name in ("gcd", "lcm") and len(whole) == len(values):
            return math.gcd(*whole) if name == "gcd" else math.lcm(*whole)
    return (name, *arguments)


def determinant(rows: Sequence[Sequence[Node]]) -> Node:
    """Returns the determinant of a square matrix, by its first row: for small ones only."""
    if len(rows) == 1:
        return rows[0][0]
    terms: list[Node] = []
    for column, entry in enumerate(rows[0]):
        minor = [[*row[:column], *row[column + 1 :]] for row in rows[1:]]
        terms.append(multiply(-1 if column % 2 else 1, entry, determinant(minor)))
    return add(*terms)


def symbols(node: Node) -> frozenset[str]:
    """Returns the names of the free variables."""
    if not isinstance(node, tuple):
        return frozenset()
    if node[0] == "sym":
        return frozenset((str(node[1]),))
    found: frozenset[str] = frozenset()
    if node[0] != "const":
        for part in node[1:]:
            if isinstance(part, tuple):
                found |= symbols(part)
    return found


def substitute(node: Node, values: Mapping[str, Rational]) -> Node:
    """Returns an expression with numbers for its variables."""
    if not isinstance(node, tuple):
        return node
    if node[0] == "sym":
        return values.get(str(node[1]), node)
    if node[0] == "const":
        return node
    parts = [substitute(part, values) for part in node[1:] if not isinstance(part, str)]
    if node[0] == "+":
        return add(*parts)
    if node[0] == "*":
        return multiply(*parts)
    if node[0] == "^":
        return power(*parts)
    if node[0] == "factorial":
        return factorial(*parts)
    return binomial(*parts) if node[0] == "binomial" else apply(str(node[0]), *parts)
