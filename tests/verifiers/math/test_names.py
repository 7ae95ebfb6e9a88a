import pytest

from r1gym.verifiers.math.names import names_agree


@pytest.mark.parametrize(
    ("one", "other"),
    [("x", "x"), ("f(x)", "y"), ("AB", "BA"), (r"\angleABC", r"\angleCBA"), ("area", "S"),
     ("area", "total area"), ("|AB|", r"\overline{AB}")],
)  # fmt: skip
def test_names_of_one_value(one, other):
    assert names_agree(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("x", "y"), ("f(2)", "f(5)"), ("f(2)", "g(2)"), ("f'(2)", "f(2)"), ("AB", "CD"),
     ("b_1", "b_2"), (r"\angleA", r"\angleB"), ("a:b", "b:a"), ("alpha", "beta")],
)  # fmt: skip
def test_names_of_two_values(one, other):
    assert not names_agree(one, other)
