"""Problem sets that are at hand: rows of a file, or whatever else brings a list of problems."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np

from r1gym.core.errors import ConfigError, ProblemFileError
from r1gym.core.types import Problem
from r1gym.problems.problem_set import Encode, check_split, split_of
from r1gym.verifiers import RewardSum
from r1gym.verifiers.problem_checks import unstated_gold, warn_of_problems

_MOST_CHECKED = 32  # problems of a set, spread over it


class StoredProblems:
    """A list of problems as a problem set.

    Args:
        problems: The problems of every split, at least one.
        split: ``"all"`` for every problem, or ``"train"``, ``"validation"`` or ``"test"`` for those
            whose question a hash puts there, whatever else there is.
        place: What they are of, for messages.

    Attributes:
        questions: The questions of every split.
        question_bytes: The most bytes of one of them in UTF-8.
        levels: The levels that occur in the split, ascending; 0 stands for none.
        families: The families that occur in the split; the empty one stands for none.

    Raises:
        UnknownNameError: If there is no such split.
        ConfigError: If no problem belongs to the split.
    """

    def __init__(
        self, problems: Sequence[Problem], split: str = "all", place: object = "the set"
    ) -> None:
        check_split(split, "all")
        self.questions = tuple(problem.question for problem in problems)
        self.question_bytes = max((len(q.encode()) for q in self.questions), default=0)
        self._problems = [p for p in problems if split in ("all", split_of(p.question))]
        self.levels = tuple(sorted({problem.level for problem in self._problems}))
        self.families = frozenset(problem.family for problem in self._problems)
        self._order: tuple[tuple[int, int] | None, Sequence[int]] = None, ()
        if not self._problems:
            raise ConfigError(
                f"None of the {len(problems)} problems in {place} falls into the split {split!r}; "
                "use a larger file, split='all', or in training --eval-problems with another."
            )

    def __len__(self) -> int:
        return len(self._problems)

    def __getitem__(self, index: int) -> Problem:
        if not 0 <= index < len(self._problems):
            raise IndexError(f"problem {index} is out of range: the set has {len(self)}")
        return self._problems[index]

    def level_of(self, index: int) -> int:
        """Returns the level of a problem; 0 if nothing says it."""
        return self._problems[index].level

    def order(self, epoch: int, seed: int) -> Sequence[int]:
        """Returns a permutation that is another in each pass, made once a pass."""
        made, order = self._order
        if made != (epoch, seed):
            shuffled = np.random.default_rng([seed, epoch]).permutation(len(self))
            order = array("q", shuffled.astype(np.int64).tobytes())
            self._order = (epoch, seed), order
        return order

    def longest(self, encode: Encode, tried: int | None = None) -> int:
        """Returns the most tokens of a prompt, over the questions of every split.

        A policy trained on one split must fit the observations of another.
        """
        return max(map(len, map(encode, self.questions)))

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

    def stored(self) -> Sequence[Problem]:
        """Returns the problems of the split."""
        return self._problems
