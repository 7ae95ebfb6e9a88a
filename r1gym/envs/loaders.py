"""Problem sets from files, and the one function that turns `problems=` into a problem set.

A problem file is JSON lines: ``{"problem": "Compute 1+1", "answer": "2", "level": 1}``. Other
fields are kept in ``Problem.metadata``, where a verifier finds them. A benchmark's own file is read
with the name of its format in front: ``"apps:train.jsonl"``, see `r1gym.envs.code.formats`.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

from r1gym.core.checks import half_a_character
from r1gym.core.errors import ConfigError, ProblemFileError, UnknownNameError
from r1gym.core.types import Problem
from r1gym.envs.families import FAMILIES, GROUPS, members
from r1gym.envs.problem_set import (
    SPLITS,
    ProblemSet,
    ProceduralProblems,
    levels_and_weight,
    split_of,
)
from r1gym.envs.tables import BadLine, json_lines, parse_line, table_rows
from r1gym.verifiers import VERIFIERS
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
        _check_verifiers(problems)
        self.questions = tuple(problem.question for problem in problems)
        self.question_bytes = max(len(question.encode()) for question in self.questions)
        self._problems = [p for p in problems if split in ("all", split_of(p.question))]
        self.levels = tuple(sorted({problem.level for problem in self._problems}))
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

    def level_of(self, index: int) -> int:
        """Returns the level of a problem; 0 if the file does not say."""
        return self._problems[index].level


class BenchmarkProblems(JsonlProblems):
    """The problems of a benchmark's file as it is published: JSON lines, a JSON list or Parquet.

    A row that cannot be used, such as one without a test, is left out with a warning.

    Args:
        path: The file.
        format: ``"gsm8k"``, ``"apps"`` or another, see `r1gym.envs.benchmarks.format_of`.
        split: As for JsonlProblems.

    Raises:
        UnknownNameError: If there is no such format or split.
        ProblemFileError: If the file cannot be read, holds no problem, or has a bad line.
        ConfigError: If no line belongs to the split, or a package that reads the file is missing.
    """

    def __init__(self, path: str | Path, format: str, split: str = "all") -> None:
        from r1gym.envs.benchmarks import format_of

        self._convert = format_of(format)
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
        try:
            problem = self._convert(fields)
        except ProblemFileError as error:
            raise _UnusableLine(str(error)) from None
        return replace(problem, id=f"{path.name}:{number}:{problem.id}")


def load_problems(
    problems: Mapping[str, Any] | str | Path, split: str = "train", seed: int = 0
) -> ProblemSet:
    """Returns the problem set that a `problems` argument stands for.

    Args:
        problems: Task families with their levels, the path of a JSON-lines file, or the path of a
            benchmark's file with its format in front, ``"apps:train.jsonl"``. A group, such as
            ``"code"``, stands for all of its families, each at those of the levels that it has. A
            mapping in place of the levels gives a family or a group a weight, see
            `r1gym.envs.problem_set.ProceduralProblems`:
            ``{"math": {"levels": [1, 2], "weight": 0.5}, "code": {"levels": [1], "weight": 0.2}}``.
            ``"hf:gsm8k"`` and ``{"hub": ...}`` are data sets of the Hugging Face hub, see
            `r1gym.envs.benchmarks`, and ``{"reasoning_gym": {"gcd": {}}}`` tasks of that package.
        split: The split; for a file also ``"all"``.
        seed: The seed of procedural problems; a file has no use for it.

    Raises:
        ConfigError: If `problems` is neither, or does not fit the families or the file.
        UnknownNameError: If a family, the format or the split does not exist.
        ProblemFileError: If the file cannot be used.
    """
    if isinstance(problems, str | Path):
        named = _FORMAT.match(str(problems))
        if named is None or Path(problems).expanduser().exists():
            return JsonlProblems(problems, split)
        place = str(problems)[named.end() :]
        if named[1] != "hf":
            return BenchmarkProblems(place, named[1], split)
        problems = {"hub": place}
    if isinstance(problems, Mapping) and ("hub" in problems or "file" in problems):
        from r1gym.envs.benchmarks import TableProblems

        return TableProblems(problems, split)
    if isinstance(problems, Mapping) and "reasoning_gym" in problems:
        from r1gym.envs.reasoning_gym import ReasoningGymProblems  # loads what few need

        return ReasoningGymProblems(_only("reasoning_gym", problems), split, seed)
    if isinstance(problems, Mapping):
        return ProceduralProblems(_without_groups(problems), split, seed)
    raise ConfigError(
        "problems must be families with levels, such as {'arithmetic': [1, 2]}, or the path of a "
        f"JSON-lines file, not {problems!r}."
    )


def _only(source: str, problems: Mapping[str, Any]) -> Any:
    if len(problems) > 1:
        others = ", ".join(sorted(set(problems) - {source}))
        raise ConfigError(f"problems {source!r} cannot be mixed with others: leave out {others}.")
    return problems[source]


def _without_groups(
    families: Mapping[str, Sequence[int] | Mapping[str, Any]],
) -> dict[str, Sequence[int] | Mapping[str, Any]]:
    """Returns families with levels, where a group stands for all of its families.

    The weight of a group is shared equally by its pairs of a family and a level.
    """
    expanded: dict[str, Sequence[int] | Mapping[str, Any]] = {}
    for name, given in families.items():
        names = members(name)
        if not names:
            try:
                FAMILIES.get(name)
            except UnknownNameError:
                known = (*GROUPS, *FAMILIES.names())
                raise UnknownNameError("task family", name, known) from None
            expanded[name] = given
            continue
        levels, weight = levels_and_weight(name, given)
        if not isinstance(levels, Sequence) or isinstance(levels, str):
            raise ConfigError(
                f"The levels of {name!r} must be a list, such as [1], not {levels!r}."
            )
        families_of = [FAMILIES.get(member) for member in names]
        most = max(family.levels for family in families_of)
        if bad := [level for level in levels if not isinstance(level, int) or level > most]:
            raise ConfigError(f"The families {name!r} have levels 1 to {most}, not {bad[0]!r}.")
        fitting = {f.name: [level for level in levels if level <= f.levels] for f in families_of}
        cells = sum(map(len, fitting.values()))
        for family, its_levels in fitting.items():
            if its_levels:
                share = None if weight is None else weight * len(its_levels) / cells
                expanded[family] = (
                    its_levels if share is None else {"levels": its_levels, "weight": share}
                )
    return expanded


class _UnusableLine(BadLine):
    """Why no problem can be made of a line that is well formed."""


def _read_problems(path: Path) -> list[Problem]:
    problems = _collect(path, json_lines(path), _read_line)
    if not problems:
        raise ProblemFileError(
            f'{path} holds no problem; each line must be {{"problem": ..., "answer": ...}}.'
        )
    return problems


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
    faults: list[str] = []
    unusable: list[str] = []
    first: dict[str, tuple[int, str]] = {}
    for number, row in rows:
        try:
            problem = read(row, path, number)
            if (half := half_a_character(problem.question)) is not None:
                raise _UnusableLine(f'"problem" holds half a character ({half!r}): mend the text')
            _check_repeated(problem, number, first)
            problems.append(problem)
        except BadLine as error:
            left_out = lenient and isinstance(error, _UnusableLine)
            (unusable if left_out else faults).append(f"line {number}: {error}")
    if unusable and problems:
        count = f"{len(unusable)} of {len(problems) + len(unusable)} rows"
        warnings.warn(
            f"{path}: {count} cannot be used and are left out, the first: {unusable[0]}.",
            stacklevel=2,
        )
    else:
        faults += unusable
    if faults:
        more = len(faults) - _MOST_REPORTED
        listed = "; ".join(faults[:_MOST_REPORTED]) + (f"; and {more} more" if more > 0 else "")
        plural = "s" if len(faults) > 1 else ""
        raise ProblemFileError(f"{path} has {len(faults)} bad line{plural}: {listed}.")
    return problems


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


def _check_repeated(problem: Problem, number: int, first: dict[str, tuple[int, str]]) -> None:
    """Refuses a question that came before with another answer; programs may differ."""
    if "tests" in problem.metadata:
        return
    seen, answer = first.setdefault(problem.question, (number, problem.answer))
    if answer != problem.answer and not answers_match(problem.answer, answer):
        raise _UnusableLine(f'"answer" differs from line {seen}, which has the same "problem"')


def _read_line(line: bytes, path: Path, number: int) -> Problem:
    """Returns the problem of one line, or raises BadLine with what is wrong."""
    fields = parse_line(line)
    if not isinstance(fields, dict):
        raise BadLine('must be an object such as {"problem": "1+1", "answer": "2"}')
    question = _take(fields, "problem")
    if not isinstance(question, str) or not question.strip():
        raise BadLine(f'"problem" must be text that is not empty, not {_brief(question)}')
    answer = _read_answer(fields, line)
    level = fields.pop("level", 0)
    if not isinstance(level, int) or isinstance(level, bool) or level < 0:
        raise BadLine(f'"level" must be a whole number from 0, not {_brief(level)}')
    return Problem(f"{path.name}:{number}", question, answer, path.stem, level, fields)


def _take(fields: dict[str, Any], name: str) -> object:
    if name not in fields:
        raise BadLine(f'the field "{name}" is missing')
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
        raise BadLine(f'"answer" must be text or a number, not {_brief(answer)}')
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
        raise BadLine(f'"answer" has too large an exponent: {shown}')
    return format(value, "f")


def _brief(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:37]}..."
