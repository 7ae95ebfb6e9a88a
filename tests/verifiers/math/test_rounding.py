from fractions import Fraction

import pytest

from r1gym.verifiers.math.lexer import tokenize
from r1gym.verifiers.math.parser import parse_expression
from r1gym.verifiers.math.rounding import rounds_to


def node(text):
    return parse_expression(tokenize(text))


@pytest.mark.parametrize(
    ("text", "gold"),
    [("5/6", "0.8333333333"), ("17/53", "0.32075471698113206"), ("-1/3", "-0.3333333333"),
     ("0.83333333333", "0.8333333333"), (r"\sqrt{2}", "1.4142135623730951"),
     ("12", "12.000000000000002"), (r"\pi", "3.1415926536")],
)  # fmt: skip
def test_what_rounds_to_a_gold(text, gold):
    assert rounds_to(node(text), Fraction(gold))


@pytest.mark.parametrize(
    ("text", "gold"),
    [("5/6", "0.83333"), ("5/6", "0.8333333334"), ("0.8333", "0.8333333333"), ("1", "1.000000001"),
     ("12345678.251", "12345678.25"), ("1/3", "1/3"), ("x", "0.8333333333"),
     (r"\sqrt{3}", "1.4142135623730951"), ("3.1415926535", "3.1415926536"),
     (r"9^{9^9}", "0.8333333333")],
)  # fmt: skip
def test_what_does_not(text, gold):
    assert not rounds_to(node(text), Fraction(gold))
