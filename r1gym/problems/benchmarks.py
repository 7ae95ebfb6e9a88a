"""Rows of public benchmarks to problems: AIME, CNMO, MATH-500, GSM8K and countdown.

Each function takes a row as the benchmark publishes it, see `r1gym.problems.formats`. A problem's
metadata names its verifier for the reward "auto".
"""

from __future__ import annotations

from dataclasses import replace

from r1gym.core.errors import ProblemFileError
from r1gym.core.types import Problem
from r1gym.problems.columns import fault, is_whole, label, level, text, text_or_number
from r1gym.problems.formats import Row, published


@published("problem|Problem|question", "answer|Answer")
def aime(row: Row) -> Problem:
    """Returns the problem of a row of AIME 2024 or 2025, whose columns differ by publisher."""
    question = text(row, "problem", "Problem", "question")
    return _problem("aime", label(row, "id", "ID"), question, _answer(row))


@published("question", "answer")
def cnmo(row: Row) -> Problem:
    """Returns the problem of a row of CNMO 2024, in Chinese or in English."""
    return _problem("cnmo", label(row, "id"), text(row, "question"), _answer(row))


@published("problem", "answer", "level")
def math500(row: Row) -> Problem:
    """Returns the problem of a MATH-500 row, with its level from 1 to 5 and its subject."""
    name, question = label(row, "unique_id"), text(row, "problem")
    found = _problem("math500", name, question, _answer(row), level(row, "level"))
    domain = label(row, "subject")
    return replace(found, metadata={**found.metadata, **({"domain": domain} if domain else {})})


@published("question", "answer")
def gsm8k(row: Row) -> Problem:
    """Returns the problem of a GSM8K row: the gold stands after ``####`` in the answer."""
    _, mark, gold = text(row, "answer").rpartition("####")
    if not mark or not gold.strip():
        raise ProblemFileError('"answer" must end with #### and the gold answer')
    return _problem("gsm8k", "", text(row, "question"), gold.strip().replace(",", ""))


@published("nums", "target")
def countdown(row: Row) -> Problem:
    """Returns the problem of a countdown row, ``nums`` and ``target``. It has no gold answer."""
    numbers, target = row.get("nums"), row.get("target")
    if not isinstance(numbers, list | tuple) or not all(map(is_whole, numbers)) or not numbers:
        raise fault("nums", "a list of whole numbers", numbers)
    if not is_whole(target):
        raise fault("target", "a whole number", target)
    listed = ", ".join(map(str, numbers))
    question = (
        f"Using the numbers {listed}, write an expression that equals {target}. Use +, -, *, / "
        "and brackets, and each number exactly once"
    )
    metadata = {
        "verifier": "countdown",
        "countdown": {"numbers": list(numbers), "target": target},
    }
    return replace(_problem("countdown", "", question, ""), metadata=metadata)


def _problem(family: str, name: str, question: str, answer: str, level: int = 0) -> Problem:
    metadata = {"verifier": "accuracy"}
    return Problem(
        f"{family}/{name}" if name else family, question, answer, family, level, metadata
    )


def _answer(row: Row) -> str:
    return text_or_number(row, "answer", "Answer")
