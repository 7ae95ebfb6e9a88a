"""Compares what a submission wrote with what was expected. Pure; nothing of a submission is run.

Text is compared as bytes. A call's result is JSON, taken only within limits of size, depth and
digits, and compared as Python compares values: True, 1 and 1.0 are equal, 1 and "1" are not.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any, NoReturn

MAX_JSON_BYTES = 1 << 20
MAX_DEPTH = 100
MAX_DIGITS = 4300
COMPARISONS = ("exact", "tokens", "unordered")

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")
_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


class NotJson(ValueError):
    """Bytes that are no JSON value within the limits."""


def lines(data: bytes) -> list[bytes]:
    """Returns the lines without CR before LF, trailing blanks, and trailing empty lines."""
    found = [line.rstrip(b" \t") for line in data.replace(b"\r\n", b"\n").split(b"\n")]
    while found and not found[-1]:
        found.pop()
    return found


def same_text(
    actual: bytes, expected: bytes, how: str = "exact", float_tol: float | None = None
) -> bool:
    """Tells whether a program's output is the expected one.

    Args:
        actual: What it wrote.
        expected: What it should have written.
        how: ``exact`` line by line; ``tokens`` ignores how blanks and line ends part the words;
            ``unordered`` takes the lines in any order.
        float_tol: If given, words that are numbers may differ by this much, absolutely or
            relative to the expected one.
    """
    if how == "tokens":
        return _same_words(actual.split(), expected.split(), float_tol)
    ours, theirs = lines(actual), lines(expected)
    if len(ours) != len(theirs):
        return False
    if how == "unordered":
        ours, theirs = sorted(ours), sorted(theirs)
    if float_tol is None or ours == theirs:
        return ours == theirs
    return all(
        _same_words(a.split(b" "), b.split(b" "), float_tol)
        for a, b in zip(ours, theirs, strict=True)
    )


def _same_words(ours: list[bytes], theirs: list[bytes], float_tol: float | None) -> bool:
    if float_tol is None or len(ours) != len(theirs):
        return ours == theirs
    return all(a == b or _near_words(a, b, float_tol) for a, b in zip(ours, theirs, strict=True))


def _near_words(ours: bytes, theirs: bytes, float_tol: float) -> bool:
    both = (ours, theirs)
    if not all(len(word) <= MAX_DIGITS and _NUMBER.fullmatch(word) for word in both):
        return False
    return near(float(ours), float(theirs), float_tol)


def near(actual: float, expected: float, tolerance: float) -> bool:
    """Tells whether two numbers differ by at most `tolerance`, absolutely or relatively."""
    if not math.isfinite(actual) or not math.isfinite(expected):
        return False
    return abs(actual - expected) <= tolerance * max(1.0, abs(expected))


def parse(data: bytes) -> Any:
    """Returns the JSON value in `data`.

    Raises:
        NotJson: If it is none, or larger, deeper or with longer numbers than allowed.
    """
    if len(data) > MAX_JSON_BYTES:
        raise NotJson("too long")
    if data.count(b"[") + data.count(b"{") > MAX_DEPTH:
        _check_depth(data)
    try:
        return json.loads(
            data.decode("utf-8"), parse_int=_integer, parse_float=_real, parse_constant=_refuse
        )
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)[:100]) from None


def _check_depth(data: bytes) -> None:
    depth = 0
    for match in _BRACKET.finditer(_STRING.sub(b"", data)):
        depth += 1 if match.group() in b"[{" else -1
        if depth > MAX_DEPTH:
            raise NotJson("too deep")


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError("a number with too many digits")
    return int(text)


def _real(text: str) -> float:
    value = float(text) if len(text) <= MAX_DIGITS else math.inf
    if not math.isfinite(value):
        raise ValueError("a number out of range")
    return value


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def same_value(
    actual: Any, expected: Any, how: str = "exact", float_tol: float | None = None
) -> bool:
    """Tells whether a call's result is the expected one; both are JSON values.

    Args:
        actual: What the function returned.
        expected: What it should have returned.
        how: ``exact``; ``unordered`` takes the items of the outermost list in any order.
        float_tol: If given, numbers may differ by this much, absolutely or relatively.
    """
    if how == "unordered" and isinstance(actual, list) and isinstance(expected, list):
        return _same_unordered(actual, expected, lambda a, b: _same(a, b, float_tol))
    return _same(actual, expected, float_tol)


def _same(actual: Any, expected: Any, tol: float | None) -> bool:
    if expected is None:
        return actual is None
    if isinstance(expected, int | float):
        if not isinstance(actual, int | float):
            return False
        return actual == expected or (tol is not None and _near_numbers(actual, expected, tol))
    if isinstance(expected, list):
        if not isinstance(actual, list) or len(actual) != len(expected):
            return False
        return all(_same(a, b, tol) for a, b in zip(actual, expected, strict=True))
    if isinstance(expected, dict):
        if not isinstance(actual, dict) or actual.keys() != expected.keys():
            return False
        return all(_same(actual[key], expected[key], tol) for key in expected)
    return isinstance(actual, str) and actual == expected


def _near_numbers(actual: float, expected: float, tolerance: float) -> bool:
    try:
        return near(float(actual), float(expected), tolerance)
    except OverflowError:  # an integer beyond the floats
        return False


def _same_unordered(
    actual: list[Any], expected: list[Any], same: Callable[[Any, Any], bool]
) -> bool:
    if len(actual) != len(expected):
        return False
    left = sorted(actual, key=_order)
    right = sorted(expected, key=_order)
    if all(same(a, b) for a, b in zip(left, right, strict=True)):
        return True
    for item in right:  # near numbers may sort differently; small lists only
        if len(right) > 1000:
            return False
        match = next((i for i, other in enumerate(left) if same(other, item)), None)
        if match is None:
            return False
        left.pop(match)
    return True


def _order(value: Any) -> str:
    if isinstance(value, bool) or (isinstance(value, float) and value.is_integer()):
        value = int(value)
    return json.dumps(value, sort_keys=True)
