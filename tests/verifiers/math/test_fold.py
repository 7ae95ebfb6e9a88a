from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1gym.verifiers.math import fold
from r1gym.verifiers.math.fold import MOST_BITS, Unreadable

X = ("sym", "x")
PI = ("const", "pi")


@given(st.fractions(), st.fractions())
def test_arithmetic_is_exact(one, other):
    a, b = fold.simplest(one), fold.simplest(other)
    assert fold.add(a, b) == one + other
    assert fold.multiply(a, b) == one * other
    assert fold.negate(a) == -one
    if other:
        assert fold.divide(a, b) == one / other
    assert all(type(v) is int or v.denominator > 1 for v in (fold.add(a, b), fold.multiply(a, b)))


def test_sums_and_products_are_flat():
    assert fold.add(fold.add(X, 1), PI, 2) == ("+", X, PI, 3)
    assert fold.multiply(fold.multiply(2, X), PI, 3) == ("*", 6, X, PI)
    assert fold.add(X, 1, -1) == fold.multiply(X, 1) == X
    assert fold.multiply(0, X) == 0


def test_zero_times_infinity_is_no_number():
    assert isinstance(fold.multiply(0, ("const", "inf")), tuple)


@pytest.mark.parametrize(
    ("base", "exponent", "value"),
    [
        (2, 10, 1024),
        (2, -2, Fraction(1, 4)),
        (0, 5, 0),
        (X, 0, 1),
        (X, 1, X),
        (("^", X, 2), 3, ("^", X, 6)),
        (9, Fraction(1, 2), 3),
        (Fraction(4, 9), Fraction(-3, 2), Fraction(27, 8)),
        (2, Fraction(1, 2), ("^", 2, Fraction(1, 2))),
        (-4, Fraction(1, 2), ("^", -4, Fraction(1, 2))),
    ],
)
def test_powers(base, exponent, value):
    assert fold.power(base, exponent) == value


def test_the_budget_of_bits():
    assert fold.power(2, MOST_BITS // 2) == 2 ** (MOST_BITS // 2)
    assert fold.power(2, MOST_BITS) == ("^", 2, MOST_BITS)
    assert fold.power(9, 9**9) == ("^", 9, 9**9)
    with pytest.raises(Unreadable, match="too large"):
        fold.multiply(*[2 ** (MOST_BITS - 1)] * 5)


@pytest.mark.parametrize("value", [0, 1, 2, 10**40, 3**601])
@pytest.mark.parametrize("degree", [1, 2, 3, 7, 999])
def test_exact_roots(value, degree):
    if fold.bits(value) * degree < 20_000:
        assert fold.exact_root(value**degree, degree) == value
    if value > 1 and degree > 1 and fold.bits(value) * degree < 20_000:
        assert fold.exact_root(value**degree + 1, degree) is None


def test_roots_past_the_budgets_stay():
    assert fold.exact_root(-4, 2) is None
    assert fold.exact_root(1, 1_001) is None
    assert fold.exact_root(4**20_000, 2) is None


def test_factorials_and_binomials():
    assert fold.factorial(0) == 1
    assert fold.factorial(3_001) == ("factorial", 3_001)
    assert fold.binomial(5, 7) == 0
    assert fold.binomial(10**9, 2) == ("binomial", 10**9, 2)


@pytest.mark.parametrize(
    "call",
    [
        lambda: fold.divide(1, 0),
        lambda: fold.divide(X, 0),
        lambda: fold.power(0, 0),
        lambda: fold.power(0, -1),
        lambda: fold.factorial(-1),
        lambda: fold.factorial(Fraction(1, 2)),
        lambda: fold.binomial(-1, 2),
    ],
)
def test_what_is_not_defined(call):
    with pytest.raises(Unreadable):
        call()


def test_determinants():
    assert fold.determinant([[7]]) == 7
    assert fold.determinant([[1, 2], [3, 4]]) == -2
    assert fold.determinant([[2, 0, 1], [1, 3, 2], [1, 1, 1]]) == 0
    assert fold.determinant([[X, 0], [0, 1]]) == X


def test_variables():
    node = fold.add(fold.power(X, 2), fold.apply("sin", ("sym", "y")), PI)
    assert fold.symbols(node) == {"x", "y"}
    assert fold.symbols(fold.substitute(node, {"x": 2})) == {"y"}
    assert fold.substitute(fold.add(fold.power(X, 2), 1), {"x": Fraction(1, 2)}) == Fraction(5, 4)
    assert fold.substitute(fold.factorial(X), {"x": 4}) == 24
