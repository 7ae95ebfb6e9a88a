"""Does an answer say what the gold answer says? Node by node, by the type of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

from r1gym.verifiers.math import fold
from r1gym.verifiers.math.answers import (
    Answer,
    Group,
    Matrix,
    Named,
    Relation,
    Text,
    Union,
    Value,
)
from r1gym.verifiers.math.equality import equal, proportional
from r1gym.verifiers.math.fold import Node, Unreadable
from r1gym.verifiers.math.lexer import tokenize
from r1gym.verifiers.math.names import kind_of_name, names_agree
from r1gym.verifiers.math.parser import parse_expression
from r1gym.verifiers.math.quantity import in_degrees, is_base
from r1gym.verifiers.math.regions import without_points
from r1gym.verifiers.math.rounding import rounds_to

_MOST_ITEMS: Final = 200
_INFINITY: Final[Node] = ("const", "inf")
_INFINITE: Final = (_INFINITY, fold.negate(_INFINITY))
_OF_THEIR_OWN: Final = (":", "!=", "<", "mod")


def same(gold: Answer, answer: Answer) -> bool:
    """Returns whether `answer` is right if `gold` is."""
    if isinstance(gold, Value) and isinstance(answer, Value):
        return _same_value(gold, answer)
    if isinstance(gold, Group) and isinstance(answer, Named) and are_named(gold):
        return False
    if isinstance(gold, Named) and isinstance(answer, Named):
        if names_agree(gold.name, answer.name):
            return _same_of_one_name(gold, answer.value)
        return _same_relation(_as_relation(gold), _as_relation(answer))
    if isinstance(gold, Named):
        if isinstance(answer, Relation):
            return _same_relation(_as_relation(gold), answer)
        return _same_of_one_name(gold, answer)
    if isinstance(answer, Named):
        if isinstance(gold, Relation):
            return _same_relation(gold, _as_relation(answer))
        return not _are_apart(gold, answer.value) and same(gold, answer.value)
    if isinstance(gold, Group) and isinstance(answer, Group):
        return _same_group(gold, answer)
    if isinstance(gold, Group) and isinstance(answer, Value):
        return gold.open == ":" and _same_fraction(gold, answer)
    if isinstance(gold, Value) and isinstance(answer, Group):
        return answer.open == ":" and _same_fraction(answer, gold)
    if isinstance(gold, Group) and isinstance(answer, Matrix):
        return _same_matrix(answer, gold)
    if isinstance(gold, Matrix):
        return _same_matrix(gold, answer)
    if isinstance(gold, Union) or isinstance(answer, Union):
        gold, answer = _without_holes(gold), _without_holes(answer)
        if isinstance(gold, Union) and isinstance(answer, Union):
            return _matched(gold.parts, answer.parts, same)
        return False
    if isinstance(gold, Relation) and isinstance(answer, Relation):
        return _same_relation(gold, answer)
    if isinstance(gold, Text) and isinstance(answer, Text):
        return bool(gold.words) and gold.words == answer.words
    return False


def _same_of_one_name(gold: Named, answer: Answer) -> bool:
    """Compares with a value that has a name: several values of it, an interval, or one."""
    if _are_apart(gold.value, answer):
        return False
    if isinstance(gold.value, Group) and isinstance(answer, Group) and are_named(answer):
        if gold.value.open != "or":
            return False  # x = 2, y = 3 for 2 < x < 3
        named = [item for item in answer.items if isinstance(item, Named)]
        if any(item.name.partition("_")[0] != gold.name for item in named):
            return False  # x = 2, y = 3 for x = 2, x = 3
    return same(gold.value, answer)


def _are_apart(gold: Answer, answer: Answer) -> bool:
    """Returns whether one is a list of values, and the other one an interval or a tuple."""
    if not isinstance(gold, Group) or not isinstance(answer, Group) or are_named(answer):
        return False
    return gold.open == "or" and answer.open in "(["


def _as_relation(named: Named) -> Relation | None:
    """Returns ``y = 2x`` and ``x > 3`` as a difference that is compared with 0."""
    symbol: Node = ("sym", named.name)
    if kind_of_name(named.name) == "call":
        try:
            symbol = parse_expression(tokenize(named.name))
        except Unreadable:
            return None
    value = named.value
    if isinstance(value, Value):
        return Relation("=", fold.add(symbol, fold.negate(value.node)))
    if isinstance(value, Group) and value.open == "!=" and len(value.items) == 1:
        hole = value.items[0]
        if not isinstance(hole, Value):
            return None
        return Relation("!=", fold.add(symbol, fold.negate(hole.node)))
    if not isinstance(value, Group) or len(value.items) != 2 or value.open not in "([":
        return None
    low, high = value.items
    if _is_infinite(high) and isinstance(low, Value):
        return Relation("<" if value.open == "(" else "<=", fold.add(low.node, fold.negate(symbol)))
    if _is_infinite(low) and isinstance(high, Value):
        op = "<" if value.close == ")" else "<="
        return Relation(op, fold.add(symbol, fold.negate(high.node)))
    return None


def _same_relation(gold: Relation | None, answer: Relation | None) -> bool:
    """Equations are equal up to a factor that is not zero, inequalities up to a positive one."""
    if gold is None or answer is None or gold.op != answer.op:
        return False
    sign = proportional(gold.difference, answer.difference)
    return sign > 0 or (sign < 0 and gold.op in ("=", "!="))


def _same_value(gold: Value, answer: Value) -> bool:
    one, other = gold.node, answer.node
    if (gold.unit or answer.unit) and is_base(gold.unit) != is_base(answer.unit):
        return False  # 5 is no way to write 101_2 in base two
    if (gold.percent and answer.unit) or (answer.percent and gold.unit):
        return False
    if gold.unit is not None and answer.unit is not None:
        if gold.unit.dimension != answer.unit.dimension:
            angles = in_degrees(gold), in_degrees(answer)
            return None not in angles and angles[0] == angles[1]
        if gold.unit.factor != answer.unit.factor:
            one = fold.multiply(one, gold.unit.factor)
            other = fold.multiply(other, answer.unit.factor)
    elif gold.unit is not None or answer.unit is not None:
        radians = in_degrees(gold), in_degrees(answer)
        if equal(radians[0] or one, radians[1] or other):
            return True
    if equal(one, other):
        return True
    if gold.percent and not answer.percent and equal(fold.multiply(one, 100), other):
        return True  # 50 for 50%: a missing sign is forgiven as a missing unit is
    if answer.rounded is not None and equal(one, answer.rounded):
        return True
    return isinstance(one, Fraction) and rounds_to(other, one)


def _same_group(gold: Group, answer: Group) -> bool:
    if len(gold.items) > _MOST_ITEMS or len(answer.items) > _MOST_ITEMS:
        return False
    if gold.open in _OF_THEIR_OWN or answer.open in _OF_THEIR_OWN:
        return gold.open == answer.open and _same_of_its_own(gold, answer)
    if are_named(gold) or are_named(answer):
        return _same_named(gold, answer)
    ordered = gold.open in "(["
    if ordered != (answer.open in "(["):
        # A tuple counts for a bare list, in its order.
        return gold.close == "," and answer.close == ")" and _same_in_order(gold, answer)
    if not ordered and any(isinstance(item, Named) for item in gold.items):
        named = all(isinstance(item, Named) for item in answer.items)
        return named and _matched(gold.items, answer.items, same)  # else which of them is x?
    if not ordered:
        return _matched(gold.items, answer.items, same)
    if len(gold.items) != len(answer.items):
        return False
    low, high = gold.items[0], gold.items[-1]
    open_counts = len(gold.items) != 2 or not _is_infinite(low)
    close_counts = len(gold.items) != 2 or not _is_infinite(high)
    if open_counts and gold.open != answer.open:
        return False
    if close_counts and gold.close != answer.close:
        return False
    return _same_in_order(gold, answer)


def _same_in_order(gold: Group, answer: Group) -> bool:
    if len(gold.items) != len(answer.items):
        return False
    return all(same(g, a) for g, a in zip(gold.items, answer.items, strict=True))


def _same_of_its_own(gold: Group, answer: Group) -> bool:
    if gold.open == ":":
        return _same_ratio(gold, answer)
    if gold.open == "!=":
        return _matched(gold.items, answer.items, same)
    if gold.open == "<":
        return gold.close == answer.close and _same_in_order(gold, answer)
    side, residue, modulus = gold.items
    other_side, other_residue, other_modulus = answer.items
    if not same(side, other_side) or not same(modulus, other_modulus):
        return False
    return same(residue, other_residue) or _are_congruent(residue, other_residue, modulus)


def _are_congruent(one: Answer, other: Answer, modulus: Answer) -> bool:
    if not (isinstance(one, Value) and isinstance(other, Value) and isinstance(modulus, Value)):
        return False
    by = modulus.node
    if not (isinstance(one.node, int) and isinstance(other.node, int) and isinstance(by, int)):
        return False
    return by != 0 and (one.node - other.node) % by == 0


def are_named(group: Group) -> bool:
    """Returns whether each item has a name: ``x = 1, y = 2`` or ``(x, y) = (1, 2)``."""
    if group.items and not isinstance(group.items[0], Named):
        return False  # as most often
    return group.open in ("or", "(") and all(isinstance(item, Named) for item in group.items)


def _same_named(gold: Group, answer: Group) -> bool:
    """Names go with their values; values without names count in the gold's order."""
    if len(gold.items) != len(answer.items):
        return False
    if answer.close == "or" and gold.close != "or" and are_named(answer):
        return False  # x = 2 or y = 3 for both
    if are_named(gold) and are_named(answer):
        return _matched(gold.items, answer.items, _same_entry)
    if are_named(gold):
        bare = answer.close in (",", "and", ")") and answer.open != "["
        return bare and _same_in_order(gold, answer)
    if gold.open not in ("or", "(") or gold.close in ("or", "and", "]"):
        return False
    names = [item.name for item in answer.items if isinstance(item, Named)]
    if answer.open == "or" and names != sorted(set(names)):
        return False  # (1, 2) for x = 1, y = 2
    if gold.open == "or" and len({name.partition("_")[0] for name in names}) == 1:
        values = [item.value for item in answer.items if isinstance(item, Named)]
        return _matched(gold.items, values, same)  # x_1 and x_2 for two roots
    return _same_in_order(gold, answer)


def _same_entry(gold: Answer, answer: Answer) -> bool:
    if not isinstance(gold, Named) or not isinstance(answer, Named):
        return same(gold, answer)
    kinds = kind_of_name(gold.name), kind_of_name(answer.name)
    if kinds == ("words", "words") and gold.name != answer.name:
        return False
    return same(gold, answer)


def _same_fraction(ratio: Group, value: Value) -> bool:
    """A ratio of two is its fraction."""
    nodes = [item.node for item in ratio.items if isinstance(item, Value)]
    if len(nodes) != 2 or len(ratio.items) != 2 or value.unit is not None or nodes[1] == 0:
        return False
    return equal(fold.divide(nodes[0], nodes[1]), value.node)


def _without_holes(answer: Answer) -> Answer:
    """Returns all numbers but some as a union of intervals, if these are exact."""
    if not isinstance(answer, Group) or answer.open != "!=":
        return answer
    return without_points(answer.items) or answer


def _same_ratio(gold: Group, answer: Group) -> bool:
    """Ratios are equal up to a factor; what may be a time of day is not."""
    one = [item.node for item in gold.items if isinstance(item, Value)]
    other = [item.node for item in answer.items if isinstance(item, Value)]
    if (
        len(one) != len(other)
        or len(one) != len(gold.items)
        or 0 in one
        or 0 in other
        or (len(one) == 2 and other[1] == 60)
    ):
        return one == other
    pairs = zip(one[1:], other[1:], strict=True)
    return all(equal(fold.multiply(g, other[0]), fold.multiply(one[0], a)) for g, a in pairs)


def _is_infinite(answer: Answer) -> bool:
    return isinstance(answer, Value) and answer.node in _INFINITE


def _matched(
    golds: Sequence[Answer], answers: Sequence[Answer], same_: Callable[[Answer, Answer], bool]
) -> bool:
    """Returns whether the items can be paired off; each answer takes the first gold left."""
    left = list(answers)
    if len(golds) != len(left):
        return False
    for gold in golds:
        for i, answer in enumerate(left):
            if same_(gold, answer):
                del left[i]
                break
        else:
            return False
    return True


def _same_matrix(gold: Matrix, answer: Answer) -> bool:
    if isinstance(answer, Group) and answer.open == "[":
        rows = [item.items for item in answer.items if isinstance(item, Group)]
        nodes = [tuple(v.node for v in row if isinstance(v, Value)) for row in rows]
        answer = Matrix(tuple(nodes)) if len(rows) == len(answer.items) else answer
    if not isinstance(answer, Matrix):
        return False
    if [len(row) for row in gold.rows] != [len(row) for row in answer.rows]:
        return False
    pairs = zip(gold.rows, answer.rows, strict=True)
    return all(equal(g, a) for one, other in pairs for g, a in zip(one, other, strict=True))
