"""Rows of public benchmarks to problems: AIME, MATH-500, GSM8K, GPQA and countdown.

Each function takes a row as the benchmark publishes it, see `r1gym.problems.formats`. A problem's
metadata names its verifier for the reward "auto".
"""

from __future__ import annotations

import hashlib
import random
import re
from dataclasses import replace

from r1gym.core.errors import ConfigError, ProblemFileError
from r1gym.core.types import Problem
from r1gym.problems.formats import Row
from r1gym.problems.science.choice import multiple_choice


def aime(row: Row) -> Problem:
    """Returns the problem of a row of AIME 2024 or 2025, whose columns differ by publisher."""
    question = _text(row, "problem", "Problem", "question")
    name = str(row.get("id") or row.get("ID") or "")
    return _problem("aime", name, question, _answer(row, "answer", "Answer"))


def math500(row: Row) -> Problem:
    """Returns the problem of a MATH-500 row, with its level from 1 to 5."""
    name = str(row.get("unique_id") or "")
    question, answer = _text(row, "problem"), _answer(row, "answer")
    return _problem("math500", name, question, answer, _level(row, "level"))


def gsm8k(row: Row) -> Problem:
    """Returns the problem of a GSM8K row: the gold stands after ``####`` in the answer."""
    _, mark, gold = _text(row, "answer").rpartition("####")
    if not mark or not gold.strip():
        raise ProblemFileError('"answer" must end with #### and the gold answer')
    return _problem("gsm8k", "", _text(row, "question"), gold.strip().replace(",", ""))


def gpqa(row: Row) -> Problem:
    """Returns the problem of a GPQA row, its options in an order that depends on the question."""
    question = _text(row, "Question")
    right = _text(row, "Correct Answer")
    wrong = [_text(row, f"Incorrect Answer {number}") for number in (1, 2, 3)]
    seed = hashlib.blake2b(question.encode(), digest_size=8).digest()
    rng = random.Random(int.from_bytes(seed))
    try:
        asked, letter, metadata = multiple_choice(question.strip(), right, wrong, rng)
    except ConfigError as error:
        raise ProblemFileError(str(error).removesuffix(".")) from None
    name = str(row.get("Record ID") or "")
    return replace(_problem("gpqa", name, asked, letter), metadata=metadata)


def countdown(row: Row) -> Problem:
    """Returns the problem of a countdown row, ``nums`` and ``target``. It has no gold answer."""
    numbers, target = row.get("nums"), row.get("target")
    if not isinstance(numbers, list | tuple) or not all(map(_is_whole, numbers)) or not numbers:
        raise _fault("nums", "a list of whole numbers", numbers)
    if not _is_whole(target):
        raise _fault("target", "a whole number", target)
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


def _text(row: Row, *fields: str) -> str:
    """Returns the first of these fields that the row has, a text that is not empty."""
    field = next((field for field in fields if field in row), fields[0])
    value = row.get(field)
    if not isinstance(value, str) or not value.strip():
        raise _fault(field, "text that is not empty", value)
    return value


def _answer(row: Row, *fields: str) -> str:
    """Returns the first of these fields that the row has, a text or a number."""
    field = next((field for field in fields if field in row), fields[0])
    value = row.get(field)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if _is_whole(value) or isinstance(value, float) else _text(row, field)


def _level(row: Row, field: str) -> int:
    """Returns a level: a whole number, or a text such as "Level 5"."""
    value = row.get(field)
    if isinstance(value, str) and (number := re.search(r"\d+", value)):
        value = int(number[0])
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _fault(field, "a whole number from 0", value)
    return value


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _fault(field: str, wanted: str, value: object) -> ProblemFileError:
    text = repr(value)
    shown = text if len(text) <= 40 else f"{text[:37]}..."
    return ProblemFileError(f'"{field}" must be {wanted}, not {shown}')
