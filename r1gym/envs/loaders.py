"""Problem sets from files, and the one function that turns `problems=` into a problem set.

A problem file is JSON lines, a JSON list, Parquet or CSV. A row is
``{"problem": "Compute 1+1", "answer": "2", "level": 1}``, or has one of the other usual names, or
columns that are named (``"train.csv:problem=Q,answer=A"``), see `r1gym.envs.fields`. Other fields
are kept in ``Problem.metadata``, where a verifier finds them. A benchmark's own file is read with
the name of its format in front: ``"apps:train.jsonl"``, see `r1gym.envs.code.formats`.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from r1gym.core.checks import check_list, check_whole, half_a_character
from r1gym.core.errors import ConfigError, ProblemFileError, UnknownNameError
from r1gym.core.types import Problem
from r1gym.envs.families import FAMILIES, GROUPS, members
from r1gym.envs.fields import Columns, MissingField, check_columns, read_fields
from r1gym.envs.problem_set import (
    SPLITS,
    ProblemSet,
    ProceduralProblems,
    levels_and_weight,
    split_of,
)
from r1gym.envs.problem_text import parse_problems, split_fields
from r1gym.envs.tables import BadLine, parse_line, table_rows
from r1gym.verifiers import VERIFIERS, RewardSum
from r1gym.verifiers.extract import gold_text
from r1gym.verifiers.math import answers_match
from r1gym.verifiers.problem_checks import unstated_gold, warn_of_problems

_MOST_REPORTED = 5
_FORMAT = re.compile(r"(\w+):(?!//)")
_Row = TypeVar("_Row")
_MOST_CHECKED = 32  # problems of a file, spread over it
_CODE_FORMATS = ("apps", "humaneval", "livecodebench", "mbpp", "taco")  # not imported for a name


class JsonlProblems:
    """The problems of a file of rows. Blank lines are skipped.

    Args:
        path: The file. Each row has the fields ``problem`` (text), ``answer`` (read as in
            `r1gym.verifiers.golds`) and, if wanted, ``level`` (a whole number from 0); ``tests``
            or ``choices``, see `r1gym.verifiers.rows`.
        columns: What the fields are called in the file, if they have other names, see
            `r1gym.envs.fields`.
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

    def __init__(
        self, path: str | Path, split: str = "all", columns: Columns | None = None
    ) -> None:
        self._columns = dict(columns or {})
        check_columns(self._columns)
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
                "use a larger file, split='all', or in training --eval-problems with another."
            )

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

    def check(self, reward: RewardSum) -> None:
        """Checks that a reward can judge the problems, as the first batch of a trainer is.

        Raises:
            ProblemFileError: If a gold states no answer, and a component compares with it.
            ConfigError: If no gold of a sample matches itself.
        """
        faults = [(p.id, why) for p in self._problems if (why := unstated_gold(reward, p))]
        if faults:
            where, why = faults[0]
            raise ProblemFileError(
                f"{len(faults)} of {len(self)} problems cannot be used, the first: {where}: {why}."
            )
        step = -(-len(self) // _MOST_CHECKED)
        warn_of_problems(reward, self._problems[::step], set())

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

        self._convert: Callable[[Mapping[str, Any]], Problem] = format_of(format)
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
        problems: Task families with their levels, also as a text, ``"arithmetic:1-2"``; the path of
            a file, perhaps with its columns behind it, ``"train.csv:problem=Q,answer=A"``; or that
            of a benchmark's file with its format in front, ``"apps:train.jsonl"``. A group, such as
            ``"code"``, stands for all of its families, each at those of the levels that it has. A
            mapping in place of the levels gives a family or a group a weight, see
            `r1gym.envs.problem_set.ProceduralProblems`:
            ``{"math": {"levels": [1, 2], "weight": 0.5}, "code": {"levels": [1], "weight": 0.2}}``.
            ``"hf:gsm8k"``, ``{"hub": ...}`` and ``{"file": ..., "map": ...}`` are data sets of the
            Hugging Face hub and files, see `r1gym.envs.benchmarks`, and
            ``{"reasoning_gym": {"gcd": {}}}`` tasks of that package.
        split: The split; for a file also ``"all"``.
        seed: The seed of procedural problems; a file has no use for it.

    Raises:
        ConfigError: If `problems` is neither, or does not fit the families or the file.
        UnknownNameError: If a family, the format or the split does not exist.
        ProblemFileError: If the file cannot be used.
    """
    if isinstance(problems, str):
        problems = parse_problems(problems)
    if isinstance(problems, str | Path):
        path, columns = split_fields(str(problems))
        named = _FORMAT.match(str(problems))
        if columns and not Path(problems).expanduser().exists():
            return JsonlProblems(path, split, columns)
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
        check_list(f"The levels of {name!r}", levels, "[1, 2]")
        families_of = [FAMILIES.get(member) for member in names]
        most = max(family.levels for family in families_of)
        levels = [check_whole(f"A level of {name!r}", n, least=1, most=most) for n in levels]
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
        said = _listed(unusable[:1])
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
        raise ProblemFileError(f"{path} has {len(faults)} bad line{plural}: {_listed(faults)}.")
    return problems


def _listed(faults: Sequence[tuple[int, BadLine]]) -> str:
    """Returns what is wrong with lines, each kind of fault once."""
    kinds: dict[str, list[int]] = {}
    for number, error in faults:
        kinds.setdefault(str(error), []).append(number)
    listed = [f"{_lines(numbers)}: {fault}" for fault, numbers in kinds.items()]
    more = len(listed) - _MOST_REPORTED
    return "; ".join(listed[:_MOST_REPORTED]) + (f"; and {more} more kinds" if more > 0 else "")


def _lines(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"line {numbers[0]}"
    more = len(numbers) - _MOST_REPORTED
    shown = ", ".join(map(str, numbers[:_MOST_REPORTED]))
    return f"lines {shown}" + (f" and {more} more" if more > 0 else "")


def _how_to_map(path: Path, missing: Sequence[MissingField]) -> str:
    """Returns what to do about a file whose rows lack a field."""
    from r1gym.envs.benchmarks import FORMATS  # which imports this module

    there = ", ".join(missing[0].there) or "none"
    formats = ", ".join(sorted({*FORMATS, *_CODE_FORMATS}))
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
