"""Problem sets from files.

A problem file is JSON lines, a JSON list, Parquet or CSV. A row is
``{"problem": "Compute 1+1", "answer": "2", "level": 1}``, or has one of the other usual names, or
columns that are named (``"train.csv:problem=Q,answer=A"``), see `r1gym.problems.fields`. Others
are kept in ``Problem.metadata``, where a verifier finds them. A benchmark's own file is read with
the name of its format in front: ``"apps:train.jsonl"``, see `r1gym.problems.formats`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from r1gym.core.checks import half_a_character
from r1gym.core.errors import ConfigError, ProblemFileError, UnknownNameError
from r1gym.core.types import Problem
from r1gym.problems.fields import Columns, MissingField, check_columns, read_fields
from r1gym.problems.formats import FORMATS, Row, missing_columns
from r1gym.problems.problem_set import check_split
from r1gym.problems.problem_text import exists, split_fields, split_prefix
from r1gym.problems.stored import StoredProblems
from r1gym.problems.tables import BadLine, listed_faults, parse_line, table_rows
from r1gym.verifiers import VERIFIERS
from r1gym.verifiers.extract import gold_text
from r1gym.verifiers.math import answers_match

_Row = TypeVar("_Row")


class JsonlProblems(StoredProblems):
    """The problems of a file of rows. Blank lines are skipped.

    Args:
        path: The file. Each row has the fields ``problem`` (text), ``answer`` (read as in
            `r1gym.verifiers.golds`) and, if wanted, ``level`` (a whole number from 0); ``tests``
            or ``choices``, see `r1gym.verifiers.rows`.
        columns: What the fields are called in the file, if they have other names, see
            `r1gym.problems.fields`.
        split: ``"all"`` for every line, or ``"train"``, ``"validation"`` or ``"test"`` for the
            lines whose question a hash puts there, whatever else the file holds.

    Raises:
        UnknownNameError: If there is no such split.
        ProblemFileError: If the file cannot be read, holds no problem, or has a bad line.
        ConfigError: If no line of the file belongs to the split.
    """

    def __init__(
        self, path: str | Path, split: str = "all", columns: Columns | None = None
    ) -> None:
        self._columns = dict(columns or {})
        check_columns(self._columns)
        check_split(split, "all")
        problems = self._read(Path(path).expanduser())
        _check_verifiers(problems)
        super().__init__(problems, split, path)

    def _read(self, path: Path) -> list[Problem]:
        problems = _collect(path, table_rows(path), self._read_row)
        if not problems:
            raise ProblemFileError(
                f'{path} holds no problem; each row must be {{"problem": ..., "answer": ...}}.'
            )
        return problems

    def _read_row(self, row: object, path: Path, number: int) -> Problem:
        fields = parse_line(row) if isinstance(row, bytes) else row
        if not isinstance(fields, dict):
            raise BadLine('must be an object such as {"problem": "1+1", "answer": "2"}')
        return read_fields(fields, f"{path.name}:{number}", path.stem, self._columns)


class BenchmarkProblems(JsonlProblems):
    """The problems of a benchmark's file as it is published: JSON lines, a JSON list or Parquet.

    A row that cannot be used, such as one without a test, is left out with a warning.

    Args:
        path: The file.
        format: ``"gsm8k"``, ``"apps"`` or another, see `r1gym.problems.formats`.
        split: As for JsonlProblems.

    Raises:
        UnknownNameError: If there is no such format or split.
        ProblemFileError: If the file cannot be read, holds no problem, or has a bad line.
        ConfigError: If no line belongs to the split, or a package that reads the file is missing.
    """

    def __init__(self, path: str | Path, format: str, split: str = "all") -> None:
        self._convert: Callable[[Row], Problem] = FORMATS.get(format)
        super().__init__(path, split)

    def _read(self, path: Path) -> list[Problem]:
        return self._read_rows(path, table_rows(path))

    def _read_rows(self, path: Path, rows: Iterator[tuple[int, object]]) -> list[Problem]:
        problems = _collect(path, rows, self._read_row, lenient=True)
        if not problems:
            raise ProblemFileError(f"{path} holds no row.")
        return problems

    def _read_row(self, row: object, path: Path, number: int) -> Problem:
        fields = parse_line(row) if isinstance(row, bytes) else row
        if not isinstance(fields, dict):
            raise BadLine("must be an object with the benchmark's fields")
        if lacking := missing_columns(self._convert, fields):
            raise _OtherColumns(lacking, list(fields))
        try:
            problem = self._convert(fields)
        except ProblemFileError as error:
            raise _UnusableLine(str(error)) from None
        return replace(problem, id=f"{path.name}:{number}:{problem.id}")


def read_problems(text: str, split: str = "all") -> JsonlProblems:
    """Returns the problems of the file that a text names.

    Args:
        text: Its path; perhaps with a benchmark's format in front, ``"apps:train.jsonl"``, or with
            the names of its columns behind, ``"train.csv:problem=Q,answer=A"``.
        split: As for JsonlProblems.

    Raises:
        UnknownNameError: If there is no such format or split.
        ProblemFileError: If the file cannot be used.
        ConfigError: If no line of it belongs to the split.
    """
    path, columns = split_fields(text)
    format, place = split_prefix(path)
    if exists(text) or (columns and exists(path)) or not format:
        return JsonlProblems(*((text, split) if exists(text) else (path, split, columns)))
    if columns:
        raise ConfigError(
            f"{text!r} names a format and columns, but a format knows its columns: leave out one."
        )
    return BenchmarkProblems(place, format, split)


class _UnusableLine(BadLine):
    """Why no problem can be made of a line that is well formed."""


class _OtherColumns(_UnusableLine):
    """A row with other columns than the benchmark's."""

    def __init__(self, lacking: Sequence[str], there: Sequence[str]) -> None:
        names = [" or ".join(map(repr, one.split("|"))) for one in lacking]
        super().__init__(
            f"the benchmark's rows have {', '.join(names)}, which this one lacks; it has "
            f"{', '.join(there) or 'none'}"
        )


def _collect(
    path: Path,
    rows: Iterator[tuple[int, _Row]],
    read: Callable[[_Row, Path, int], Problem],
    lenient: bool = False,
) -> list[Problem]:
    """Reads every row, so that one error can name all that must be mended.

    If `lenient`, unusable rows are left out with a warning, unless no usable one remains.
    """
    problems: list[Problem] = []
    faults: list[tuple[int, BadLine]] = []
    unusable: list[tuple[int, BadLine]] = []
    first: dict[str, tuple[int, Problem]] = {}
    for number, row in rows:
        try:
            problem = read(row, path, number)
            if (half := half_a_character(problem.question)) is not None:
                raise _UnusableLine(f'"problem" holds half a character ({half!r}): mend the text')
            _check_repeated(problem, number, first)
            problems.append(problem)
        except BadLine as error:
            left_out = lenient and isinstance(error, _UnusableLine)
            (unusable if left_out else faults).append((number, error))
    if unusable and problems:
        count = f"{len(unusable)} of {len(problems) + len(unusable)} rows"
        said = listed_faults(unusable[:1])
        warnings.warn(
            f"{path}: {count} cannot be used and are left out, the first: {said}.",
            stacklevel=2,
        )
    else:
        faults += unusable
    if faults:
        missing = [error for _, error in faults if isinstance(error, MissingField)]
        if missing and len(missing) == len(faults) and not problems:
            raise ProblemFileError(_how_to_map(path, missing))
        plural = "s" if len(faults) > 1 else ""
        raise ProblemFileError(
            f"{path} has {len(faults)} bad line{plural}: {listed_faults(faults)}."
        )
    return problems


def _how_to_map(path: Path, missing: Sequence[MissingField]) -> str:
    """Returns what to do about a file whose rows lack a field."""
    there = ", ".join(missing[0].there) or "none"
    formats = ", ".join(FORMATS.names())
    lacking = " and ".join(f'"{field}"' for field in dict.fromkeys(m.field for m in missing))
    return (
        f"{path}: no row has the field {lacking}; the fields there are {there}. Say which is "
        f"which: '{path.name}:problem=COLUMN,answer=COLUMN', or {{'file': ..., 'map': {{'problem': "
        "'COLUMN', 'answer': 'COLUMN'}}; or put the name of a benchmark's format in front, "
        f"'gsm8k:{path.name}', of {formats}."
    )


def _check_verifiers(problems: Sequence[Problem]) -> None:
    """Refuses a problem that names a verifier for the reward "auto" which does not exist."""
    named: dict[str, str] = {}
    for problem in problems:
        verifier = problem.metadata.get("verifier")
        name = verifier.get("type") if isinstance(verifier, Mapping) else verifier
        if isinstance(name, str):
            named.setdefault(name, problem.id)
    known = VERIFIERS.names() if named else []
    for name, first in named.items():
        if name not in known:
            error = UnknownNameError("reward", name, known)
            raise ProblemFileError(f'{first}: the field "verifier" names no reward. {error}')


def _check_repeated(problem: Problem, number: int, first: dict[str, tuple[int, Problem]]) -> None:
    """Refuses a question that came before with another answer; programs may differ."""
    if "tests" in problem.metadata or not problem.golds:
        return
    seen, other = first.setdefault(problem.question, (number, problem))
    if not set(problem.golds).isdisjoint(other.golds):
        return
    if not answers_match(gold_text(other.answer), gold_text(problem.answer)):
        raise _UnusableLine(f'"answer" differs from line {seen}, which has the same "problem"')
