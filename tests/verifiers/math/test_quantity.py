from fractions import Fraction

import pytest

from r1gym.verifiers.math.answers import Value
from r1gym.verifiers.math.fold import Unreadable
from r1gym.verifiers.math.lexer import tokenize
from r1gym.verifiers.math.normalize import normalize
from r1gym.verifiers.math.quantity import in_degrees, read_quantity
from r1gym.verifiers.math.units import read_unit


def quantity(text):
    return read_quantity(tokenize(normalize(text)))


@pytest.mark.parametrize(
    ("text", "node", "unit"),
    [
        ("5", 5, None),
        (r"5\text{ cm}", 5, "cm"),
        ("5 km/h", 5, "km/h"),
        (r"5\text{ cm}^2", 5, "cm^2"),
        ("$5", 5, "dollar"),
        (r"-\$5", -5, "dollar"),
        (r"5\$", 5, "dollar"),
        ("$5 million", 5_000_000, "dollar"),
        ("5 million", 5_000_000, None),
        ("30°", 30, "degree"),
        (r"30^\circ\text{C}", 30, "celsius"),
        ("5元", 5, "yuan"),
        ("3 feet 6 inches", Fraction(7, 2), "foot"),
        (r"2\text{ h } 30 \text{ min}", Fraction(5, 2), "h"),
        (r"1 h 5 min 3\text{ s}", Fraction(1301, 1200), "h"),
    ],
)
def test_units(text, node, unit):
    assert quantity(text) == Value(node, None if unit is None else read_unit(unit)[1])


@pytest.mark.parametrize("text", ["50%", r"50\%", "50 percent", r"50\text{ per cent}"])
def test_percent(text):
    assert quantity(text) == Value(Fraction(1, 2), percent=True)


@pytest.mark.parametrize(
    "text",
    [
        "+",
        "%",
        "$",
        "x cm",
        "$x",
        "5 +",
        "5 wrong",
        "$5 euros",
        "3 feet 6 pounds",
        "6 inches 3 feet",
        r"5^\circ\text{K}",
    ],
)
def test_what_is_no_quantity(text):
    with pytest.raises(Unreadable):
        quantity(text)


def test_the_sign_of_degrees_within_a_function_is_no_unit():
    assert quantity(r"\sin 30^\circ").unit is None


def test_angles():
    assert in_degrees(quantity("180°")) == ("const", "pi")
    assert in_degrees(quantity("180")) is None
