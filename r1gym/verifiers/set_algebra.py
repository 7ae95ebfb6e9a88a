r"""Whether two terms of set algebra, such as ``(A \cup B)^c``, are always the same set.

Union, intersection and complement obey the laws of propositional logic, so two terms name the same
set always exactly if no assignment of truth values to their letters tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sympy import Symbol
from sympy.logic import And, Not, Or, Xor, false, satisfiable
from sympy.logic.boolalg import Boolean

_TOKEN = re.compile(
    r"\s*(?:(?P<letter>[A-Z](?![a-z]))|(?P<empty>\\(?:emptyset|varnothing)\b)"
    r"|(?P<join>\\(?:cup|cap|setminus|triangle)\b)"
    r"|(?P<bar>\\(?:overline|bar)\s*\{)|(?P<open>\()|(?P<close>[)}])"
    r"|(?P<complement>\^(?:\{(?:c|C|\\complement)\}|c|C|\\complement)|'))\s*"
)
_NOISE = re.compile(r"\\left(?=\()|\\right(?=\))|\\[,;!]|\$")
_OPERATION = re.compile(r"\\(?:cup|cap|setminus|triangle|overline|bar)|[\^']")
_MOST_LETTERS = 8


class NotSets(Exception):
    """A text is no term of set algebra."""


def same_sets(first: str, second: str) -> bool:
    r"""Returns whether two terms are equal for all sets.

    Args:
        first: Capital letters with ``\cup``, ``\cap``, ``\setminus``, ``\triangle``, a complement
            as ``^c``, ``'`` or ``\overline{}``, the empty set, and parentheses.
        second: The other one.

    Raises:
        NotSets: If one of them is no such term, or neither has an operation.

    Example:
        >>> same_sets(r"(A \cup B)^c", r"\overline{A} \cap \overline{B}")
        True
    """
    terms = [_Reader(text).read() for text in (first, second)]
    if not _OPERATION.search(first + second):
        raise NotSets
    if len(set().union(*(term.atoms(Symbol) for term in terms))) > _MOST_LETTERS:
        raise NotSets
    return satisfiable(Xor(*terms)) is False


class _Reader:
    """Recursive descent: terms joined by operators of equal rank need parentheses."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(_NOISE.sub("", text))
        self._next = next(self._tokens, ("end", ""))

    def read(self) -> Boolean:
        term = self._joined()
        if self._next[0] != "end":
            raise NotSets
        return term

    def _take(self) -> tuple[str, str]:
        taken, self._next = self._next, next(self._tokens, ("end", ""))
        return taken

    def _joined(self) -> Boolean:
        term, before = self._single(), ""
        while self._next[0] == "join":
            sign = self._take()[1]
            if before and (sign != before or sign == "setminus"):
                raise NotSets  # A \cup B \cap C: which comes first is a matter of taste
            term, before = _join(sign, term, self._single()), sign
        return term

    def _single(self) -> Boolean:
        kind, text = self._take()
        if kind == "letter":
            term: Boolean = Symbol(text)
        elif kind == "empty":
            term = false
        elif kind in ("open", "bar"):
            term = self._joined()
            if self._take() != ("close", ")" if kind == "open" else "}"):
                raise NotSets
            term = Not(term) if kind == "bar" else term
        else:
            raise NotSets
        while self._next[0] == "complement":
            self._take()
            term = Not(term)
        return term


def _join(sign: str, left: Boolean, right: Boolean) -> Boolean:
    if sign == "cup":
        return Or(left, right)
    if sign == "cap":
        return And(left, right)
    return Xor(left, right) if sign == "triangle" else And(left, Not(right))


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise NotSets
        yield found.lastgroup, found[found.lastgroup].strip().lstrip("\\")
        at = found.end()
