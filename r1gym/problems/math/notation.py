"""How the families of mathematics write sums, polynomials and roots, as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction


def terms(parts: Iterable[tuple[int, str]]) -> str:
    """Returns a sum such as ``2*x-y+5``; a part is a factor and a name, empty for a constant."""
    text = ""
    for factor, name in parts:
        if not factor:
            continue
        size = abs(factor)
        body = name if name and size == 1 else f"{size}*{name}" if name else str(size)
        text += ("-" if factor < 0 else "+" if text else "") + body
    return text or "0"


def polynomial(coefficients: Sequence[int], name: str = "x") -> str:
    """Returns a polynomial such as ``x^2-3*x+2``; its coefficients are given highest first."""
    degrees = range(len(coefficients) - 1, -1, -1)
    powers = ("" if d == 0 else name if d == 1 else f"{name}^{d}" for d in degrees)
    return terms(zip(coefficients, powers, strict=True))


def expand(roots: Iterable[Fraction | int], lead: int = 1) -> list[int]:
    """Returns the coefficients, highest first, of the polynomial with these roots.

    A root p/q counts as the factor ``q*x-p``, so that the coefficients are whole.
    """
    product = [lead]
    for root in map(Fraction, roots):
        p, q = root.numerator, root.denominator
        product = [q * a - p * b for a, b in zip([*product, 0], [0, *product], strict=True)]
    return product


def surd(square: Fraction | int) -> str:
    """Returns the root of a positive number in simplest form: ``3*sqrt(2)``, ``2*sqrt(5)/3``."""
    square = Fraction(square)
    # sqrt(p/q) is sqrt(p*q)/q.
    factor, rest = _split_square(square.numerator * square.denominator)
    return scaled(Fraction(factor, square.denominator), "" if rest == 1 else f"sqrt({rest})")


def scaled(factor: Fraction | int, name: str) -> str:
    """Returns a multiple of something: ``5*pi/3`` for 5/3 and ``pi``."""
    factor = Fraction(factor)
    if not factor:
        return "0"
    top = terms([(factor.numerator, name)])
    return top if factor.denominator == 1 else f"{top}/{factor.denominator}"


def _split_square(number: int) -> tuple[int, int]:
    """Returns (a, b) with ``number == a*a*b`` and b free of squares."""
    factor, rest, divisor = 1, number, 2
    while divisor * divisor <= rest:
        while rest % (divisor * divisor) == 0:
            rest //= divisor * divisor
            factor *= divisor
        divisor += 1
    return factor, rest
