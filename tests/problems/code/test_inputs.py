"""Pieces of inputs and words of statements."""

import random

from r1gym.problems.code.inputs import letters, line, numbers, ordinal, plural


def test_numbers_reach_both_ends_and_no_further():
    drawn = numbers(random.Random(0), 500, -2, 3)
    assert len(drawn) == 500 and set(drawn) == {-2, -1, 0, 1, 2, 3}
    assert numbers(random.Random(0), 3, 7, 7) == [7, 7, 7]
    assert numbers(random.Random(0), 0, 1, 2) == []


def test_letters_are_of_the_alphabet():
    assert set(letters(random.Random(0), 200, "xyz")) == set("xyz")
    assert letters(random.Random(0), 0, "xyz") == ""


def test_a_line_has_one_blank_between_values():
    assert line([1, "a", -2]) == "1 a -2"
    assert line([]) == ""


def test_ordinals_mind_the_teens():
    told = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 21: "21st", 102: "102nd"}
    told |= {11: "11th", 12: "12th", 13: "13th", 111: "111th", 113: "113th"}
    assert {number: ordinal(number) for number in told} == told


def test_one_thing_is_not_plural():
    assert [plural(n, "cell") for n in (0, 1, 2)] == ["0 cells", "1 cell", "2 cells"]
