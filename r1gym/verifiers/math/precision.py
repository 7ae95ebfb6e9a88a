"""Values at high precision, and how many digits it takes for them to prove something.

A sum of terms that differ by a hundred orders of magnitude needs a hundred digits more, and so
does one whose terms cancel. So the digits grow until what was lost on the way is covered, and a
difference that hides behind a large term, or a saturated function, is seen.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from r1gym.verifiers.math.evaluate import FUNCTIONS, Undefined
from r1gym.verifiers.math.fold import Node, bits

DIGITS: Final = 50  # in which two values must agree, beyond all that their evaluation loses
_MOST_DIGITS: Final = 3_000
_GUARD: Final = 12  # digits for the rounding errors of the operations
_SATURATED: Final = (
    300  # digits more for functions that come close to a value: tanh, atan, cos of nearly 0
)
_PER_BIT: Final = 0.30103
_LARGEST_ARGUMENT: Final = 4_000  # bits

# mpmath's contexts are not safe to share, and making one costs milliseconds.
_ONE_AT_A_TIME: Final = threading.Lock()


def agree_precisely(one: Node, other: Node, at: Mapping[str, Fraction]) -> bool:
    """Returns whether two expressions have one value at a point.

    Raises:
        Undefined: If one of them has no real or complex value there within the budgets.
    """
    digits = DIGITS + _GUARD + 2 * (digits_in(one) + digits_in(other))
    try:
        with _ONE_AT_A_TIME:
            if not _agree(one, other, at, digits):
                return False
            saturates = has_functions(one) or has_functions(other)
            return not saturates or _agree(one, other, at, digits + _SATURATED)
    except (ArithmeticError, ValueError, TypeError, NotImplementedError) as error:
        raise Undefined from error


def _agree(one: Node, other: Node, at: Mapping[str, Fraction], digits: int) -> bool:
    context, vanished, base = _context(), False, digits
    while digits <= _MOST_DIGITS:
        with context.workdps(digits):
            work = _Evaluation(context, at)
            first, second = work.value(one), work.value(other)
            distance, size = abs(first - second), max(abs(first), abs(second))
            if not context.isfinite(size) or not context.isfinite(distance):
                raise Undefined
            scale = max(size, work.largest)
            noise = scale * context.mpf(10) ** (_GUARD - digits)
            needed = base + work.spread
            if needed <= digits and size <= noise:  # both may be zero: once more, more precisely
                above = int(context.mag(noise) * _PER_BIT) + DIGITS // 2
                if vanished and above <= 0:
                    return True
                vanished, needed = True, digits + max(DIGITS, above + 1)
            elif size > noise:
                needed += max(0, int((context.mag(scale) - context.mag(size)) * _PER_BIT))
                if needed <= digits:
                    return bool(distance <= noise)
        digits = max(needed, digits + 1)
    raise Undefined


def decimal_near(node: Node) -> Fraction | None:
    """Returns a real number to 50 digits or nearly so, or None for one that is not real.

    Raises:
        Undefined: If it has no value within the budgets.
    """
    try:
        with _ONE_AT_A_TIME:
            context = _context()
            with context.workdps(DIGITS + _GUARD + digits_in(node)):
                work = _Evaluation(context, {})
                value = work.value(node)
                if not context.isfinite(value):
                    raise Undefined
                if context.im(value) != 0 or work.largest > 10 ** (DIGITS // 2):
                    return None
                return Fraction(int(context.nint(value * 10**DIGITS)), 10**DIGITS)
    except (ArithmeticError, ValueError, TypeError, NotImplementedError) as error:
        raise Undefined from error


class _Evaluation:
    """Values at one precision, with what their sums lose.

    Attributes:
        largest: The largest term of any sum.
        spread: The decimal digits between the largest and the smallest term of any one sum.
    """

    def __init__(self, context: Any, at: Mapping[str, Fraction]) -> None:
        self.context = context
        self.at = {name: context.mpf(v.numerator) / v.denominator for name, v in at.items()}
        self.largest = context.mpf(0)
        self.spread = 0

    def value(self, node: Any) -> Any:
        context = self.context
        if isinstance(node, int):
            return context.mpf(node)
        if isinstance(node, Fraction):
            return context.mpf(node.numerator) / node.denominator
        operation, *parts = node
        if operation == "sym":
            return self.at[parts[0]]
        if operation == "const":
            if parts[0] == "inf":
                raise Undefined
            return context.j if parts[0] == "i" else +getattr(context, parts[0])
        values = [self.value(part) for part in parts]
        if operation == "+":
            self.weigh(values)
            return sum(values[1:], values[0])
        if operation == "*":
            return math.prod(values[1:], start=values[0])
        if operation == "^":
            if abs(values[1]) > 10**6 and abs(values[0]) != 1:
                raise Undefined
            return context.power(*values)
        if operation == "abs":
            return abs(values[0])
        if operation in ("factorial", "tanh", "binomial") and abs(values[0]) > 10**4:
            raise Undefined
        if any(value and context.mag(value) > _LARGEST_ARGUMENT for value in values):
            raise Undefined  # reducing it to a period would take all day
        # An argument near a zero of the function leaves only its own last digits.
        self.largest = max(self.largest, *(abs(value) for value in values))
        if operation in ("floor", "ceil") or operation in FUNCTIONS:
            return getattr(context, operation)(*values)
        raise Undefined

    def weigh(self, terms: list[Any]) -> None:
        sizes = [abs(term) for term in terms if term]
        if sizes:
            self.largest = max(self.largest, *sizes)
            bits_between = self.context.mag(max(sizes)) - self.context.mag(min(sizes))
            self.spread = max(self.spread, int(bits_between * _PER_BIT))


@lru_cache(maxsize=1)
def _context() -> Any:
    from mpmath import MPContext  # here, as most answers are decided without it

    return MPContext()


def digits_in(node: Node) -> int:
    """Returns how many decimal digits the exact numbers of an expression have in all."""
    if not isinstance(node, tuple):
        return int(bits(node) * _PER_BIT) + 1
    if node[0] == "^" and isinstance(node[2], int):
        return digits_in(node[1]) * min(abs(node[2]), _MOST_DIGITS)
    return sum(digits_in(part) for part in node[1:] if not isinstance(part, str))


def has_functions(node: Node) -> bool:
    """Returns whether anything but sums, products and powers of numbers makes an expression."""
    if not isinstance(node, tuple) or node[0] in ("sym", "const"):
        return False
    if node[0] == "^" and isinstance(node[2], tuple):
        return True
    return node[0] not in ("+", "*", "^") or any(has_functions(part) for part in node[1:])
