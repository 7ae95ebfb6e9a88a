"""Inequalities: those of one variable against constants are intervals, others stay relations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, TypeAlias

from r1gym.verifiers.math import fold
from r1gym.verifiers.math.answers import Answer, Group, Named, Relation, Union, Value
from r1gym.verifiers.math.fold import Node, Unreadable

_INF: Final[Node] = ("const", "inf")
# A place on the number line just before or just after a number: where an interval may be cut.
_Cut: TypeAlias = "tuple[fold.Rational | float, int]"
_BEFORE: Final = 0
_AFTER: Final = 1
_FLIPPED: Final = {"<": ">", ">": "<", "\\le": "\\ge", "\\ge": "\\le"}


def read_inequalities(sides: list[Node], ops: list[str]) -> Answer:
    r"""Returns ``1 < x \le 2`` as a named interval, or one inequality as a relation.

    Raises:
        Unreadable: If it is neither.
    """
    if len(sides) == 3 and not _varies(sides[0], sides[2]):
        sides, ops = _solved(sides, ops)
        if {op in (">", "\\ge") for op in ops} == {True}:
            sides, ops = sides[::-1], [_FLIPPED[op] for op in reversed(ops)]
        if not {"<", "\\le"}.issuperset(ops):
            raise Unreadable("inequalities that point both ways")
        open_ = "(" if ops[0] == "<" else "["
        close = ")" if ops[1] == "<" else "]"
        return Named(_name(sides[1]) or "", Group(open_, close, (Value(sides[0]), Value(sides[2]))))
    if len(sides) != 2:
        raise Unreadable("a chain of inequalities")
    (left, right), op = sides, ops[0]
    if _name(right) is not None and not _varies(left):
        left, right, op = right, left, _FLIPPED[op]
    name = _name(left)
    found = _linear(fold.add(left, fold.negate(right))) if name is None else None
    if found is not None:
        name, slope, shift = found
        right, op = _where(slope, shift, 0), _FLIPPED[op] if slope < 0 else op
    if name is not None and not _varies(right):
        if op in (">", "\\ge"):
            interval = Group("(" if op == ">" else "[", ")", (Value(right), Value(_INF)))
        else:
            low = Value(fold.negate(_INF))
            interval = Group("(", ")" if op == "<" else "]", (low, Value(right)))
        return Named(name, interval)
    if not _varies(left, right):
        raise Unreadable("an inequality without a variable")
    if op in (">", "\\ge"):
        left, right, op = right, left, _FLIPPED[op]
    return Relation("<" if op == "<" else "<=", fold.add(left, fold.negate(right)))


def _solved(sides: list[Node], ops: list[str]) -> tuple[list[Node], list[str]]:
    """Returns ``2 < 2x + 4 < 6`` as ``-1 < x < 1``.

    Raises:
        Unreadable: If the middle is not linear in one variable.
    """
    low, middle, high = sides
    found = _linear(middle)
    if found is None:
        raise Unreadable("a chain of inequalities")
    name, slope, shift = found
    low, high = (_where(slope, shift, side) for side in (low, high))
    return [low, ("sym", name), high], [_FLIPPED[op] for op in ops] if slope < 0 else ops


def _linear(node: Node) -> tuple[str, fold.Rational, Node] | None:
    """Returns the variable, slope and shift of what is written as a line, such as ``2x + 4``."""
    names = fold.symbols(node)
    if len(names) != 1:
        return None
    line = _line(node)
    if line is None or line[0] == 0:
        return None
    return next(iter(names)), *line


def _line(node: Node) -> tuple[fold.Rational, Node] | None:
    if not isinstance(node, tuple):
        return 0, node
    if node[0] == "sym":
        return 1, 0
    if node[0] not in ("+", "*"):
        return None if fold.symbols(node) else (0, node)
    lines = []
    for part in node[1:]:
        line = _line(part)
        if line is None:
            return None
        lines.append(line)
    if node[0] == "+":
        return sum(slope for slope, _ in lines), fold.add(*(shift for _, shift in lines))
    scale = fold.multiply(*(shift for slope, shift in lines if slope == 0))
    varying = [line for line in lines if line[0] != 0]
    if not varying:
        return 0, scale
    if len(varying) > 1 or isinstance(scale, tuple):
        return None
    slope, shift = varying[0]
    return scale * slope, fold.multiply(scale, shift)


def _where(slope: fold.Rational, shift: Node, value: Node) -> Node:
    return fold.divide(fold.add(value, fold.negate(shift)), slope)


def united(parts: Sequence[Answer]) -> Answer:
    r"""Returns a union, with intervals that touch or overlap as one: ``(0, 1] \cup (1, 2)``."""
    spans = [_span(part) for part in parts]
    known = sorted(span for span in spans if span is not None)
    if len(known) != len(parts):
        return Union(tuple(parts))
    joined = known[:1]
    for low, high in known[1:]:
        if low > joined[-1][1]:
            joined.append((low, high))
        else:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
    groups = [
        Group("(["[low[1] == _BEFORE], ")]"[high[1] == _AFTER], (_value(low[0]), _value(high[0])))
        for low, high in joined
    ]
    return groups[0] if len(groups) == 1 else Union(tuple(groups))


def _span(part: Answer) -> tuple[_Cut, _Cut] | None:
    """Returns where an interval of exact numbers begins and ends, or None for anything else."""
    if not isinstance(part, Group) or part.open not in "([" or len(part.items) != 2:
        return None
    low, high = (_bound(item) for item in part.items)
    if low is None or high is None or low >= high:
        return None
    return (
        (low, _BEFORE if part.open == "[" else _AFTER),
        (high, _AFTER if part.close == "]" else _BEFORE),
    )


def _bound(item: Answer) -> fold.Rational | float | None:
    if not isinstance(item, Value) or item.unit is not None or item.percent:
        return None
    if item.node == _INF:
        return math.inf
    if isinstance(item.node, tuple):
        return -math.inf if item.node == fold.negate(_INF) else None
    return item.node


def _value(bound: fold.Rational | float) -> Value:
    if isinstance(bound, float):
        return Value(_INF if bound > 0 else fold.negate(_INF))
    return Value(bound)


def intersection(intervals: list[Group]) -> Group:
    """Returns the interval between a lower and an upper bound: ``x > 1 and x <= 3``.

    Raises:
        Unreadable: If it is anything but one of each.
    """
    if len(intervals) == 2:
        for low, high in (intervals, intervals[::-1]):
            if low.items[1] == Value(_INF) and high.items[0] == Value(fold.negate(_INF)):
                return Group(low.open, high.close, (low.items[0], high.items[1]))
    raise Unreadable("conditions that are no interval together")


def _name(node: Node) -> str | None:
    return str(node[1]) if isinstance(node, tuple) and node[0] == "sym" else None


def _varies(*nodes: Node) -> bool:
    return any(fold.symbols(node) for node in nodes)
