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
_REALS: Final = Group("(", ")", (Value(fold.negate(_INF)), Value(_INF)))
_MOST_SPANS: Final = 100
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
    if op in (">", "\\ge"):
        left, right, op = right, left, _FLIPPED[op]
    if not _varies(left, right):
        return Group("<", op, (Value(left), Value(right)))
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
    found = [_spans(part) for part in parts]
    if None in found:
        return Union(tuple(parts))
    known = sorted(span for spans in found if spans is not None for span in spans)
    joined = known[:1]
    for low, high in known[1:]:
        if low > joined[-1][1]:
            joined.append((low, high))
        else:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
    return _region(joined)


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


def intersection(parts: Sequence[Answer]) -> Answer:
    r"""Returns what intervals and sets of exact numbers have in common: ``x > 1 and x <= 3``.

    Raises:
        Unreadable: If one of them is anything else.
    """
    common: list[tuple[_Cut, _Cut]] = [((-math.inf, _AFTER), (math.inf, _BEFORE))]
    for part in parts:
        spans = _spans(part)
        if spans is None:
            raise Unreadable("conditions that are no interval together")
        met = [(max(a[0], b[0]), min(a[1], b[1])) for a in common for b in spans]
        common = [span for span in met if span[0] < span[1]]
        if len(common) > _MOST_SPANS:
            raise Unreadable("a set of many parts")
    return _region(common)


def difference(whole: Answer, taken: Answer) -> Answer:
    """Returns what is left of a set of exact numbers without those of another one.

    Raises:
        Unreadable: If one of them is anything else.
    """
    spans = _spans(taken)
    if spans is None or len(spans) > _MOST_SPANS:
        raise Unreadable("a difference of sets that is not understood")
    low: _Cut = (-math.inf, _AFTER)
    gaps: list[tuple[_Cut, _Cut]] = []
    for start, end in sorted(spans):
        if start > low:
            gaps.append((low, start))
        low = max(low, end)
    gaps.append((low, (math.inf, _BEFORE)))
    return intersection((whole, _region([gap for gap in gaps if gap[0] < gap[1]])))


def without_points(points: Sequence[Answer]) -> Answer | None:
    """Returns all numbers but some exact ones as a union of intervals, or None for others."""
    taken = Group("{", "}", tuple(points))
    return None if _spans(taken) is None else difference(_REALS, taken)


def _spans(part: Answer) -> list[tuple[_Cut, _Cut]] | None:
    if isinstance(part, Union):
        found = [_spans(inner) for inner in part.parts]
        if len(found) > _MOST_SPANS or None in found:
            return None
        return [span for spans in found if spans is not None for span in spans]
    if isinstance(part, Group) and part.open == "!=":
        holes = without_points(part.items)
        return None if holes is None else _spans(holes)
    if isinstance(part, Group) and part.open == "{":
        bounds = [_bound(item) for item in part.items]
        if len(bounds) > _MOST_SPANS:
            return None
        return (
            None
            if None in bounds
            else [((b, _BEFORE), (b, _AFTER)) for b in bounds if b is not None]
        )
    span = _span(part)
    return None if span is None else [span]


def _region(spans: list[tuple[_Cut, _Cut]]) -> Answer:
    """Returns spans that do not overlap as a set, an interval or a union."""
    points = [span[0][0] for span in spans if span[0][0] == span[1][0]]
    if len(points) == len(spans):
        return Group("{", "}", tuple(_value(point) for point in sorted(set(points))))
    groups = [
        Group("(["[low[1] == _BEFORE], ")]"[high[1] == _AFTER], (_value(low[0]), _value(high[0])))
        for low, high in sorted(spans)
    ]
    return groups[0] if len(groups) == 1 else Union(tuple(groups))


def _name(node: Node) -> str | None:
    return str(node[1]) if isinstance(node, tuple) and node[0] == "sym" else None


def _varies(*nodes: Node) -> bool:
    return any(fold.symbols(node) for node in nodes)
