from fractions import Fraction

import pytest

from r1gym.verifiers.math.answers import Group, Named, Relation, Union, Value
from r1gym.verifiers.math.fold import Unreadable
from r1gym.verifiers.math.regions import read_inequalities, united

X, Y = ("sym", "x"), ("sym", "y")
ROOT_2 = Value(("^", 2, Fraction(1, 2)))
INF = Value(("const", "inf"))
MINUS_INF = Value(("*", -1, ("const", "inf")))


@pytest.mark.parametrize(
    ("sides", "ops", "interval"),
    [
        ([X, 3], ["<"], ("(", ")", (MINUS_INF, Value(3)))),
        ([X, 3], ["\\le"], ("(", "]", (MINUS_INF, Value(3)))),
        ([X, 3], [">"], ("(", ")", (Value(3), INF))),
        ([3, X], ["\\le"], ("[", ")", (Value(3), INF))),
        ([1, X, 2], ["<", "\\le"], ("(", "]", (Value(1), Value(2)))),
        ([2, X, 1], ["\\ge", ">"], ("(", "]", (Value(1), Value(2)))),
        ([-2, ("*", 2, X), 4], ["<", "\\le"], ("(", "]", (Value(-1), Value(2)))),
        ([2, ("+", ("*", -1, X), 4), 6], ["<", "\\le"], ("[", ")", (Value(-2), Value(2)))),
    ],
)
def test_intervals(sides, ops, interval):
    assert read_inequalities(sides, ops) == Named("x", Group(*interval))


def test_other_inequalities_all_point_one_way():
    less = read_inequalities([X, Y], ["<"])
    assert less == Relation("<", ("+", X, ("*", -1, Y)))
    assert read_inequalities([Y, X], [">"]) == less
    at_most = read_inequalities([X, Y], ["\\le"])
    assert at_most == Relation("<=", less.difference)
    assert read_inequalities([Y, X], ["\\ge"]) == at_most


@pytest.mark.parametrize(
    ("sides", "ops"),
    [
        ([1, X, 2], ["<", ">"]),
        ([1, X, Y], ["<", "<"]),
        ([1, 2, 3, X], ["<", "<", "<"]),
    ],
)
def test_what_is_no_region(sides, ops):
    with pytest.raises(Unreadable):
        read_inequalities(sides, ops)


def interval(text):
    low, high = (Value(int(end)) for end in text[1:-1].split(","))
    return Group(text[0], text[-1], (low, high))


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (["(-2,1]", "(1,3]"], ["(-2,3]"]),
        (["[1,3]", "(-2,2)"], ["(-2,3]"]),
        (["(0,1)", "[1,2)"], ["(0,2)"]),
        (["(0,1)", "(1,2)"], ["(0,1)", "(1,2)"]),
        (["(4,5)", "(0,9)", "(1,2)"], ["(0,9)"]),
        (["[3,1]", "(0,2)"], ["[3,1]", "(0,2)"]),
    ],
)
def test_intervals_that_touch_are_one(parts, whole):
    found = united([interval(part) for part in parts])
    wanted = [interval(part) for part in whole]
    assert found == (wanted[0] if len(wanted) == 1 else Union(tuple(wanted)))


def test_unions_with_other_things_stay():
    root = Group("(", ")", (Value(0), Value(("^", 2, ("sym", "a")))))
    points = Group("{", "}", (Value(1), Value(2)))
    assert united([interval("(1,2)"), root]) == Union((interval("(1,2)"), root))
    assert united([interval("(1,2)"), points]) == interval("[1,2]")
    below, above = Group("(", "]", (MINUS_INF, Value(1))), Group("[", ")", (Value(0), INF))
    assert united([below, above]) == Group("(", ")", (MINUS_INF, INF))


@pytest.mark.parametrize(
    ("left", "op", "right", "whole"),
    [
        (("*", 2, X), ">", 6, Group("(", ")", (Value(3), INF))),
        (("*", -2, X), "\\le", 6, Group("[", ")", (Value(-3), INF))),
        (1, "<", ("+", ("*", 2, X), 5), Group("(", ")", (Value(-2), INF))),
        (X, "<", ("^", 2, Fraction(1, 2)), Group("(", ")", (MINUS_INF, ROOT_2))),
    ],
)
def test_linear_inequalities_are_solved(left, op, right, whole):
    assert read_inequalities([left, right], [op]) == Named("x", whole)


def test_inequalities_that_are_not_linear_stay():
    square = ("^", X, 2)
    assert read_inequalities([square, 4], ["<"]) == Relation("<", ("+", square, -4))
    with pytest.raises(Unreadable, match="chain"):
        read_inequalities([1, square, 4], ["<", "<"])
