r"""Equations, memberships and roundings: ``x = 5``, ``y = 2x + 1``, ``\sqrt{2} \approx 1.41``.

A side that is a name makes the other one its value. An equation between numbers must be true and
must not be a tautology; one with variables is a relation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from r1gym.verifiers.math import fold
from r1gym.verifiers.math.answers import Answer, Group, Named, Relation, Value
from r1gym.verifiers.math.equality import equal
from r1gym.verifiers.math.evaluate import Undefined, in_floats
from r1gym.verifiers.math.fold import Node, Unreadable
from r1gym.verifiers.math.names import GREEK
from r1gym.verifiers.math.parser import parse_expression
from r1gym.verifiers.math.regions import read_inequalities
from r1gym.verifiers.math.text import denies, plain_words

_MODULO: Final = frozenset({"mod", "pmod", "bmod", "modulo"})
ReadSide: TypeAlias = Callable[[list[str]], Answer]

_FUNCTION_NAME: Final = re.compile(
    r"[A-Za-z]\w?'?\([A-Za-z0-9,]*\)|\\overline\{[A-Z]+\}|\\angle[A-Z]+|m\\angle[A-Z]+|[A-Z]{2,3}|\|[A-Z]{2}\|"
)


def read_relation(sides: list[list[str]], ops: list[str], read_side: ReadSide) -> Answer:
    """Returns what a chain of relations says.

    Args:
        sides: The tokens of each side.
        ops: The relations between them, one less.
        read_side: Reads one side.

    Raises:
        Unreadable: If it says nothing, or nothing that could be an answer.
    """
    if "\\approx" in ops:
        at = ops.index("\\approx")
        exact = read_relation(sides[: at + 1], ops[:at], read_side) if at else None
        return _read_rounded(exact, sides, at, read_side)
    kinds = set(ops)
    if not all(sides):
        raise Unreadable("a side of a relation is empty")
    if kinds == {"="}:
        return _read_equation(sides, read_side)
    if ops == ["\\in"]:
        return Named(_name_of(sides[0]) or _fail(), read_side(sides[1]))
    if ops == ["\\equiv"]:
        return _read_congruence(sides, read_side)
    if kinds <= {"<", ">", "\\le", "\\ge"}:
        return read_inequalities([parse_expression(side) for side in sides], ops)
    if ops == ["\\ne"]:
        name = _name_of(sides[0])
        if name is not None:
            holes = read_side(sides[1])
            items = holes.items if isinstance(holes, Group) and holes.open == "or" else (holes,)
            if not any(map(_varies, items)):
                return Named(name, Group("!=", "!=", items))
        left, right = (parse_expression(side) for side in sides)
        return Relation("!=", fold.add(left, fold.negate(right)))
    raise Unreadable(f"{ops[0]} is no answer")


def _read_congruence(sides: list[list[str]], read_side: ReadSide) -> Answer:
    r"""Reads ``n \equiv 2 \pmod{5}``, also with ``(\bmod 5)`` or ``(mod 5)``."""
    at = next((i for i, token in enumerate(sides[1]) if token.strip("\\\x01\x02 ") in _MODULO), 0)
    modulus = sides[1][at + 1 :]
    residue = sides[1][:at]
    if residue[-1:] == ["("] and modulus[-1:] == [")"]:
        residue, modulus = residue[:-1], modulus[:-1]
    if not residue or not modulus:
        raise Unreadable("a congruence without a modulus")
    return Group("mod", "mod", tuple(read_side(side) for side in (sides[0], residue, modulus)))


def _varies(side: Answer) -> bool:
    """Returns whether a side is anything but a number."""
    return not isinstance(side, Value) or bool(fold.symbols(side.node))


def _fail() -> str:
    raise Unreadable("a relation of this kind is no answer")


def _read_rounded(
    exact: Answer | None, sides: list[list[str]], at: int, read_side: ReadSide
) -> Answer:
    r"""Reads ``\sqrt{2} \approx 1.41``: the exact side is the answer if the other is near it."""
    if at + 2 != len(sides):
        raise Unreadable("too many roundings")
    rounded = read_side(sides[-1])
    if exact is None:
        name = _name_of(sides[0])
        exact = Named(name, rounded) if name is not None else read_side(sides[0])
        if name is not None:
            return exact
    value = exact.value if isinstance(exact, Named) else exact
    if not isinstance(value, Value) or not isinstance(rounded, Value):
        raise Unreadable("a rounding of something that is no number")
    if fold.symbols(fold.add(value.node, rounded.node)) or not _is_near(value.node, rounded.node):
        raise Unreadable("a rounding that is far off")
    # Only what has no end of its own may be given by its rounding: 41.9 is not 42.
    near = rounded.node if isinstance(value.node, tuple) else None
    both = Value(value.node, value.unit or rounded.unit, value.percent, near)
    return Named(exact.name, both) if isinstance(exact, Named) else both


def _is_near(exact: Node, rounded: Node) -> bool:
    """Returns whether a decimal is a number rounded to its last place, more or less."""
    try:
        one, other = in_floats(exact, {}, [0.0]), in_floats(rounded, {}, [0.0])
    except Undefined:
        return False
    if isinstance(rounded, tuple):
        return abs(one - other) <= 1e-9 * abs(one)
    places = max(0, len(str(rounded.denominator)) - 1)
    return abs(one - other) <= 0.51 * 10.0**-places


def _read_equation(sides: list[list[str]], read_side: ReadSide) -> Answer:
    names = [_name_of(side) for side in sides]
    if sides[0] in (["e"], ["i"]) and not any(sides[0][0] in side for side in sides[1:]):
        names[0] = sides[0][0]  # an eccentricity, a current
    if all(name is not None for name in names):
        last = sides[-1]
        if names[-1] == names[-2]:
            raise Unreadable("a tautology")
        return Named(names[-2] or "", read_side(last))
    if names[-1] is not None and len(sides) == 2:  # 5 = x
        sides, names = sides[::-1], names[::-1]
    name = names[0]
    if name is not None:
        if any(_names_again(name, side) for side in sides[1:-1]):
            raise Unreadable("two values of one name")  # k = 2 k = 5
        values = [read_side(side) for side, n in zip(sides, names, strict=True) if n is None]
        return _named(name, _same_value(values))
    answers = [read_side(side) for side in sides]
    nodes = [a.node for a in answers if isinstance(a, Value)]
    if len(nodes) != len(answers):
        raise Unreadable("an equation of something that is no expression")
    if any(fold.symbols(node) for node in nodes):
        if len(nodes) != 2 or equal(nodes[0], nodes[1]):
            raise Unreadable("no equation, or one that says nothing")
        return Relation("=", fold.add(nodes[0], fold.negate(nodes[1])))
    if any(sides[0] == side for side in sides[1:]):
        raise Unreadable("a tautology")
    return _same_value(answers)


def _named(name: str, value: Answer) -> Answer:
    """Returns ``(x, y) = (1, 2)`` as a tuple of what is named."""
    names = name.split(",")
    if len(names) == 1 or not isinstance(value, Group) or len(value.items) != len(names):
        return Named(name, value)
    if "(" in name or value.open != "(" or value.close != ")":
        return Named(name, value)
    pairs = zip(names, value.items, strict=True)
    return Group("(", ")", tuple(Named(name, item) for name, item in pairs))


def _names_again(name: str, side: list[str]) -> bool:
    return len(side) > 1 and side[-1] == name and side[-2] not in ("+", "-", "*", "/")


def _same_value(answers: list[Answer]) -> Answer:
    """Returns the last of several answers that must all be equal numbers."""
    last = answers[-1]
    for answer in answers[:-1]:
        if not isinstance(answer, Value) or not isinstance(last, Value):
            raise Unreadable("a chain of equations between things that are no numbers")
        if fold.symbols(answer.node):
            continue  # A = \pi r^2 = 25 \pi
        if not equal(answer.node, last.node):
            raise Unreadable("a false equation")
    return last


def _is_variable(token: str) -> bool:
    return (len(token) == 1 and token.isalpha()) or (token[0] == "\\" and token[1:] in GREEK)


def _name_of(tokens: list[str]) -> str | None:
    """Returns the name that a side consists of: a variable, ``f(x)``, ``AB``, ``(x, y)``, words."""
    if not tokens:
        return None
    text = "".join(tokens)
    first = tokens[0]
    if len(tokens) == 1:
        if first[0] == "\x01" and any(c.isalpha() for c in first):
            return None if denies(first) else plain_words(first)
        if len(first) == 1 and first.isalpha() and first not in "ei":
            return first
    if len(text) > 60:
        return None
    if ":" in tokens:
        return (
            text if all(len(t) < 3 or t.isalpha() for t in tokens) and text[0].isalpha() else None
        )
    if _FUNCTION_NAME.fullmatch(text):
        return text
    if len(tokens) > 1 and all(t.isalpha() or t[0] == "\x01" for t in tokens):
        words = " ".join(tokens)
        return plain_words(words) if any(len(t) > 3 for t in tokens) and not denies(words) else None
    if first == "(" and tokens[-1] == ")":
        inner = [t for t in tokens[1:-1] if t != ","]
        return ",".join(inner) if inner and all(map(_is_variable, inner)) else None
    try:
        node = parse_expression(tokens)
    except Unreadable:
        return first.lower() if len(tokens) == 1 and len(first) > 3 and first.isalpha() else None
    return str(node[1]) if isinstance(node, tuple) and node[0] == "sym" else None
