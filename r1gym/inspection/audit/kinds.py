"""What a disagreement is about, told from the answer and the gold answer.

A coarse sorting for counting, by looks alone: it decides nothing about who is right.
"""

from __future__ import annotations

import re
from fractions import Fraction

from r1gym.core.types import Problem

_DRESS = re.compile(
    r"\\(?:left|right|displaystyle|mathrm|mathbf|textbf|text|mbox|boxed)\b"
    r"|\\[,;:! ]|(?<!\\)\$|[\s~{}*]"
)
_FRACTION = re.compile(r"\\[dt]?frac\{?(\d+)\}?\{?(\d+)\}?")
_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?(?:/\d+)?|[-+]?\.\d+")
_LETTER = re.compile(r"\(?[A-J]\)?\.?")
# Possessive, or else a long word could be cut into units in exponentially many ways.
_UNIT = re.compile(r"(?:\\?%|\\?\$|\^?\\circ|°|\\?[a-zA-Z]++(?:\^?\d)?|/(?=[a-zA-Z]))++")
_OPERATOR = re.compile(r"\\(?:int|lim|sum|prod|cup|cap|setminus)(?![a-zA-Z])")
_PARTS = re.compile(r"\bor\b|\band\b|\\text\{ *(?:or|and) *\}|,(?!\d{3})|;|\\q?quad\b|\n|或|和")
_CLOSE = 0.01  # of the gold answer


def kind_of(problem: Problem, answer: str | None, failed: bool) -> str:
    """Returns the kind of a disagreement.

    Args:
        problem: The problem, with the gold answer.
        answer: The final answer that r1gym reads in the response, or None.
        failed: Whether a grader failed.
    """
    if failed:
        return "failure"
    if problem.metadata.get("tests"):
        return "tests"
    if answer is None:
        return "no answer"
    if _OPERATOR.search(problem.answer):
        return "operators"
    plain, wanted = _plain(answer), _plain(problem.answer)
    if _LETTER.fullmatch(wanted):
        return "choice"
    if not re.search(r"\d|\\", wanted) and len(wanted) > 2:
        return "text"
    if plain == wanted:
        return "notation"
    if len(_PARTS.split(answer.strip())) != len(_PARTS.split(problem.answer.strip())):
        return "several candidates"
    return _of_numbers(plain, wanted) or "other"


def _of_numbers(plain: str, wanted: str) -> str | None:
    """Returns the kind of two answers with one number each, with or without a unit."""
    (given, its_unit), (gold, gold_unit) = _number(plain), _number(wanted)
    if given is None or gold is None:
        return None
    if its_unit != gold_unit:
        return "units"
    if given == gold:
        return "notation"
    return "rounding" if abs(given - gold) <= _CLOSE * abs(gold) else "other value"


def _plain(text: str) -> str:
    """Returns a text without what only changes its looks."""
    return _DRESS.sub("", _FRACTION.sub(r"\1/\2", text)).rstrip(".")


def _number(plain: str) -> tuple[Fraction | None, str]:
    """Returns the number that a text is, and its unit, whichever comes first."""
    found = _NUMBER.search(plain)
    if found is None:
        return None, ""
    unit = plain[: found.start()] + plain[found.end() :]
    if unit and not _UNIT.fullmatch(unit):
        return None, ""
    try:
        return Fraction(found[0].replace(",", "")), unit
    except (ValueError, ZeroDivisionError):
        return None, ""
