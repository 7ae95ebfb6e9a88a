"""A curriculum: levels open one by one, as answers at the present level become right.

The rule is a pure function of what happened, so that a run goes on from its saved state to the bit:
a level is passed once the share of correct answers among its last `window` episodes reaches
`raise_at`. Most episodes are at the highest open level, and some look back at those below it.

Left out: going back down, and choosing levels by how much is learnt at each; both need more
episodes to decide than a small run has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from r1gym.core.checks import check_mapping, check_share, check_whole
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.problems.problem_set import LeveledProblems, ProblemSet

_OPTIONS = ("start", "raise_at", "window", "review")
_MOST_DRAWS = 100_000


@dataclass(frozen=True, slots=True)
class Curriculum:
    """When the levels of a problem set open.

    Attributes:
        levels: All levels, ascending.
        start: The level to begin with.
        raise_at: The share of correct answers that opens the next level.
        window: How many episodes at the present level the share is taken of.
        review: The share of episodes that are drawn from the levels below the present one.
    """

    levels: tuple[int, ...]
    start: int
    raise_at: float = 0.7
    window: int = 64
    review: float = 0.2

    @classmethod
    def of(cls, options: Mapping[str, Any], problems: ProblemSet) -> Curriculum:
        """Returns the curriculum that `options` describe, over the levels of a problem set.

        Args:
            options: ``start`` (None for the lowest level), ``raise_at``, ``window``, ``review``.
            problems: The problems.

        Raises:
            UnknownNameError: If there is another option.
            ConfigError: If a value is not allowed, or the problems have fewer than two levels.
        """
        check_mapping("A curriculum", options, "{'start': 1}")
        for name in options:
            if name not in _OPTIONS:
                raise UnknownNameError("curriculum option", str(name), _OPTIONS)
        levels = problems.levels if isinstance(problems, LeveledProblems) else ()
        if len(levels) < 2:
            raise ConfigError("A curriculum needs problems of at least two levels.")
        given = {name: value for name, value in options.items() if value is not None}
        start = given.pop("start", levels[0])
        if check_whole("The curriculum's start", start) not in levels:
            known = ", ".join(map(str, levels))
            raise ConfigError(f"The curriculum's start must be one of {known}, not {start!r}.")
        curriculum = cls(levels, start, **given)
        check_share("The curriculum's raise_at", curriculum.raise_at)
        check_share("The curriculum's review", curriculum.review)
        if curriculum.raise_at == 0 or curriculum.review == 1:
            raise ConfigError("The curriculum's raise_at must be above 0 and its review below 1.")
        check_whole("The curriculum's window", curriculum.window, least=1)
        return curriculum


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a curriculum has come.

    Attributes:
        level: The highest open level.
        results: Whether the last answers at this level were right, the oldest first.
    """

    level: int
    results: tuple[bool, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Returns the progress as JSON values, to be saved with a checkpoint."""
        return {"level": self.level, "results": [int(result) for result in self.results]}


def read_progress(curriculum: Curriculum, saved: Mapping[str, Any]) -> Progress:
    """Returns the progress that `Progress.to_json` gave.

    Raises:
        ConfigError: If it is of another curriculum.
    """
    level, results = saved.get("level"), saved.get("results")
    if level not in curriculum.levels or not isinstance(results, list):
        raise ConfigError(f"The saved curriculum is at level {level!r}, which there is not here.")
    return Progress(level, tuple(map(bool, results[-curriculum.window :])))


def record(curriculum: Curriculum, progress: Progress, level: int, correct: bool) -> Progress:
    """Returns the progress after one more episode.

    Args:
        curriculum: The curriculum.
        progress: The progress before.
        level: The level of the episode's problem; only the highest open one counts.
        correct: Whether the answer was right.
    """
    if level != progress.level:
        return progress
    results = (*progress.results, correct)[-curriculum.window :]
    passed = sum(results) / len(results) >= curriculum.raise_at
    if len(results) < curriculum.window or not passed or level == curriculum.levels[-1]:
        return Progress(level, results)
    return Progress(curriculum.levels[curriculum.levels.index(level) + 1])


def choose_level(curriculum: Curriculum, progress: Progress, rng: np.random.Generator) -> int:
    """Returns the level of the next episode."""
    below = [level for level in curriculum.levels if level < progress.level]
    if below and rng.random() < curriculum.review:
        return below[int(rng.integers(len(below)))]
    return progress.level


def choose_problem(problems: LeveledProblems, level: int, rng: np.random.Generator) -> int:
    """Returns the number of a random problem of a level that occurs."""
    size = len(problems)
    for _ in range(_MOST_DRAWS):
        index = int(rng.integers(size))
        if problems.level_of(index) == level:
            return index
    return next(index for index in range(size) if problems.level_of(index) == level)
