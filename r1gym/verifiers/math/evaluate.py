"""Values of expressions at fixed points: in floats, which only reject, and modulo large primes.

Two rational expressions that agree modulo three large primes are equal (Schwartz-Zippel lemma).
Left out: symbolic rewriting, which is where engines hang.
"""

from __future__ import annotations

import cmath
import math
import zlib
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from r1gym.verifiers.math.fold import Node

PRIMES: Final = (2**127 - 1, 2**521 - 1, 2**255 - 19)

FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "sin": cmath.sin,
    "cos": cmath.cos,
    "tan": cmath.tan,
    "cot": lambda z: 1 / cmath.tan(z),
    "sec": lambda z: 1 / cmath.cos(z),
    "csc": lambda z: 1 / cmath.sin(z),
    "asin": cmath.asin,
    "acos": cmath.acos,
    "atan": cmath.atan,
    "acot": lambda z: cmath.pi / 2 - cmath.atan(z),
    "sinh": cmath.sinh,
    "cosh": cmath.cosh,
    "tanh": cmath.tanh,
    "ln": cmath.log,
    "abs": abs,
    "re": lambda z: z.real,
    "im": lambda z: z.imag,
    "conj": lambda z: z.conjugate(),
    "factorial": lambda z: math.gamma(z.real + 1) if not z.imag else math.nan,
    "binomial": lambda n, k: (
        math.gamma(n.real + 1) / math.gamma(k.real + 1) / math.gamma((n - k).real + 1)
    ),
}
_CONSTANT: Final = {"pi": math.pi, "e": math.e, "i": 1j, "inf": math.inf}


class Undefined(ValueError):
    """An expression has no value at a point, or none within the budgets."""


@lru_cache(maxsize=1024)
def point(symbol: str, number: int) -> Fraction:
    """Returns where a variable is evaluated.

    Variables that point 0 has in one order have the other one at point 1; points 2 and 3 are
    negative, 3 and 4 far from zero; 5 and 6 are between zero and 0.6, 7 and 8 between 0.8 and 1,
    6 and 8 negative.
    """
    seed = zlib.crc32(symbol.encode("utf-8", "replace"))
    value = Fraction(seed % 89_909 + 30_011, 50_021)
    if number >= 5:
        within = value / 4 if number <= 6 else 1 - value / 12
        return -within if number in (6, 8) else within
    if number in (1, 4):
        value = 3 - value
    if number >= 3:
        value = 40 + 10 * value
    return -value if number in (2, 3) else value


def in_floats(node: Node, at: Mapping[str, float], largest: list[float]) -> complex:
    """Returns a value in floats; `largest` keeps the largest term of any sum.

    Raises:
        Undefined: If there is no finite value, or no float can hold it.
    """
    try:
        value = complex(_float(node, at, largest))
    except (ArithmeticError, ValueError, TypeError) as error:
        raise Undefined from error
    if not cmath.isfinite(value):
        raise Undefined
    return value


def _float(node: Node, at: Mapping[str, float], largest: list[float]) -> Any:
    if not isinstance(node, tuple):
        return float(node)
    operation = node[0]
    if operation == "+":
        total: Any = 0  # a float or complex soon
        for term in node[1:]:
            value = _float(term, at, largest)
            largest[0] = max(largest[0], abs(value))
            total += value
        return total
    if operation == "*":
        total = 1
        for factor in node[1:]:
            total *= _float(factor, at, largest)
        return total
    if operation == "^":
        return _float(node[1], at, largest) ** _float(node[2], at, largest)
    if operation == "sym":
        return at[str(node[1])]
    if operation == "const":
        return _CONSTANT[str(node[1])]
    values = [_float(part, at, largest) for part in node[1:]]
    function = FUNCTIONS.get(str(operation))
    if function is None:
        raise Undefined
    return function(*(complex(v) if isinstance(v, complex) else v for v in values))


def is_rational_function(node: Node) -> bool:
    """Returns whether only sums, products and whole powers make it."""
    if not isinstance(node, tuple):
        return True
    if node[0] in ("+", "*"):
        return all(is_rational_function(part) for part in node[1:])
    if node[0] == "^":
        return is_rational_function(node[1]) and _is_whole(node[2])
    return bool(node[0] == "sym")


def _is_whole(node: Node | str) -> bool:
    if isinstance(node, tuple):
        return node[0] in ("+", "*", "^") and all(_is_whole(p) and p != -1 for p in node[1:])
    return isinstance(node, int)


def modulo(node: Node, at: Mapping[str, Fraction], prime: int) -> int:
    """Returns the value of a rational function modulo a prime.

    Raises:
        Undefined: If a denominator is zero there, or an exponent is too large.
    """
    if isinstance(node, int):
        return node % prime
    if isinstance(node, Fraction):
        return node.numerator * _inverse(node.denominator, prime) % prime
    if node[0] == "sym":
        return modulo(at[str(node[1])], at, prime)
    if node[0] == "+":
        return sum(modulo(part, at, prime) for part in node[1:]) % prime
    if node[0] == "*":
        total = 1
        for part in node[1:]:
            total = total * modulo(part, at, prime) % prime
        return total
    base = modulo(node[1], at, prime)
    exponent = node[2]
    if not isinstance(exponent, int):
        if base == 0 or isinstance(exponent, str | Fraction):
            raise Undefined
        exponent = _small_power(exponent, prime - 1)
    if exponent < 0:
        return pow(_inverse(base, prime), -exponent, prime)
    return pow(base, exponent, prime)


def _small_power(node: Node, modulus: int) -> int:
    """Returns a whole expression modulo a number that need not be prime."""
    if isinstance(node, int):
        return node % modulus
    if isinstance(node, tuple) and node[0] == "+":
        return sum(_small_power(part, modulus) for part in node[1:]) % modulus
    if isinstance(node, tuple) and node[0] == "*":
        total = 1
        for part in node[1:]:
            total = total * _small_power(part, modulus) % modulus
        return total
    if isinstance(node, tuple) and node[0] == "^" and isinstance(node[2], int) and node[2] >= 0:
        return pow(_small_power(node[1], modulus), node[2], modulus)
    raise Undefined


def _inverse(value: int, prime: int) -> int:
    if value % prime == 0:
        raise Undefined
    return pow(value, -1, prime)
