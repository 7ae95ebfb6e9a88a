import pytest

from r1gym.verifiers.math.equality import equal, proportional
from r1gym.verifiers.math.lexer import tokenize
from r1gym.verifiers.math.parser import parse_expression


def parse(text):
    return parse_expression(tokenize(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1/2", "0.5"),
        ("(x+1)^2", "x^2+2x+1"),
        (r"\frac{x^2-1}{x-1}", "x+1"),
        (r"\frac{1}{\sqrt2}", r"\frac{\sqrt2}{2}"),
        (r"\ln x^2", r"2\ln x"),
        (r"\sin 2x", r"2\sin x\cos x"),
        (r"2^{n+1}-2^n", "2^n"),
        (r"\log_2 8", "3"),
        (r"9^{9^9}\cdot 9", "9^{9^9+1}"),
        (r"\frac{n!}{n}", r"\frac{n!}{n}"),
        ("e^{i\\pi}", "-1"),
        ("log_{2}8", "3"),
        (r"\frac{\pi}{2}-\arccos x", r"\arcsin x"),
    ],
)
def test_equal(one, other):
    assert equal(parse(one), parse(other))
    assert equal(parse(other), parse(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1/3", "0.333333333333333333333"),
        (r"\pi", "3.14159265358979323846264338327950288419716939937510582097494459"),
        (r"\sqrt{x^2}", "x"),
        (r"\arccos x", r"\arcsin x"),
        ("x", "y"),
        ("x", "x+10^{-30}"),
        ("x", "x+0.000000001y"),
        ("2^{97}", "2^{96}"),
        ("9^{9^9}", "9^{9^9}+1"),
        ("9^{9^9}", "9^{9^8}"),
        (r"\sqrt2", "-\\sqrt2"),
        (r"\infty", r"2\infty"),
        ("10000!", "10000!+1"),
        (r"\ln x", r"\ln x + 10^{-20}"),
    ],
)
def test_not_equal(one, other):
    assert not equal(parse(one), parse(other))
    assert not equal(parse(other), parse(one))


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        ("x-1", "2x-2", 1),
        ("x-1", "1-x", -1),
        ("x-1", "x-2", 0),
        ("x", "x^2", 0),
        ("x", "y", 0),
        ("x-y", r"\sqrt2 x-\sqrt2 y", 1),
        ("1", "2", 0),
    ],
)
def test_proportional(one, other, sign):
    assert proportional(parse(one), parse(other)) == sign
