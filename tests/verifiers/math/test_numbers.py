import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1gym.verifiers.math import parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        ("-12", "-12"),
        ("+7", "7"),
        ("\u221212", "-12"),
        ("1,234,567", "1234567"),
        ("0.25", "1/4"),
        (".5", "1/2"),
        ("5.", "5"),
        ("12 / 16", "3/4"),
        ("0.5/2", "1/4"),
        (r"\frac{3}{4}", "3/4"),
        (r"-\dfrac{6}{8}", "-3/4"),
        (r"\frac34", "3/4"),
        ("$42$", "42"),
        ("$42$.", "42"),
        ("$42.$", "42"),
        ("50%", "1/2"),
        (r"50\%", "1/2"),
        (" 8 \n", "8"),
        ("10{,}000", "10000"),
        (r"10\,000", "10000"),
        (r"10,\!000", "10000"),
        (r"1\,234\!567.5", "1234567.5"),
        (r"\frac{ 3 }{ 4 }", "3/4"),
        (r"\frac 34", "3/4"),
        ("- 5", "-5"),
        (r"-\,5", "-5"),
        (r"1\;/\;2", "1/2"),
        (r"\(5\)", "5"),
        (r"\(5.\)", "5"),
        (r"\[ -5 \].", "-5"),
        ("(5)", "5"),
        (r"\left(\frac{3}{4}\right)", "3/4"),
        (r"\$5", "5"),
        ("-$5", "-5"),
        (r"$-\$1,234.50$", "-1234.5"),
    ],
)
def test_numbers_are_read_exactly(text, value):
    assert parse_number(text) == Fraction(value)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-", ".", "$", "$$", "%", "x", "3 4", "3 or 4", "1,23", "1/0", r"\frac{1}{0}",
        "1/2/3", "1e5", "0x10", "inf", "nan", "1_000", "٣", "²", "5$6", "3\x004", "--5", "9" * 2000,
        "True", "5 apples", "{5}", r"\frac{1}{2}3", r"3\ 1/2", r"4\ 2", r"4\,2", r"4\!2", r"4\;2",
        r"4\left2", r"\left5", r"5\right", "5...", "5..", "5. .", "$42.$.", "10{,}00", r"10\,0000",
        "1{,}2", "0,125", "(5", "5)", "()", r"\(5", r"\(\)", "(1,234)", r"(1{,}234)", "[5]", r"\$",
        "-$-5", "- - 5", "-$$5",
    ],
)  # fmt: skip
def test_anything_else_is_no_number(text):
    assert parse_number(text) is None


@given(st.fractions())
def test_fractions_round_trip(value):
    a, b = value.numerator, value.denominator
    assert parse_number(f"{a}/{b}") == value
    assert parse_number(rf"\frac{{{a}}}{{{b}}}") == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_decimals_are_never_rounded(value):
    assert parse_number(f"{value:f}") == Fraction(value)


@given(st.text(alphabet="0123456789+-*/.,%$\\{}fracdt \n=x٣\x00", max_size=60) | st.text())
def test_any_text_gives_a_fraction_or_none(text):
    assert isinstance(parse_number(text), Fraction | None)


def test_long_input_is_refused_quickly():
    start = time.perf_counter()
    for piece in ("9", " ", "1/", "$", "\\frac{", "1,", "-", "\\left", "\\,", "{,}123", "(", "."):
        assert parse_number(piece * 200_000) is None
        parse_number(piece * (1000 // len(piece)))
    assert time.perf_counter() - start < 2
