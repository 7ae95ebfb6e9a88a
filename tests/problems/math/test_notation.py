"""Sums, polynomials and roots as plain text."""

import math
import random
from fractions import Fraction

import pytest

from r1gym.problems.math.notation import expand, polynomial, scaled, surd, terms


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ([(2, "x"), (-1, "y"), (5, "")], "2*x-y+5"),
        ([(-1, "x"), (0, "y"), (-1, "")], "-x-1"),
        ([(0, "x"), (3, "y")], "3*y"),
        ([(0, "x")], "0"),
        ([], "0"),
    ],
)
def test_a_sum_has_no_needless_sign_or_factor(parts, text):
    assert terms(parts) == text


def test_a_polynomial_is_given_highest_first():
    assert polynomial([1, -3, 2]) == "x^2-3*x+2"
    assert polynomial([-1, 0, 0, 1], "t") == "-t^3+1"
    assert polynomial([0]) == "0"


def test_a_product_has_its_roots_and_its_lead():
    assert expand([1, 2]) == [1, -3, 2]
    assert expand([Fraction(1, 2)], lead=3) == [6, -3]
    assert expand([]) == [1]
    rng = random.Random(0)
    for _ in range(50):
        roots = [Fraction(rng.randint(-9, 9), rng.randint(1, 5)) for _ in range(4)]
        values = [0] * 4
        for coefficient in expand(roots):
            values = [v * root + coefficient for v, root in zip(values, roots, strict=True)]
        assert values == [0] * 4


@pytest.mark.parametrize(
    ("square", "text"),
    [
        (18, "3*sqrt(2)"), (Fraction(20, 9), "2*sqrt(5)/3"), (49, "7"),
        (Fraction(1, 2), "sqrt(2)/2"),
        (1, "1"), (Fraction(4, 9), "2/3"), (30, "sqrt(30)"),
    ],
)  # fmt: skip
def test_a_root_is_in_simplest_form(square, text):
    assert surd(square) == text
    value = eval(text, {"sqrt": math.sqrt})
    assert math.isclose(value**2, square)


def test_a_multiple_is_one_fraction():
    assert scaled(Fraction(5, 3), "pi") == "5*pi/3"
    assert scaled(1, "pi") == "pi" and scaled(-1, "pi") == "-pi"
    assert scaled(0, "pi") == "0" and scaled(Fraction(-2, 7), "") == "-2/7"
