r"""Exact rational numbers from text: integers, fractions, decimals and percentages.

Nothing is ever rounded: ``0.333`` is not ``1/3``, and a float is never made. Left out until the
full engine comes: everything that is not one rational number.
"""

from __future__ import annotations

import re
from fractions import Fraction

MOST_CHARACTERS = 1_000  # longer numbers are refused, which bounds the time of every operation

_FRACTION = re.compile(
    r"(?P<sign>[+-]?)\\[dt]?frac(?:\{(?P<a>-?\d+)\}|(?P<c>\d))(?:\{(?P<b>-?\d+)\}|(?P<d>\d))"
)
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
_RATIO = re.compile(rf"({_DECIMAL.pattern})/({_DECIMAL.pattern})")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_LATEX_NOISE = re.compile(r"\\left|\\right|\\[,!;: ]")
_SAME = str.maketrans({"\u2212": "-", "\u2013": "-", "\uff0d": "-", "\uff0e": ".", "\uff0c": ","})


def parse_number(text: str) -> Fraction | None:
    r"""Returns the exact value of a number, or None if `text` is not one number.

    Args:
        text: For example ``"-12"``, ``"1,234"``, ``"0.25"``, ``"3/4"``, ``r"\frac{3}{4}"``,
            ``"50%"``, with or without ``$`` around it. ASCII digits only.
    """
    if len(text) > MOST_CHARACTERS or (not text.isprintable() and "\n" not in text):
        return None
    text = _LATEX_NOISE.sub("", text.translate(_SAME)).strip().removesuffix(".")
    text = text.strip("$").strip().removesuffix(".")  # not within: 5$6 is not 56
    percent = text.endswith("%")
    if percent:
        text = text[:-1].removesuffix("\\").rstrip()
    value = _parse_plain(re.sub(r"\s*/\s*", "/", text))
    return value / 100 if value is not None and percent else value


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
