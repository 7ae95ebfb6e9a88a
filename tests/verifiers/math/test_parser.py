from fractions import Fraction

import pytest

from r1gym.verifiers.math.fold import Unreadable
from r1gym.verifiers.math.lexer import MOST_DEPTH, tokenize
from r1gym.verifiers.math.parser import parse_expression


def parse(text):
    return parse_expression(tokenize(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"\frac12", Fraction(1, 2)),
        (r"\frac{1}2", Fraction(1, 2)),
        ("{1}/{2}", Fraction(1, 2)),
        ("2^10", 1024),
        ("2^3^2", 512),
        ("-2^2", -4),
        ("(-2)^2", 4),
        ("8/4/2", 1),
        ("2--3", 5),
        ("2*-3", -6),
        (r"1\frac12", Fraction(3, 2)),
        (r"-1\frac12", Fraction(-3, 2)),
        (r"2\frac{3}{2}", 3),
        ("5!/3!", 20),
        ("50%", Fraction(1, 2)),
        (r"\sqrt{9}", 3),
        (r"\sqrt[3]{-27}", -3),
        ("|3-5|", 2),
        ("||-2|-5|", 3),
        (r"\lfloor -2.5 \rfloor", -3),
        (r"\lceil 2.1 \rceil", 3),
        (r"\binom52", 10),
        (r"{5 \choose 2}", 10),
        (r"\gcd(12,18)", 6),
        (r"\max(1,2,3)", 3),
        (r"\ln e^5", 5),
        (r"\sum_{k=1}^{100} k", 5050),
        (r"\sum_{k=1}^{0} k", 0),
        (r"\prod_{k=1}^{5} k", 120),
        ("101_2", 5),
        ("(101)_2", 5),
        ("FF_{16}", 255),
        (r"0.1\overline{6}", Fraction(1, 6)),
        ("1e3", 1000),
        (r"\max\{2,5\}", 5),
        (r"\frac{1}{2", Fraction(1, 2)),
        (r"\sqrt{3^{2", 3),
    ],
)
def test_exact_values(text, value):
    assert parse(text) == value


@pytest.mark.parametrize(
    ("one", "other"),
    [("xy^2", "x(y^2)"), ("2x", r"2 \cdot x"), (r"\sqrt xy", r"(\sqrt x)y"), ("2pi", r"2\pi"),
     (r"\sin 2x", r"\sin(2x)"), (r"\sin^{-1} x", r"\arcsin x"), ("x_{1}", "x_1"),
     ("u^2_0", "u_0^2"), ("2^5 3^2", "288")],
)  # fmt: skip
def test_two_ways_to_write_one_thing(one, other):
    assert parse(one) == parse(other)


@pytest.mark.parametrize(
    "text",
    ["", "1+", "(1", "1)", "2 3", "1/0", "0^0", "x^2^", "2^3 ^", "five", "101_37", "12_2",
     r"\int x", r"\frac{1}", r"\frac{1}{0}", r"\log_1 2", r"\ln 0", "5!!!!", "(-1)!", r"\sin(1,2)",
     r"\sum_{k=1}^{n} k", r"\sum_{k=1}^{1000} k", r"\begin{cases}1\end{cases}", "①", r"\unknown"],
)  # fmt: skip
def test_what_is_no_expression(text):
    with pytest.raises(Unreadable):
        parse(text)


@pytest.mark.parametrize(
    "unit", ["({})", "|{}+1|", r"\sqrt{{{}}}", "2^{{{}}}", r"\frac{{1}}{{{}}}"]
)
def test_the_budget_of_depth(unit):
    text = "x"
    for _ in range(2 * MOST_DEPTH + 1):
        text = unit.format(text)
    with pytest.raises(Unreadable):
        parse(text)


def test_a_depth_within_the_budget():
    depth = MOST_DEPTH - 1
    assert parse("(" * depth + "7" + ")" * depth) == 7


def test_the_tokens_are_left_as_they_are():
    tokens = tokenize(r"\frac12")
    parse_expression(tokens)
    assert tokens == tokenize(r"\frac12")
