from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from r1gym.verifiers.golds import BadRow, read_golds, states_answer, write_out


@pytest.mark.parametrize(
    ("value", "golds"),
    [
        ("42", ("42",)),
        (r"so \boxed{42}", (r"so \boxed{42}",)),  # verifiers read it as they read a completion
        (42, ("42",)),
        (10**30, ("1" + "0" * 30,)),
        (42.0, ("42",)),
        (0.1, ("0.1",)),
        (1e-07, ("0.0000001",)),
        (1e22, ("1" + "0" * 22,)),
        (np.float32(0.1), ("0.1",)),
        (np.int64(7), ("7",)),
        (Decimal("1E-3"), ("0.001",)),
        (Fraction(1, 2), ("1/2",)),
        (["42"], ("42",)),
        (("a", "b"), ("a", "b")),
        (["a", "a", 1], ("a", "1")),
        ([["42"]], ("42",)),
        (np.array(["42"]), ("42",)),
        (np.array("42"), ("42",)),
        (np.array(42), ("42",)),
        (np.array([1.5, 2.0], dtype=np.float32), ("1.5", "2")),
        ({"target": ["NYC", "New York"]}, ("NYC", "New York")),
        ({"target": np.array(["42"], dtype=object)}, ("42",)),
        ({"target": None, "answer": 3}, ("3",)),
        ('{"target": ["a"]}', ("a",)),
        ('["34"]', ("34", '["34"]')),
        (r'["\frac{3}{4}"]', (r"\frac{3}{4}", r'["\frac{3}{4}"]')),
        (r'["\\frac{3}{4}"]', (r"\frac{3}{4}", r'["\\frac{3}{4}"]')),
        ("[1, 2]", ("[1, 2]",)),
        ('["a", "b"]', ('["a", "b"]',)),
        ('{"a": 1}', ('{"a": 1}',)),
        ("[", ("[",)),
    ],
)
def test_golds(value, golds):
    assert read_golds(value) == golds


@pytest.mark.parametrize("value", [None, float("nan"), np.nan, np.array(None), Decimal("nan")])
def test_an_empty_cell_has_no_gold(value):
    assert read_golds(value) is None


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "empty text"),
        ("  ", "empty text"),
        ([], "empty list"),
        ([None], "must be a text, a number or a list"),
        (["a", ""], "empty text"),
        ([1, [2]], "must be a text, a number or a list of them, not"),
        (True, "not True"),
        (np.bool_(False), "not False"),
        (b"42", "not b'42'"),
        (object(), "not <object"),
        (float("inf"), "finite"),
        ({}, "nothing"),
        ({"target": 98, "numbers": [1, 2]}, "not target, numbers"),
        ({"colour": "red"}, 'such as "target", not colour'),
        ("\ud800", "half a character"),
    ],
)
def test_everything_else_is_refused(value, message):
    with pytest.raises(BadRow, match=message):
        read_golds(value)


def test_a_number_that_python_does_not_write():
    with pytest.raises(BadRow, match="4,300 digits"):
        read_golds(10**5000)


def test_too_large_an_exponent_is_not_written_out():
    assert write_out("-2.5E3") == "-2500"
    with pytest.raises(BadRow, match="exponent"):
        write_out("1e999")


@pytest.mark.parametrize(
    "gold",
    [
        "42",
        "Paris",
        "x = 1\ny = 2",
        "He has 6*7=42 apples.\n#### 42",
        r"We multiply. Then we add these numbers and get $\boxed{42}$.",
        "Yes. The graph is connected.",
        "the set of all positive integers that are not divisible by three or by five",
    ],
)
def test_answers_and_solutions_that_state_one(gold):
    assert states_answer(gold)


@pytest.mark.parametrize(
    "gold",
    [
        r"\boxed{}",
        "It is 42.\n####",
        "Suppose that both numbers are odd. Then their sum is even, which contradicts the claim.",
        "Draw the altitude from the vertex\nand use that the two triangles are similar to it",
    ],
)
def test_solutions_that_state_no_answer(gold):
    assert not states_answer(gold)
