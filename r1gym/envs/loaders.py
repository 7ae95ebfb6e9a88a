"""Problem sets from files, and the one function that turns `problems=` into a problem set.

A problem file is JSON lines: ``{"problem": "Compute 1+1", "answer": "2", "level": 1}``. Other
fields are kept in ``Problem.metadata``, where a verifier finds them. A benchmark's own file is read
with the name of its format in front: ``"apps:train.jsonl"``, see `r1gym.envs.code.formats`.
"""

from __future__ import annotations

import importlib
import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

from r1gym.core.errors import ConfigError, ProblemFileError, UnknownNameError
from r1gym.core.types import Problem
from r1gym.envs.families import FAMILIES, members
from r1gym.envs.problem_set import SPLITS, ProblemSet, ProceduralProblems, split_of
from r1gym.verifiers.math import answers_match

_MOST_REPORTED = 5
_FORMAT = re.compile(r"(\w+):(?!//)")
_Row = TypeVar("_Row")
_MOST_DIGITS = 400  # of a gold answer with an exponent, written out; no double needs more


class JsonlProblems:
    """The problems of a JSON-lines file. Blank lines are skipped.

    Args:
        path: The file. Each line is an object with the fields ``problem`` (text), ``answer`` (text
            or a number) and, if wanted, ``level`` (a whole number from 0).
        split: ``"all"`` for every line, or ``"train"``, ``"validation"`` or ``"test"`` for the
            lines whose question a hash puts there, whatever else the file holds.

    Attributes:
        questions: The questions of the whole file, whatever the split.
        question_bytes: The most bytes of one of them in UTF-8.

    Raises:
        UnknownNameError: If there is no such split.
        ProblemFileError: If the file cannot be read, holds no problem, or has a bad line.
        ConfigError: If no line of the file belongs to the split.
    """

    def __init__(self, path: str | Path, split: str = "all") -> None:
        if split not in ("all", *SPLITS):
            raise UnknownNameError("split", split, ("all", *SPLITS))
        problems = self._read(Path(path).expanduser())
        self.questions = tuple(problem.question for problem in problems)
        self.question_bytes = max(len(question.encode()) for question in self.questions)
        self._problems = [p for p in problems if split in ("all", split_of(p.question))]
        if not self._problems:
            raise ConfigError(
                f"None of the {len(problems)} problems in {path} falls into the split {split!r}; "
                "use split='all' or a larger file."
            )

    def _read(self, path: Path) -> list[Problem]:
        return _read_problems(path)

    def __len__(self) -> int:
        return len(self._problems)

    def __getitem__(self, index: int) -> Problem:
        if not 0 <= index < len(self._problems):
            raise IndexError(f"problem {index} is out of range: the set has {len(self)}")
        return self._problems[index]


class BenchmarkProblems(JsonlProblems):
    """The problems of a benchmark's file as it is published: JSON lines, a JSON list or Parquet.

    Args:
        path: The file.
        format: ``"livecodebench"``, ``"apps"``, ``"taco"``, ``"humaneval"`` or ``"mbpp"``.
        split: As for JsonlProblems.

    Raises:
        UnknownNameError: If there is no such format or split.
        ProblemFileError: If the file cannot be read, holds no problem, or has a bad line.
        ConfigError: If no line belongs to the split, or a package that reads the file is missing.
    """

    def __init__(self, path: str | Path, format: str, split: str = "all") -> None:
        from r1gym.envs.code.formats import FORMATS  # brings the sandbox, and few need it

        if format not in FORMATS:
            raise UnknownNameError("problem format", format, FORMATS)
        self._convert = FORMATS[format]
        super().__init__(path, split)

    def _read(self, path: Path) -> list[Problem]:
        problems = _collect(path, _rows(path), self._read_row)
        if not problems:
            raise ProblemFileError(f"{path} holds no row.")
        return problems

    def _read_row(self, row: object, path: Path, number: int) -> Problem:
        fields = _parse_line(row) if isinstance(row, bytes) else row
        if not isinstance(fields, dict):
            raise _BadLine("must be an object with the benchmark's fields")
        try:
            problem = self._convert(fields)
        except ProblemFileError as error:
            raise _BadLine(str(error)) from None
        return replace(problem, id=f"{path.name}:{number}:{problem.id}")


def load_problems(
    problems: Mapping[str, Sequence[int]] | str | Path, split: str = "train", seed: int = 0
) -> ProblemSet:
    """Returns the problem set that a `problems` argument stands for.

    Args:
        problems: Task families with their levels, the path of a JSON-lines file, or the path of a
            benchmark's file with its format in front, ``"apps:train.jsonl"``. A group, such as
            ``"code"``, stands for all of its families, each at those of the levels that it has.
        split: The split; for a file also ``"all"``.
        seed: The seed of procedural problems; a file has no use for it.

    Raises:
        ConfigError: If `problems` is neither, or does not fit the families or the file.
        UnknownNameError: If a family, the format or the split does not exist.
        ProblemFileError: If the file cannot be used.
    """
    if isinstance(problems, str | Path):
        named = _FORMAT.match(str(problems))
        if named and not Path(problems).expanduser().exists():
            return BenchmarkProblems(str(problems)[named.end() :], named[1], split)
        return JsonlProblems(problems, split)
    if isinstance(problems, Mapping):
        return ProceduralProblems(_without_groups(problems), split, seed)
    raise ConfigError(
        "problems must be families with levels, such as {'arithmetic': [1, 2]}, or the path of a "
        f"JSON-lines file, not {problems!r}."
    )


def _without_groups(families: Mapping[str, Sequence[int]]) -> dict[str, Sequence[int]]:
    """Returns families with levels, where a group stands for all of its families."""
    expanded: dict[str, Sequence[int]] = {}
    for name, levels in families.items():
        names = members(name)
        if not names:
            expanded[name] = levels
            continue
        if not isinstance(levels, Sequence) or isinstance(levels, str):
            raise ConfigError(
                f"The levels of {name!r} must be a list, such as [1], not {levels!r}."
            )
        families_of = [FAMILIES.get(member) for member in names]
        most = max(family.levels for family in families_of)
        if bad := [level for level in levels if not isinstance(level, int) or level > most]:
            raise ConfigError(f"The families {name!r} have levels 1 to {most}, not {bad[0]!r}.")
        for family in families_of:
            fitting = [level for level in levels if level <= family.levels]
            expanded.update({family.name: fitting} if fitting else {})
    return expanded


class _BadLine(Exception):
    """What is wrong with one line of a file."""


def _read_problems(path: Path) -> list[Problem]:
    problems = _collect(path, _lines(path), _read_line)
    if not problems:
        raise ProblemFileError(
            f'{path} holds no problem; each line must be {{"problem": ..., "answer": ...}}.'
        )
    return problems


def _collect(
    path: Path,
    rows: Iterator[tuple[int, _Row]],
    read: Callable[[_Row, Path, int], Problem],
) -> list[Problem]:
    """Reads every row, so that one error can name all that must be mended."""
    problems: list[Problem] = []
    faults: list[str] = []
    first: dict[str, tuple[int, str]] = {}
    for number, row in rows:
        try:
            problem = read(row, path, number)
            _check_repeated(problem, number, first)
            problems.append(problem)
        except _BadLine as error:
            faults.append(f"line {number}: {error}")
    if faults:
        more = len(faults) - _MOST_REPORTED
        listed = "; ".join(faults[:_MOST_REPORTED]) + (f"; and {more} more" if more > 0 else "")
        plural = "s" if len(faults) > 1 else ""
        raise ProblemFileError(f"{path} has {len(faults)} bad line{plural}: {listed}.")
    return problems


def _check_repeated(problem: Problem, number: int, first: dict[str, tuple[int, str]]) -> None:
    """Refuses a question that came before with another answer; programs may differ."""
    if "tests" in problem.metadata:
        return
    seen, answer = first.setdefault(problem.question, (number, problem.answer))
    if answer != problem.answer and not answers_match(problem.answer, answer):
        raise _BadLine(f'"answer" differs from line {seen}, which has the same "problem"')


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yields the lines of a file that are not blank, with their numbers."""
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise ProblemFileError(f"{path} cannot be read: {error.strerror}.") from error
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _rows(path: Path) -> Iterator[tuple[int, object]]:
    """Yields the rows of a benchmark's file with their numbers; those of JSON lines unparsed."""
    if path.suffix == ".parquet":
        return enumerate(_parquet(path), start=1)
    lines = _lines(path)
    number, line = next(lines, (0, b""))
    if not line.lstrip().startswith(b"["):
        return itertools.chain([(number, line)] if line else [], lines)
    rows = _parse_json(path)
    return enumerate(rows if isinstance(rows, list) else [rows], start=1)


def _parse_json(path: Path) -> object:
    try:
        return _parse_line(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except _BadLine as error:
        raise ProblemFileError(f"{path} {error}.") from None


def _parquet(path: Path) -> list[dict[str, Any]]:
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise ConfigError(
            f"{path} needs the package pyarrow: pip install pyarrow, or convert it to JSON lines."
        ) from None
    try:
        rows: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
    except (OSError, ValueError) as error:  # pyarrow's own errors are subclasses of these
        why = str(error).splitlines()[0].removesuffix(".")
        raise ProblemFileError(f"{path} cannot be read: {why}.") from error
    return rows


def _parse_line(line: bytes) -> object:
    try:
        return json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _BadLine("is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:
        detail = f" ({error.msg})" if isinstance(error, json.JSONDecodeError) else ""
        raise _BadLine(f"is not JSON{detail}") from error


def _read_line(line: bytes, path: Path, number: int) -> Problem:
    """Returns the problem of one line, or raises _BadLine with what is wrong."""
    fields = _parse_line(line)
    if not isinstance(fields, dict):
        raise _BadLine('must be an object such as {"problem": "1+1", "answer": "2"}')
    question = _take(fields, "problem")
    if not isinstance(question, str) or not question.strip():
        raise _BadLine(f'"problem" must be text that is not empty, not {_brief(question)}')
    answer = _read_answer(fields, line)
    level = fields.pop("level", 0)
    if not isinstance(level, int) or isinstance(level, bool) or level < 0:
        raise _BadLine(f'"level" must be a whole number from 0, not {_brief(level)}')
    return Problem(f"{path.name}:{number}", question, answer, path.stem, level, fields)


def _take(fields: dict[str, Any], name: str) -> object:
    if name not in fields:
        raise _BadLine(f'the field "{name}" is missing')
    return fields.pop(name)


def _read_answer(fields: dict[str, Any], line: bytes) -> str:
    """Takes the gold answer; a number is kept as the file writes it, never through a float."""
    answer = _take(fields, "answer")
    if isinstance(answer, int) and not isinstance(answer, bool):
        return str(answer)
    if isinstance(answer, float):
        written = json.loads(line, parse_float=str)["answer"]
        if isinstance(written, str):  # else it is NaN or an infinity
            return _write_out(written)
    if not isinstance(answer, str) or not answer.strip():
        raise _BadLine(f'"answer" must be text or a number, not {_brief(answer)}')
    return answer


def _write_out(number: str) -> str:
    """Returns a JSON number without its exponent, which no verifier reads."""
    if "e" not in number.lower():
        return number
    try:
        value = Decimal(number)
        exponent = int(value.as_tuple().exponent)
    except InvalidOperation:  # an exponent beyond the limits of decimals
        exponent = _MOST_DIGITS + 1
    if abs(exponent) + len(number) > _MOST_DIGITS:
        shown = number if len(number) <= 40 else f"{number[:37]}..."
        raise _BadLine(f'"answer" has too large an exponent: {shown}')
    return format(value, "f")


def _brief(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:37]}..."
