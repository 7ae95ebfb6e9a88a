r"""Text to a typed answer: lists, relations, unions, brackets, matrices, and values with units.

Outside in: an answer is a list of items, an item a chain of relations, a side of one a union of
groups or a value. What cannot be read so is text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from r1gym.verifiers.math import fold
from r1gym.verifiers.math.answers import (
    Answer,
    Group,
    Named,
    Text,
    Union,
    Value,
)
from r1gym.verifiers.math.compare import same
from r1gym.verifiers.math.fold import Node, Unreadable
from r1gym.verifiers.math.functions import is_whole
from r1gym.verifiers.math.lexer import OPEN, THOUSANDS, closing, split, tokenize
from r1gym.verifiers.math.matrices import read_matrix
from r1gym.verifiers.math.normalize import normalize
from r1gym.verifiers.math.parser import parse_expression
from r1gym.verifiers.math.quantity import is_said_with_and, read_quantity, total
from r1gym.verifiers.math.regions import difference, intersection, united
from r1gym.verifiers.math.relations import read_relation
from r1gym.verifiers.math.rewrite import prepared
from r1gym.verifiers.math.text import plain_words

MOST_CHARACTERS: Final = 4_000
SHORT: Final = 300
_MOST_DISTINCT: Final = 200

_OR: Final = frozenset({",", ";", "or", "and"})
_OPS: Final = frozenset(
    {"=", "<", ">", "\\le", "\\ge", "\\ne", "\\approx", "\\in", "\\equiv", "\\to", "\\sim"}
    | {"\\Rightarrow", "\\implies", "\\Leftrightarrow", "\\notin", "\\subset"}
)
_CONNECTIVES: Final = {
    **dict.fromkeys(("\x01or\x02", "或", "或者", "\x01或\x02", "Or", "OR", "\\or"), "or"),
    **dict.fromkeys(("\x01and\x02", "和", "与", "及", "\x01和\x02", "And", "AND"), "and"),
    "等于": "=",
}
_CUP: Final = frozenset({"\\cup", "∪"})
_BAR: Final = frozenset({"|", ":"})
_INF: Final[Node] = ("const", "inf")
_REALS: Final = Group("(", ")", (Value(fold.negate(_INF)), Value(_INF)))
_EMPTY: Final = Group("{", "}", ())
_SETS_IN_WORDS: Final[dict[str, Answer]] = {
    **dict.fromkeys(("all real numbers", "all reals", "real numbers"), _REALS),
    **dict.fromkeys(("no solution", "no solutions", "empty set"), _EMPTY),
}
# Without any of these, as most often, an answer is one value.
_STRUCTURE: Final = frozenset(
    {*_OR, *_OPS, *_CONNECTIVES, *_CUP, ":", "[", "]", "\\{", "\\}", "\\langle", "\\rangle"}
    | {"\\setminus", "\\cap", "\\begin", "\\pm", "\\mp", "\\emptyset", "\\R", "\\reals"}
)


def read_again(text: str) -> Answer:
    """Returns `read(text)`; short ones are remembered: golds come again, and groups agree."""
    return read_short(text) if len(text) <= SHORT else read(text)


@lru_cache(maxsize=4096)
def read_short(text: str) -> Answer:
    """Returns `read(text)`, remembered."""
    return read(text)


def read(text: str) -> Answer:
    """Returns what an answer says. Never raises: what is no mathematics is text."""
    if is_whole(text):
        return Value(int(text))  # as most golds
    if len(text) > MOST_CHARACTERS:
        return Text("")
    normal = normalize(text)
    try:
        return read_normal(normal)
    except Unreadable:
        words = plain_words(normal)
        return _SETS_IN_WORDS.get(words, Text(words))


def read_normal(normal: str) -> Answer:
    """Returns what a normalised text says.

    Raises:
        Unreadable: If it is no mathematics.
    """
    tokens = tokenize(prepared(normal))
    if tokens and _is_value(tokens):  # as most often
        return read_quantity(tokens)
    if not _CONNECTIVES.keys().isdisjoint(tokens):
        tokens = [_CONNECTIVES.get(token, token) for token in tokens]
    while tokens and tokens[0] == "{" and closing(tokens) == len(tokens) - 1:
        tokens = tokens[1:-1]
    if not tokens:
        raise Unreadable("nothing is there")
    return read_list(tokens)


def _is_value(tokens: list[str]) -> bool:
    return _STRUCTURE.isdisjoint(tokens) and tokens[:1] != ["{"]  # which may hold a unit too


def read_list(tokens: list[str]) -> Answer:
    """Reads items divided by commas, semicolons, "or" and "and" outside of brackets."""
    if _is_value(tokens):
        return read_quantity(tokens)
    parts = split(tokens, _OR)
    if len(parts) == 1:
        return _read_chain(tokens)
    parts = [part for i, part in enumerate(parts) if part or i in (0, len(parts) - 1)]
    if not all(parts):
        raise Unreadable("an item of a list is empty")
    items = [read_item(part) for part in parts]
    close = "or" if "or" in tokens else "and" if "and" in tokens else ","
    name = _common_name(items)
    if name is not None:  # x = 1 or x = 2;  x = 1 or 2
        values = [item.value if isinstance(item, Named) else item for item in items]
        if _are_holes(values[0]):  # x != 1, 2
            values = [
                item.value if isinstance(item, Named) else Group("!=", "!=", (item,))
                for item in items
            ]
        return Named(name, _of_one_name(values, tokens, close))
    if "or" in tokens and isinstance(items[0], Value) and all(same(items[0], i) for i in items[1:]):
        return items[0]  # 0.16 or 4/25
    if close == "and" and (measured := total(items)) is not None and is_said_with_and(measured):
        return measured  # 1 hour and 30 minutes
    return Group("or", close, tuple(_flat(items)))


def _are_holes(value: Answer) -> bool:
    return isinstance(value, Group) and value.open == "!="


def _of_one_name(values: list[Answer], tokens: list[str], close: str) -> Answer:
    holes = [v for v in values if isinstance(v, Group) and v.open == "!="]
    if holes and all(v in holes or v == _REALS for v in values):  # x != 1 and x != 2
        return Group("!=", "!=", tuple(point for hole in holes for point in hole.items))
    intervals = [v for v in values if isinstance(v, Group) and v.open in "(["]
    if len(intervals) == len(values):
        if "and" in tokens:
            return intersection(intervals)
        return united(intervals) if "or" in tokens else Union(tuple(values))  # x < 1 or x > 2
    if holes:
        raise Unreadable("values, and what is none")
    return Group("or", close, tuple(_flat(values)))


def _common_name(items: Sequence[Answer]) -> str | None:
    first = items[0]
    if not isinstance(first, Named):
        return None
    for item in items[1:]:
        if isinstance(item, Named):
            if item.name != first.name:
                return None
        elif not isinstance(item, Value) and not (isinstance(item, Group) and item.open == "or"):
            return None
    return first.name


def _flat(items: Sequence[Answer]) -> list[Answer]:
    flat: list[Answer] = []
    for item in items:
        if isinstance(item, Group) and item.open == "or":
            flat += item.items
        else:
            flat.append(item)
    return flat


def read_item(tokens: list[str]) -> Answer:
    """Reads one item: a chain of relations, or what stands without any."""
    return read_quantity(tokens) if _is_value(tokens) else _read_chain(tokens)


def _read_chain(tokens: list[str]) -> Answer:
    if not _OPS.isdisjoint(tokens):
        sides = split(tokens, _OPS)
        if len(sides) > 1:
            at, ops = 0, []
            for side in sides[:-1]:
                at += len(side)
                ops.append(tokens[at])
                at += 1
            return read_relation(sides, ops, read_side)
    return _read_union(tokens)


def read_side(tokens: list[str]) -> Answer:
    """Reads a union of groups, the reals without some points, or one group or value."""
    return read_quantity(tokens) if _is_value(tokens) else _read_union(tokens)


def _read_union(tokens: list[str]) -> Answer:
    if ":" in tokens and {"am", "pm", "AM", "PM"}.isdisjoint(tokens):
        sides = split(tokens, frozenset({":"}))
        if len(sides) > 1:
            return Group(":", ":", tuple(Value(parse_expression(side)) for side in sides))
    if "\\cap" in tokens:
        parts = split(tokens, frozenset({"\\cap"}))
        if len(parts) == 1:
            raise Unreadable("an intersection within something else")
        return intersection([_read_union(part) for part in parts])
    if not _CUP.isdisjoint(tokens):
        groups = [read_group(part) for part in split(tokens, _CUP)]
        return united(groups) if len(groups) > 1 else groups[0]
    if tokens[:2] == ["\\R", "-"] and tokens[-1] == "\\}":
        tokens = ["\\R", "\\setminus", *tokens[2:]]
    if "\\setminus" in tokens:
        return _without(*split(tokens, frozenset({"\\setminus"})))
    return read_group(tokens)


def _without(whole: list[str], *holes: list[str]) -> Answer:
    if len(holes) != 1:
        raise Unreadable("a difference of sets that is not understood")
    one, other = read_group(whole), read_group(holes[0])
    if one == _REALS and isinstance(other, Group) and other.open == "{":
        return Group("!=", "!=", other.items)
    return difference(one, other)


def read_group(tokens: list[str]) -> Answer:
    """Reads a tuple, interval, set or matrix, or else a value."""
    if not tokens:
        raise Unreadable("it ends too early")
    first, last = tokens[0], tokens[-1]
    if len(tokens) == 1 and first in ("\\emptyset", "\\R", "\\reals"):
        return _EMPTY if first == "\\emptyset" else _REALS
    if "\\begin" in tokens:
        return read_matrix(tokens)
    if first == "]" and last in "[]" and len(tokens) > 3:  # ]1, 2[
        items = split(tokens[1:-1], _OR)
        return Group("(", {"[": ")", "]": "]"}[last], tuple(read_item(i) for i in items))
    if first in OPEN and closing(tokens) == len(tokens) - 1:
        inner = tokens[1:-1]
        if first == "\\{":
            return _read_set(inner)
        if first == "{":
            return read_list(inner)
        if first in ("(", "[", "\\langle"):
            items = split(inner, frozenset({",", ";"}))
            if len(items) > 1 or (first == "[" and last == "]"):
                open_ = "(" if first == "\\langle" else first
                close = ")" if last == "\\rangle" else last
                return Group(open_, close, tuple(read_item(item) for item in items))
            if not _OPS.isdisjoint(inner) or not _OR.isdisjoint(inner):
                return read_list(inner)
    return _read_value(tokens)


def _read_set(inner: list[str]) -> Answer:
    if not inner:
        return _EMPTY
    builder = split(inner, _BAR)
    if len(builder) == 2:  # \{x | x > 3\}
        region = read_list(builder[1])
        if isinstance(region, Named) and region.name in builder[0]:
            return region.value
        raise Unreadable("a set that is not understood")
    listed = read_list(inner)
    items = listed.items if isinstance(listed, Group) and listed.open == "or" else (listed,)
    distinct = [item for i, item in enumerate(items[:_MOST_DISTINCT]) if item not in items[:i]]
    return Group("{", "}", (*distinct, *items[_MOST_DISTINCT:]))


def _read_value(tokens: list[str]) -> Answer:
    r"""Reads one value; ``\pm`` makes two."""
    for sign, other in (("\\pm", "\\mp"), ("\\mp", "\\pm")):
        if sign in tokens:
            upper = {sign: "+", other: "-"}
            lower = {sign: "-", other: "+"}
            return Group(
                "or",
                "or",
                tuple(
                    read_quantity([change.get(t, t) for t in tokens]) for change in (upper, lower)
                ),
            )
    return read_quantity(tokens)


def list_reading(text: str) -> Answer | None:
    """Returns ``100,200`` read as two numbers, which would else be one."""
    normal = normalize(text)
    if "," not in normal or THOUSANDS not in "".join(tokenize(normal)):
        return None
    try:
        return read_normal(normal.replace(",", " , "))
    except Unreadable:
        return None
