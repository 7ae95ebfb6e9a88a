"""Contests as data: their problems, how they are scored, and the standings with ratings.

A file has a contest a line, as JSON:

    {"id": "1", "scoring": "points", "minutes": 120,
     "problems": [{"index": "A", "points": 500, "problem": "...", "tests": [...]}, ...],
     "standings": [{"rating": 1432, "points": 978, "penalty": 0}, ...]}

``scoring`` is ``"points"``, where a problem is worth less with each minute and each wrong
submission, or ``"icpc"``, where solved problems count and minutes break ties; ``wrong_minutes`` is
what a wrong submission adds there. ``rating`` is a competitor's before the contest, ``penalty`` may
be left out. A problem is a row as every file of problems has it, see `r1gym.problems.fields`.

As a source of problems, ``problems={"contests": "contests.jsonl"}``, a file gives the problems of
all contests; each knows its contest and index. Left out: teams, hacks, and unrated competitors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r1gym.core.checks import check_list, check_mapping, check_number, check_one_of, check_text
from r1gym.core.errors import ConfigError, ProblemFileError
from r1gym.core.types import Problem
from r1gym.problems.fields import read_fields
from r1gym.problems.stored import StoredProblems
from r1gym.problems.tables import BadLine, json_lines, parse_line

SCORINGS = ("points", "icpc")
_FAMILY = "codeforces"
CONTEST, INDEX = "contest", "index"  # of a problem's metadata


@dataclass(frozen=True)
class Contest:
    """A contest.

    Attributes:
        id: Its name, unique in a file.
        problems: The points of each problem by index, in the order of the contest.
        ratings: The competitors' ratings before it.
        points: The competitors' results.
        penalties: The competitors' penalties, of which less is better.
        scoring: One of `SCORINGS`.
        minutes: How long it takes.
        wrong_minutes: What a wrong submission adds to the penalty of ``"icpc"``.
    """

    id: str
    problems: Mapping[str, float]
    ratings: tuple[float, ...]
    points: tuple[float, ...]
    penalties: tuple[float, ...]
    scoring: str = "points"
    minutes: float = 120.0
    wrong_minutes: float = 10.0


class ContestProblems(StoredProblems):
    """The problems of a file of contests.

    Args:
        given: The file.
        split: As for `StoredProblems`.
        seed: Not used.

    Attributes:
        contests: The contests.

    Raises:
        ProblemFileError: If the file cannot be read, or a contest in it cannot be used.
    """

    def __init__(self, given: str | Path, split: str = "all", seed: int = 0) -> None:
        path = Path(check_text("The file of contests", given, "a path")).expanduser()
        rows = [_parsed(path, number, line) for number, line in json_lines(path)]
        self.contests = tuple(contest for contest, _ in rows)
        if not rows:
            raise ProblemFileError(f"{path} holds no contest.")
        names = [contest.id for contest in self.contests]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ProblemFileError(f"{path} holds the contest {twice[0]!r} twice: leave one out.")
        super().__init__([problem for _, problems in rows for problem in problems], split, path)


def _parsed(path: Path, number: int, line: bytes) -> tuple[Contest, list[Problem]]:
    try:
        given = check_mapping("A contest", parse_line(line), '{"id": "1", "problems": [...]}')
        return _read(given)
    except (BadLine, ConfigError) as error:
        why = str(error).removesuffix(".")
        raise ProblemFileError(f"{path}, line {number}: {why}.") from None


def _read(fields: Mapping[str, Any]) -> tuple[Contest, list[Problem]]:
    """Returns a contest with its problems.

    Raises:
        BadLine: If it cannot be used, and ConfigError likewise.
    """
    name = str(_field(fields, "id", "a contest"))
    where = f"of contest {name}"
    rows, standings = (
        check_list(f"{key} {where}", _field(fields, key, f"contest {name}"), "[{...}]")
        for key in ("problems", "standings")
    )
    if not rows or not standings:
        raise ConfigError(f"problems and standings {where} must not be empty")
    scoring = check_one_of(f"scoring {where}", fields.get("scoring", SCORINGS[0]), SCORINGS)
    worth: dict[str, float] = {}
    problems: list[Problem] = []
    for row in rows:
        index, worth_points, problem = _problem(name, where, row)
        if index in worth:
            raise ConfigError(f"problem {index} {where} stands twice")
        worth[index] = worth_points
        problems.append(problem)
    columns = zip(*(_competitor(where, row) for row in standings), strict=True)
    ratings, points, penalties = (tuple(column) for column in columns)
    times = {
        key: check_number(f"{key} {where}", fields[key], above=0)
        for key in ("minutes", "wrong_minutes")
        if fields.get(key) is not None
    }
    return Contest(name, worth, ratings, points, penalties, scoring, **times), problems


def _problem(contest: str, where: str, row: Any) -> tuple[str, float, Problem]:
    """Returns a problem's index, what it is worth, and the problem.

    Raises:
        BadLine: If it cannot be used, and ConfigError likewise.
    """
    given = dict(check_mapping(f"Each problem {where}", row, '{"index": "A", "problem": "..."}'))
    index = str(_field(given, "index", f"a problem {where}"))
    points = check_number(f"points of problem {index} {where}", given.pop("points", 1), above=0)
    named = {**given, "verifier": "code", CONTEST: contest, INDEX: index}
    problem = read_fields(named, f"{_FAMILY}/{contest}/{index}", _FAMILY, {})
    return index, points, problem


def _competitor(where: str, row: Any) -> tuple[float, float, float]:
    """Returns a competitor's rating, points and penalty.

    Raises:
        ConfigError: If it cannot be used.
    """
    given = check_mapping(f"Each of the standings {where}", row, '{"rating": 1432, "points": 978}')
    entry = {"penalty": 0, **{key: value for key, value in given.items() if value is not None}}
    rating, points, penalty = (
        check_number(f"{key} in the standings {where}", _field(entry, key, f"standings {where}"))
        for key in ("rating", "points", "penalty")
    )
    if penalty < 0:
        raise ConfigError(f"penalty in the standings {where} must be at least 0, not {penalty:g}")
    return rating, points, penalty


def _field(fields: Mapping[str, Any], name: str, where: str) -> Any:
    if fields.get(name) is None:
        raise ConfigError(f'{where}: the field "{name}" is missing')
    return fields[name]
