"""Roots, logarithms and written numbers, exact where they can be."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from r1gym.verifiers.math import fold
from r1gym.verifiers.math.fold import Node, Unreadable
from r1gym.verifiers.math.lexer import THOUSANDS, closing

_MOST_TERMS: Final = 100
_DEGREE_OF_CALLS: Final = 7
_BAR: Final = "\u0305"  # behind a variable's name
_MOST_NODES: Final = 1_000  # of a series, written out


def call(name: str, arguments: list[Node], base: Node | None) -> Node:
    """Returns a function of its arguments; `base` is a logarithm's, 10 if none is given.

    Raises:
        Unreadable: If it takes another number of arguments.
    """
    if name not in ("gcd", "lcm", "max", "min", "binom") and len(arguments) != 1:
        raise Unreadable(f"{name} takes one argument")
    if name == "ln" and base is None:
        return logarithm_of(arguments[0])
    if name in ("ln", "log"):
        return log_ratio(arguments[0], 10 if base is None else base)
    if name == "exp":
        return fold.power(("const", "e"), arguments[0])
    return fold.apply(name, *arguments)


def applied(name: str, arguments: list[Node]) -> Node:
    """Returns an unknown function of its arguments.

    It is written as a polynomial of high degree with an unknown in it, which no identity between
    known expressions can meet: ``f(2)`` differs from ``f(5)``, and ``f(1 + x)`` is ``f(x + 1)``.
    """
    value: Node = ("sym", f"{name}()")
    for number, argument in enumerate(arguments):
        value = fold.power(fold.add(argument, fold.multiply(number + 2, value)), _DEGREE_OF_CALLS)
    return value


def conjugate(node: Node) -> Node:
    """Returns the complex conjugate; that of a variable is a variable of its own."""
    if not isinstance(node, tuple):
        return node
    kind = node[0]
    if kind == "sym":
        name = str(node[1])
        return ("sym", name.removesuffix(_BAR) if name.endswith(_BAR) else name + _BAR)
    if kind == "const":
        return fold.negate(node) if node[1] == "i" else node
    if kind in ("+", "*"):
        parts = [conjugate(part) for part in node[1:]]
        return fold.add(*parts) if kind == "+" else fold.multiply(*parts)
    if kind == "^" and isinstance(node[2], int):
        return fold.power(conjugate(node[1]), node[2])
    return fold.apply("conj", node)


def root(inner: Node, degree: Node) -> Node:
    """Returns a root: the real one of a negative number for an odd degree."""
    if isinstance(degree, tuple) or degree == 0:
        return fold.power(inner, fold.divide(1, degree))
    exponent = fold.simplest(Fraction(1) / degree)
    if not isinstance(inner, tuple) and inner < 0:
        if isinstance(degree, int) and degree % 2:
            return fold.negate(fold.power(-inner, exponent))
        if degree == 2:
            return fold.multiply(("const", "i"), fold.power(-inner, exponent))
    return fold.power(inner, exponent)


def logarithm_of(node: Node) -> Node:
    """Returns a natural logarithm, exact for 1 and for powers of e."""
    if node == 1:
        return 0
    if node == ("const", "e"):
        return 1
    if isinstance(node, tuple) and node[:2] == ("^", ("const", "e")):
        exponent: Node = node[2]
        return exponent
    if not isinstance(node, tuple) and node == 0:
        raise Unreadable("the logarithm of zero")
    return ("ln", node)


def log_ratio(node: Node, base: Node) -> Node:
    """Returns a logarithm to a base."""
    below = logarithm_of(base)
    if below == 0:
        raise Unreadable("a logarithm to the base 1")
    return fold.divide(logarithm_of(node), below)


def is_whole(token: str) -> bool:
    """Returns whether a token is a whole number that is short, as nearly all are."""
    return len(token) < 18 and token.isdecimal() and token.isascii()


def read_number(token: str) -> fold.Rational:
    """Returns the exact value of digits with an optional point and power of ten.

    Raises:
        Unreadable: If it is no such number, or its power of ten is out of all proportion.
    """
    if is_whole(token):
        return int(token)
    digits, _, power = token.replace(THOUSANDS, "").lower().partition("e")
    whole, _, places = digits.partition(".")
    if not (whole + places).isascii() or not (whole + places).isdecimal():
        raise Unreadable(f"{token[:20]!r} is no number")
    exponent = int(power or 0) - len(places)
    if len(digits) > 4_000 or len(power) > 6 or abs(exponent) > 20_000:
        raise Unreadable("a number is too large")
    value = int(whole + places)
    return value * 10**exponent if exponent >= 0 else fold.simplest(Fraction(value, 10**-exponent))


def from_base(digits: str, base: Node) -> Node:
    """Returns the value of whole digits in a base from 2 to 36.

    Raises:
        Unreadable: If they are no digits of that base.
    """
    if not isinstance(base, int) or not 2 <= base <= 36 or len(digits) > 500:
        raise Unreadable("a base that is not understood")
    try:
        return int(digits, base)
    except ValueError as error:
        raise Unreadable("digits that the base does not have") from error


def read_repeating(tokens: list[str], at: int, written: str) -> tuple[Fraction, int]:
    r"""Reads the repeating part of ``0.1\overline{6}`` or ``0.\dot{1}42\dot{8}``, exactly.

    Args:
        tokens: All tokens.
        at: Where the mark over the repeating digits stands.
        written: The digits before it, with their decimal point.

    Returns:
        What the repeating part adds to the number, and where to read on.

    Raises:
        Unreadable: If there is no decimal point before it, or no digits in it.
    """
    mark, digits = tokens[at], ""
    while True:
        at += 1
        if tokens[at] == "{":
            end = closing(tokens, at)
            digits += "".join(tokens[at + 1 : end])
            at = end
        else:
            digits += tokens[at]
        following = tokens[at + 1 : at + 3]
        if mark == "\\dot" and following[:1] == [mark]:
            at += 1
        elif mark == "\\dot" and following[1:] == [mark]:
            digits += following[0]
            at += 2
        else:
            break
    if "." not in written or not (digits.isdecimal() and digits.isascii()) or len(digits) > 500:
        raise Unreadable("a repeating part that is no number")
    places = len(written.partition(".")[2])
    return Fraction(int(digits), (10 ** len(digits) - 1) * 10**places), at + 1


def write_out(name: str, body: Node, index: Node, first: Node, last: Node) -> Node:
    """Returns a sum or a product over whole bounds, term by term.

    Raises:
        Unreadable: If the bounds are no whole numbers, or it would be long.
    """
    if not isinstance(index, tuple) or index[0] != "sym":
        raise Unreadable("a series without an index")
    if not isinstance(first, int) or not isinstance(last, int) or last - first > _MOST_TERMS:
        raise Unreadable("a series without whole bounds, or a long one")
    if (last - first) * _size(body) > _MOST_NODES:
        raise Unreadable("a long series")
    terms = [fold.substitute(body, {str(index[1]): k}) for k in range(first, last + 1)]
    return fold.add(*terms) if name == "sum" else fold.multiply(*terms)


def _size(node: Node) -> int:
    return 1 + sum(map(_size, node[1:])) if isinstance(node, tuple) else 1
