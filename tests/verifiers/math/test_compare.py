import pytest

from r1gym.verifiers.math.compare import same
from r1gym.verifiers.math.read import read


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("1,2", "2,1"),
        ("1,2", "(1,2)"),
        (r"\{1,2\}", "2 or 1"),
        ("(1,2)", "(1.0,4/2)"),
        ("x=5", "5"),
        ("5", "y=5"),
        ("x-2y=1", "4y+2=2x"),
        ("x>3", r"(3,\infty)"),
        ("2x<4y", "x<2y"),
        (r"(-\infty,1)\cup(2,3)", r"(2,3)\cup(-\infty,1)"),
        ("1:2", "3:6"),
        ("50%", "50"),
        ("5 m", "500 cm"),
        ("5", "5 m"),
        (r"\text{Tuesday}", "tuesday"),
        ("1 hour and 30 minutes", "90 minutes"),
        ("x=2, y=3", "2 and 3"),
        ("x=2, x=3", "x_1=3, x_2=2"),
        ("(-\\infty,2)", "[-\\infty,2)"),
    ],
)
def test_the_same(gold, answer):
    assert same(read(gold), read(answer))


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("1,2", "1,2,3"),
        ("1,2,3", "1,2"),
        ("1,1,2", "1,2,2"),
        ("2,3", "2<x<3"),
        ("2<x<3", "x=2, y=3"),
        ("x=2, x=3", "x=2, y=3"),
        ("x=2, x=3", "(2,3)"),
        ("x=2, y=3", "x=2 or y=3"),
        ("x=2, y=3", "3 and 2"),
        ("50%", "50 cm"),
        ("3 m and 50 cm", "3.5 m"),
        ("6 cm", "6 hours per day"),
        ("(1,2)", "(2,1)"),
        ("(1,2)", "[1,2]"),
        ("(1,2)", "1,2"),
        ("1,2", "(2,1)"),
        ("1 or 2", "(1,2)"),
        (r"\{1,2\}", "[1,2]"),
        ("(1,2,3)", "(1,2)"),
        ("x=5", "y=5"),
        ("5", "x>5"),
        ("x-2y=1", "1"),
        ("1", "x-2y=1"),
        ("2x<4y", "2y<x"),
        ("x<y", "x=y"),
        ("x<y", r"x\le y"),
        ("1:2", "2:1"),
        ("1:2", "1:2:3"),
        ("0:1", "0:2:0"),
        ("5 m", "5 cm"),
        ("5 apples", "5 oranges"),
        ("x", "y"),
        (r"\begin{pmatrix}1&2\end{pmatrix}", r"\begin{pmatrix}1\\2\end{pmatrix}"),
        (r"\begin{vmatrix}1\end{vmatrix}", r"\begin{pmatrix}1\end{pmatrix}"),
        ("7", "seven or eight"),
    ],
)
def test_not_the_same(gold, answer):
    assert not same(read(gold), read(answer))


def test_nothing_is_not_the_same_as_nothing():
    assert not same(read(""), read(""))


def test_a_rounding_may_be_the_gold_but_is_not_the_exact_value():
    assert same(read(r"\sqrt2"), read(r"\sqrt2 \approx 1.414"))
    assert same(read("1.414"), read(r"\sqrt2 \approx 1.414"))
    assert not same(read(r"\sqrt2 \approx 1.414"), read("1.414"))
