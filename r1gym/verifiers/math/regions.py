"""Inequalities: those of one variable against constants are intervals, others stay relations."""

from __future__ import annotations

from typing import Final

from r1gym.verifiers.math import fold
from r1gym.verifiers.math.answers import Answer, Group, Named, Relation, Value
from r1gym.verifiers.math.fold import Node, Unreadable

_INF: Final[Node] = ("const", "inf")
_FLIPPED: Final = {"<": ">", ">": "<", "\\le": "\\ge", "\\ge": "\\le"}


def read_inequalities(sides: list[Node], ops: list[str]) -> Answer:
    r"""Returns ``1 < x \le 2`` as a named interval, or one inequality as a relation.

    Raises:
        Unreadable: If it is neither.
    """
    if len(sides) == 3 and _name(sides[1]) is not None and not _varies(sides[0], sides[2]):
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
