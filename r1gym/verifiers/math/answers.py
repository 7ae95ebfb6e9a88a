r"""What an answer can be, as typed nodes. How text becomes one is in `read.py`.

They are never changed once made, though not frozen: compiled, a plain class is made in a seventh of
the time that a named tuple takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from r1gym.verifiers.math.fold import Node
from r1gym.verifiers.math.units import Unit


@dataclass(init=False)
class Value:
    r"""One expression.

    Attributes:
        node: The expression; a percentage is its value.
        unit: What it counts or measures, if that is said.
        percent: Whether it was written with a percent sign.
        rounded: What it was said to be about, as in ``\sqrt{2} \approx 1.41``.
    """

    node: Node
    unit: Unit | None
    percent: bool
    rounded: Node | None

    def __init__(
        self,
        node: Node,
        unit: Unit | None = None,
        percent: bool = False,
        rounded: Node | None = None,
    ) -> None:
        self.node = node
        self.unit = unit
        self.percent = percent
        self.rounded = rounded


@dataclass(init=False)
class Group:
    r"""Several answers.

    Attributes:
        open: ``(`` and ``[`` for pairs and intervals, which have an order; ``{`` for sets; ``or``
            for lists, closed by a comma, ``and`` or ``or``, whatever divides them; ``:`` for
            ratios; ``!=`` for values that are left out; ``<`` for a comparison of two numbers,
            closed by its sign; ``mod`` for a congruence: side, side, modulus.
        close: Its other end.
        items: The answers.
    """

    open: str
    close: str
    items: tuple[Answer, ...]

    def __init__(self, open: str, close: str, items: tuple[Answer, ...]) -> None:
        self.open = open
        self.close = close
        self.items = items


@dataclass
class Union:
    """A union of intervals and sets."""

    parts: tuple[Answer, ...]


@dataclass
class Matrix:
    """A matrix, row by row."""

    rows: tuple[tuple[Node, ...], ...]


@dataclass
class Named:
    """An answer with its name: ``x = 5``; inequalities of one variable name an interval."""

    name: str
    value: Answer


@dataclass
class Relation:
    """An equation or inequality between expressions, as ``difference op 0``."""

    op: str
    difference: Node


@dataclass
class Text:
    """Anything that is no mathematics, in lower case and without decoration."""

    words: str


Answer: TypeAlias = "Value | Group | Union | Matrix | Named | Relation | Text"
