"""The rows of a file of stored completions, read as problems with responses.

Left out: guessing which field is which. A wrong guess would compare graders on nonsense.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r1gym.core.errors import ConfigError, ProblemFileError
from r1gym.core.types import Problem
from r1gym.problems.tables import BadLine, parse_line, table_rows
from r1gym.verifiers.golds import BadRow
from r1gym.verifiers.rows import named_verifier, read_problem

RESPONSE, GOLD, QUESTION = "response", "gold", "problem"
_MOST_FIELDS = 20  # named in an error


@dataclass(frozen=True)
class Stored:
    """One stored response.

    Attributes:
        id: The row's line, with the response's place in it if the row has a list: ``"7.2"``.
        problem: The problem, with the golds of the row.
        response: What the model wrote.
    """

    id: str
    problem: Problem
    response: str


def read_mapping(words: Sequence[str]) -> dict[str, str]:
    """Returns the fields that ``response=output gold=reward_model.ground_truth`` renames.

    Raises:
        ConfigError: If a word is no pair, or a name comes twice.
    """
    mapping: dict[str, str] = {}
    for word in words:
        name, equals, field = word.partition("=")
        if not (name and equals and field):
            raise ConfigError(f"--map takes pairs such as response=output, not {word!r}.")
        if name in mapping:
            raise ConfigError(f"--map names {name!r} twice.")
        mapping[name] = field
    return mapping


def read_rows(path: Path, mapping: Mapping[str, str]) -> Iterator[list[Stored]]:
    """Yields the responses of each row; none for a row that has no gold and asks for no other.

    Args:
        path: JSON lines, a JSON list or Parquet.
        mapping: Names of ours by which other fields are known; a dot leads into an object.

    Raises:
        ProblemFileError: If the file cannot be read, or a row lacks what it needs.
    """
    for number, row in table_rows(path):
        try:
            fields = parse_line(row) if isinstance(row, bytes) else row
            if not isinstance(fields, dict):
                raise BadLine("is no object with fields")
            yield _read_row(number, _renamed(fields, mapping), fields)
        except (BadLine, BadRow) as fault:
            raise ProblemFileError(f"{path}, line {number}: {fault}.") from None


def _read_row(number: int, named: dict[str, Any], fields: Mapping[str, Any]) -> list[Stored]:
    gold_missing = GOLD not in named and named_verifier(named) == "accuracy"
    for name in (RESPONSE, *((GOLD,) if gold_missing else ())):
        if name not in named:
            there = ", ".join(list(fields)[:_MOST_FIELDS])
            raise BadLine(
                f"there is no field {name!r}; it has {there}: say which it is, --map {name}=FIELD"
            )
    responses = _responses(named.pop(RESPONSE))
    question = named.pop(QUESTION, "")
    question = question if isinstance(question, str) else ""
    problem = read_problem(str(number), question, named.pop(GOLD, None), named)
    if not problem.golds and named_verifier(problem.metadata) == "accuracy":
        return []
    if len(responses) == 1:
        return [Stored(str(number), problem, responses[0])]
    return [Stored(f"{number}.{i}", problem, r) for i, r in enumerate(responses, start=1)]


def _renamed(fields: Mapping[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    taken = {field.partition(".")[0] for field in mapping.values()}
    named = {name: value for name, value in fields.items() if name not in {*taken, *mapping}}
    for name, field in mapping.items():
        value: Any = fields
        for part in field.split("."):
            if not isinstance(value, Mapping) or part not in value:
                there = ", ".join(list(fields)[:_MOST_FIELDS])
                raise BadLine(f"there is no field {field!r} for {name!r}; it has {there}")
            value = value[part]
        named[name] = value
    return named


def _responses(value: object) -> list[str]:
    """Returns the texts of a field: one, several, or the last message of a conversation."""
    items: list[Any] = value if isinstance(value, list) else [value]
    if items and all(isinstance(item, Mapping) and "content" in item for item in items):
        items = [items[-1]["content"]]
    if not items or not all(isinstance(item, str) for item in items):
        raise BadLine(f"{RESPONSE!r} must be a text or a list of texts, not {value!r:.60}")
    return list(items)
