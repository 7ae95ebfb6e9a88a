"""One row of a file as a problem: what its fields are called, with or without a mapping.

Without one, the question is ``problem``, ``question`` or ``prompt`` and the gold ``answer``,
``solution`` or ``ground_truth``, whichever of them comes first in that order. A row in verl's form
has a ``prompt`` of messages, and its gold under ``reward_model``. What else a row has becomes the
problem's metadata, see `r1gym.verifiers.rows`.

A mapping says which column stands for which field: ``{"problem": "Q", "answer": "A"}``. Several
columns are joined, as texts or, for ``choices``, as a list; ``"meta.answer"`` is a key of a column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from string import ascii_uppercase
from typing import Any

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.plain import is_missing, plain, present
from r1gym.core.types import Problem
from r1gym.problems.tables import BadLine
from r1gym.sandbox.forms import has_tests
from r1gym.verifiers.golds import BadRow
from r1gym.verifiers.rows import named_verifier, read_problem, said

FIELDS = (
    *("problem", "answer", "level", "tests", "choices", "verifier"),
    *("language", "limits", "prefix", "suffix", "fn_name"),
)
Columns = Mapping[str, str | Sequence[str]]
_QUESTIONS = ("problem", "question", "prompt")
_ANSWERS = ("answer", "solution", "ground_truth")
_WITHOUT_GOLD = ("code", "countdown", "path", "judge", "reward_model", "instructions", "pairs")
_LEVEL = re.compile(r"(?:level\s*)?(\d+)", re.IGNORECASE)
_LONE = re.compile("[\ud800-\udfff]")


class MissingField(BadLine):
    """A row without a field. It tells which fields it has."""

    def __init__(self, field: str, there: Sequence[str]) -> None:
        self.field, self.there = field, tuple(there)
        super().__init__(f'the field "{field}" is missing')


def check_columns(columns: Columns) -> None:
    """Refuses a mapping of fields that names none of ours, or no column.

    Raises:
        UnknownNameError: If it has a field that problems do not have.
        ConfigError: If a column is no text.
    """
    for field, column in columns.items():
        if field not in FIELDS:
            raise UnknownNameError("field of a problem", str(field), FIELDS)
        names = [column] if isinstance(column, str) else column
        if (
            not isinstance(names, Sequence)
            or not names
            or not all(isinstance(name, str) and name for name in names)
        ):
            raise ConfigError(f"The field {field!r} must name a column or several, not {column!r}.")


def read_fields(row: Mapping[str, Any], name: str, family: str, columns: Columns) -> Problem:
    """Returns the problem of a row.

    Args:
        row: The row as its file has it.
        name: The problem's id.
        family: Its family.
        columns: Which columns stand for which fields; empty for the usual names.

    Raises:
        BadLine: If it cannot be used; MissingField if it lacks a field.
    """
    fields = _renamed(row, columns) if columns else _usual(row)
    question = _question(fields, row)
    level = _level(fields.pop("level", 0))
    gold = fields.pop("answer", None)
    try:
        problem = read_problem(name, question, gold, fields, family, level)
    except BadRow as error:
        raise BadLine(str(error)) from None
    _check_judged(problem, row)
    return _with_choices(problem)


def _usual(row: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a row's fields with ours under the names that they have here."""
    fields = dict(row)
    model = plain(fields.get("reward_model"))
    if isinstance(model, Mapping) and "ground_truth" in model:
        about = plain(fields.pop("extra_info", None))
        fields = {**(about if isinstance(about, Mapping) else {}), **fields}
        del fields["reward_model"]
        fields.pop("answer", None)  # of extra_info: the solution, as a rule
        fields.pop("question", None)
        fields["answer"] = model["ground_truth"]
    for ours, names in (("problem", _QUESTIONS), ("answer", _ANSWERS)):
        found = next((n for n in names if not is_missing(fields.get(n))), None)
        if found is not None:
            fields[ours] = fields.pop(found)
    return fields


def _renamed(row: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    taken = {name for column in columns.values() for name in names_of(column)}
    rest = {name: cell for name, cell in row.items() if name not in (*taken, *FIELDS[:3])}
    found = {field: _cell(row, field, column) for field, column in columns.items()}
    return {**rest, **found}


def names_of(column: str | Sequence[str]) -> list[str]:
    """Returns the columns that stand for a field."""
    return [column] if isinstance(column, str) else list(column)


def _cell(row: Mapping[str, Any], field: str, column: str | Sequence[str]) -> object:
    cells = [_reached(row, name) for name in names_of(column)]
    if isinstance(column, str) or len(cells) == 1:
        return cells[0]
    there = [cell for cell in cells if not is_missing(cell)]
    if field == "problem":
        return "\n\n".join(str(cell).strip() for cell in there)
    return there


def _reached(row: Mapping[str, Any], name: str) -> object:
    """Returns a cell, or what ``"column.key"`` reaches in it."""
    if name in row:
        return row[name]
    found: object = row
    for key in name.split("."):
        found = plain(found)
        if not isinstance(found, Mapping) or key not in found:
            raise MissingField(name, list(row))
        found = found[key]
    return found


def _question(fields: dict[str, Any], row: Mapping[str, Any]) -> str:
    if "problem" not in fields:
        raise MissingField("problem", list(row))
    question = fields.pop("problem")
    if not isinstance(question, str):
        messages = plain(question)
        if not isinstance(messages, list) or not all(isinstance(m, Mapping) for m in messages):
            raise BadLine(f'"problem" must be text that is not empty, not {_brief(question)}')
        question = said(messages, "user")
    if not question.strip():
        raise BadLine(f'"problem" must be text that is not empty, not {_brief(question)}')
    if _LONE.search(question):
        raise BadLine('"problem" holds half a character (a lone surrogate): no tokenizer takes it')
    return question


def _level(level: object) -> int:
    if is_missing(level):
        return 0
    found = _LEVEL.fullmatch(level.strip()) if isinstance(level, str) else None
    if found:
        return int(found[1])
    if isinstance(level, float) and level.is_integer():
        level = int(level)
    if not isinstance(level, int) or isinstance(level, bool) or level < 0:
        raise BadLine(f'"level" must be a whole number from 0, not {_brief(level)}')
    return level


def _check_judged(problem: Problem, row: Mapping[str, Any]) -> None:
    """Refuses a problem that lacks what its verifier needs."""
    named = named_verifier(problem.metadata)
    kind = named.get("type") if isinstance(named, Mapping) else named
    if kind == "code" and not has_tests(problem.metadata.get("tests")):
        raise BadLine('the verifier "code" needs "tests"')
    if problem.golds or kind in _WITHOUT_GOLD or kind in problem.metadata:
        return
    if not {*_ANSWERS, "reward_model"} & set(row):
        raise MissingField("answer", list(row))
    raise BadLine('"answer" must be text or a number, not null')


def _with_choices(problem: Problem) -> Problem:
    """Returns a problem whose question shows its choices, each under its letter."""
    choices = problem.metadata.get("choices", ())
    if problem.metadata.get("verifier") != "choice":
        return problem
    if all(choice in problem.question for choice in choices):
        return problem
    lines = [f"{letter}) {text}" for letter, text in zip(ascii_uppercase, choices, strict=False)]
    return replace(problem, question="\n".join([problem.question, *lines]))


def _brief(value: object) -> str:
    text = repr(present({"": value}).get("")) if not isinstance(value, str) else f'"{value}"'
    names = {"None": "null", "True": "true", "False": "false"}
    return names.get(text, text if len(text) <= 40 else f"{text[:37]}...")
