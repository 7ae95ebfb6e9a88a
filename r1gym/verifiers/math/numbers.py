r"""Exact rational numbers from text: integers, fractions, decimals and percentages.

Nothing is ever rounded: ``0.333`` is not ``1/3``, and a float is never made. Left out until the
full engine comes: everything that is not one rational number.
"""

from __future__ import annotations

import re
from fractions import Fraction

MOST_CHARACTERS = 1_000  # longer numbers are refused, which bounds the time of every operation

_DIGITS = r"(?:\d+(?:\.\d+)?|\.\d+)"
_DECIMAL = re.compile(rf"[+-]?{_DIGITS}")
_RATIO = re.compile(rf"([+-]?{_DIGITS})\s*/\s*([+-]?{_DIGITS})")
_ARGUMENT = r"\s*(?:\{{\s*(?P<{0}>-?\d+)\s*\}}|(?P<{1}>\d))"
_FRACTION = re.compile(
    r"(?P<sign>[+-]?)\\[dt]?frac" + _ARGUMENT.format("a", "c") + _ARGUMENT.format("b", "d")
)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")  # 0,125 may be a decimal comma
_THOUSANDS_MARK = re.compile(r"(?<=\d)(?:,?\\[,!]|\{,\})(?=\d{3}(?!\d))")
_SPACE = re.compile(r"\\[,!;: ]")
_SIZED_BRACKET = re.compile(r"\\left(?=[(\[])|\\right(?=[)\]])")
_SIGN_AND_CURRENCY = re.compile(r"([+-]?)\s*(?:\\?\$\s*)?")
_SAME = str.maketrans({"\u2212": "-", "\u2013": "-", "\uff0d": "-", "\uff0e": ".", "\uff0c": ","})


def parse_number(text: str) -> Fraction | None:
    r"""Returns the exact value of a number, or None if `text` is not one number.

    Args:
        text: For example ``"-12"``, ``"1,234"``, ``"0.25"``, ``"3/4"``, ``r"\frac{3}{4}"``,
            ``"50%"``, with or without ``$`` or ``\(...\)`` around it. ASCII digits only.
    """
    if len(text) > MOST_CHARACTERS or (not text.isprintable() and "\n" not in text):
        return None
    text = _without_frame(_without_latex(text.translate(_SAME)))
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
        if "," in text:  # (1,234) may be a pair
            return None
    percent = text.endswith("%")
    if percent:
        text = text[:-1].removesuffix("\\").rstrip()
    value = _parse_plain(_SIGN_AND_CURRENCY.sub(r"\1", text, count=1))
    return value / 100 if value is not None and percent else value


def _without_latex(text: str) -> str:
    """Makes LaTeX's spaces plain ones: what stands on their two sides must not grow together."""
    text = _SPACE.sub(" ", _THOUSANDS_MARK.sub(",", text))
    return _SIZED_BRACKET.sub("", text).strip()


def _without_frame(text: str) -> str:
    r"""Takes off ``$...$``, ``\(...\)`` or ``\[...\]``, and one full stop within or behind it."""
    bare = text.removesuffix(".").strip()
    inner = bare.strip("$").strip()  # not within: 5$6 is not 56
    if (inner[:2], inner[-2:]) in ((r"\(", r"\)"), (r"\[", r"\]")):
        inner = inner[2:-2].strip()
    return inner if text.endswith(".") else inner.removesuffix(".").rstrip()


def _parse_plain(text: str) -> Fraction | None:
    if not text.isascii():
        return None
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    if _DECIMAL.fullmatch(text):
        return Fraction(text)
    numerator = denominator = None
    sign = 1
    if found := _RATIO.fullmatch(text):
        numerator, denominator = found.groups()
    elif found := _FRACTION.fullmatch(text):
        numerator = found["a"] or found["c"]
        denominator = found["b"] or found["d"]
        sign = -1 if found["sign"] == "-" else 1
    if numerator is None or denominator is None or Fraction(denominator) == 0:
        return None
    return sign * Fraction(numerator) / Fraction(denominator)
