"""Rows of multiple-choice benchmarks to problems: GPQA, the MMLU family, C-Eval and CLUEWSC.

Each function takes a row as the benchmark publishes it, see `r1gym.problems.formats`. The options
stand under their letters in the question, the gold is a letter and the verifier "choice". Options
keep the order in which they are published, but for GPQA, which lists the right one first.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import replace
from string import ascii_uppercase

from r1gym.core.errors import ConfigError, ProblemFileError
from r1gym.core.types import Problem
from r1gym.problems.columns import fault, is_whole, label, text, texts
from r1gym.problems.formats import Row, published
from r1gym.problems.science.choice import multiple_choice

_PLACES = {"A": 0, "B": 1, "C": 2, "D": 3}


@published(
    "Question",
    "Correct Answer",
    *(f"Incorrect Answer {number}" for number in (1, 2, 3)),
)
def gpqa(row: Row) -> Problem:
    """Returns the problem of a GPQA row, its options in an order that depends on the question."""
    question = text(row, "Question")
    right = text(row, "Correct Answer")
    wrong = [text(row, f"Incorrect Answer {number}") for number in (1, 2, 3)]
    seed = hashlib.blake2b(question.encode(), digest_size=8).digest()
    rng = random.Random(int.from_bytes(seed))
    try:
        asked, letter, metadata = multiple_choice(question.strip(), right, wrong, rng)
    except ConfigError as error:
        raise ProblemFileError(str(error).removesuffix(".")) from None
    found = Problem(_id("gpqa", row, "Record ID"), asked, letter, "gpqa", 0, metadata)
    return _in_domain(found, label(row, "High-level domain", "Subdomain"))


@published("question", "choices", "answer", "subject")
def mmlu(row: Row) -> Problem:
    """Returns the problem of an MMLU row: the answer is the number of a choice, from 0."""
    return _listed("mmlu", row, texts(row, "choices", least=2), _numbered(row, "answer"))


@published("question", "choices", "answer", "error_type")
def mmlu_redux(row: Row) -> Problem:
    """Returns the problem of an MMLU-Redux row, if its reviewers found nothing wrong with it.

    A gold that they corrected counts as corrected; questions with another fault have no right
    answer, and are left out.
    """
    kind, place = text(row, "error_type"), _numbered(row, "answer")
    if kind == "wrong_groundtruth":
        place = _corrected(row)
    elif kind != "ok":
        raise ProblemFileError(f'"error_type" is {kind}: its reviewers found no right answer')
    return _listed("mmlu_redux", row, texts(row, "choices", least=2), place)


@published("question", "options", "answer_index", "category")
def mmlu_pro(row: Row) -> Problem:
    """Returns the problem of an MMLU-Pro row, of up to ten options."""
    return _listed("mmlu_pro", row, texts(row, "options", least=2), _numbered(row, "answer_index"))


@published("question", "A", "B", "C", "D", "answer")
def c_eval(row: Row) -> Problem:
    """Returns the problem of a C-Eval row of the split ``val``: that of ``test`` has no golds."""
    letter = row.get("answer")
    if letter not in _PLACES:
        raise fault("answer", "A, B, C or D, as in the split val", letter)
    choices = [text(row, one) for one in _PLACES]
    return _listed("c_eval", row, choices, _PLACES[str(letter)])


@published("text", "target", "label")
def cluewsc(row: Row) -> Problem:
    """Returns the problem of a CLUEWSC row: does a pronoun stand for a name?"""
    target = row.get("target")
    if not isinstance(target, dict) or not {"span1_text", "span2_text"} <= target.keys():
        raise fault("target", "an object with span1_text and span2_text", target)
    found = {"1": 0, "0": 1, "true": 0, "false": 1}.get(str(row.get("label")).lower())
    if found is None:
        raise fault("label", "0, 1, true or false", row.get("label"))
    asked = (
        f"{text(row, 'text')}\n\n这句话里的“{text(target, 'span2_text')}”"
        f"指的是“{text(target, 'span1_text')}”吗？"
    )
    return _listed("cluewsc", {**row, "question": asked}, ["是", "不是"], found)


def _listed(family: str, row: Row, choices: Sequence[str], right: int) -> Problem:
    """Returns a problem with its choices in their order."""
    if not right < len(choices) <= len(ascii_uppercase):
        raise fault("answer", f"one of the {len(choices)} choices", right)
    lines = [f"{letter}) {one}" for letter, one in zip(ascii_uppercase, choices, strict=False)]
    metadata = {"verifier": "choice", "choices": list(choices)}
    asked = "\n".join([text(row, "question").strip(), *lines])
    name = _id(family, row, "question_id", "id", "idx")
    found = Problem(name, asked, ascii_uppercase[right], family, 0, metadata)
    return _in_domain(found, label(row, "category", "subject"))


def _corrected(row: Row) -> int:
    """Returns the place that reviewers gave: a number from 0 or a letter."""
    given = str(row.get("correct_answer") or "").strip().strip("().")
    if given in _PLACES:
        return _PLACES[given]
    if given.isascii() and given.isdigit():
        return int(given)
    raise fault("correct_answer", "the number or the letter of a choice", given)


def _numbered(row: Row, column: str) -> int:
    value = row.get(column)
    if not is_whole(value) or not isinstance(value, int) or value < 0:
        raise fault(column, "the number of a choice, from 0", value)
    return value


def _id(family: str, row: Row, *columns: str) -> str:
    name = label(row, *columns)
    return f"{family}/{name}" if name else family


def _in_domain(problem: Problem, domain: str) -> Problem:
    if not domain:
        return problem
    return replace(problem, metadata={**problem.metadata, "domain": domain})
