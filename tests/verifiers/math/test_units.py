from fractions import Fraction

import pytest

from r1gym.verifiers.math.units import Unit, is_unit_name, read_unit


@pytest.mark.parametrize(
    ("text", "dimension", "factor"),
    [
        ("cm", (("m", 1),), Fraction(1, 100)),
        ("meters", (("m", 1),), 1),
        ("cm^2", (("m", 2),), Fraction(1, 10_000)),
        ("square cm", (("m", 2),), Fraction(1, 10_000)),
        ("km/h", (("m", 1), ("s", -1)), Fraction(5, 18)),
        ("miles per hour", (("m", 1), ("s", -1)), Fraction(1397, 3125)),
        ("inches", (("m", 1),), Fraction(127, 5000)),
        ("L", (("m", 3),), Fraction(1, 1000)),
        ("平方米", (("m", 2),), 1),
        ("apples", (("apple", 1),), 1),
        ("square units", (("unit", 2),), 1),
    ],
)
def test_units_are_exact(text, dimension, factor):
    assert read_unit(text) == (1, Unit(dimension, factor))


@pytest.mark.parametrize(
    ("text", "scale"), [("", 1), ("million", 10**6), ("dozen", 12), ("万", 10**4)]
)
def test_a_scale_without_a_unit(text, scale):
    assert read_unit(text) == (scale, None)


def test_a_scale_before_a_unit():
    scale, unit = read_unit("million dollars")
    assert (scale, unit.dimension) == (10**6, (("dollar", 1),))


@pytest.mark.parametrize(
    "text", ["or", "not", "x", "apples^2", "one two three four", "+", "wrong answers", "a" * 61]
)
def test_what_is_no_unit(text):
    assert read_unit(text) is None


@pytest.mark.parametrize(
    ("name", "known"),
    [("cm", True), ("CM", True), ("feet", True), ("M", False), ("x", False), ("apple", False)],
)
def test_names(name, known):
    assert is_unit_name(name) is known
