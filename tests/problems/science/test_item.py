"""Items: exact values as decimals where they end, as fractions where not."""

from fractions import Fraction

import pytest

from r1gym.problems.science.item import Item, asked_openly, ended, terminates, written


@pytest.mark.parametrize(
    ("value", "text"),
    [("1/8", "0.125"), ("-1/8", "-0.125"), ("7", "7"), ("-3", "-3"), ("1/3", "1/3"),
     ("10/4", "2.5"), ("1/100", "0.01"), ("-7/6", "-7/6"), ("0", "0"),
     ("1234567/1000", "1234.567")],
)  # fmt: skip
def test_a_value_is_written_exactly(value, text):
    assert written(Fraction(value)) == text
    assert Fraction(text) == Fraction(value)


def test_decimals_end_if_only_two_and_five_divide():
    assert terminates(Fraction(3, 40)) and terminates(Fraction(9, 3))
    assert not terminates(Fraction(1, 3)) and not terminates(Fraction(1, 14))


def test_a_value_is_made_to_end():
    assert ended(Fraction(5), Fraction(1, 6)) == 15
    assert ended(Fraction(5), Fraction(1, 8)) == 5
    assert terminates(ended(Fraction(7, 9), Fraction(1, 77)) * Fraction(1, 77))


def test_a_value_without_end_is_asked_for_as_a_fraction():
    assert asked_openly(Item("Find x", Fraction(1, 4), "m")) == (
        "Find x", "0.25", {"verifier": "accuracy"},
    )  # fmt: skip
    question, answer, _ = asked_openly(Item("Find x", Fraction(1, 3), "m"))
    assert question == "Find x; give the exact value as a fraction" and answer == "1/3"
