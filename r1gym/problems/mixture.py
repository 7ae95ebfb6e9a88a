"""Mixtures of sources, such as files and families: each problem comes from one of several sets.

The shares of the sets are exact, up to one problem, in every stretch of a few hundred, and rows at
hand come as often as one another: each pass over them is shuffled anew and used up before the next.
Problem i is found without those before it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

from r1gym.core.errors import ConfigError
from r1gym.core.types import Problem
from r1gym.problems.cells import check_weight
from r1gym.problems.loaders import load_problems
from r1gym.problems.problem_set import DrawnProblems, Encode, LeveledProblems, ProblemSet, mix
from r1gym.verifiers import RewardSum

_BLOCK = 256  # places that are shuffled among one another


class MixedProblems(DrawnProblems):
    """Problems from several sets, each with a share.

    Args:
        parts: The sets with their weights.
        seed: Any whole number from 0; decides which number is of which set.
        size: The number of problems in the set.

    Raises:
        ConfigError: If there is no part, or a weight is not a number above 0.
    """

    def __init__(
        self, parts: Sequence[tuple[ProblemSet, float]], seed: int = 0, size: int = 1_000_000
    ) -> None:
        if not parts:
            raise ConfigError("A mixture needs at least one set of problems.")
        self.seed, self.size = seed, size
        self._parts = [problems for problems, _ in parts]
        self._are_draws = [not problems.stored() for problems in self._parts]
        weights = [check_weight("a part of a mixture", weight) for _, weight in parts]
        left = [*itertools.accumulate(reversed(weights))][::-1]
        # What each set takes of the numbers that those before it left.
        self._shares = [weight / rest for weight, rest in zip(weights, left, strict=True)]
        self._orders: dict[tuple[int, int], Sequence[int]] = {}
        self.question_bytes = max(problems.question_bytes for problems in self._parts)
        families = [getattr(problems, "families", None) for problems in self._parts]
        known = [names for names in families if names is not None]
        self.families = frozenset().union(*known) if len(known) == len(families) else None

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: int) -> Problem:
        problems, number = self._found(index)
        return problems[number]

    def longest(self, encode: Encode, tried: int | None = None) -> int:
        """Returns the most tokens of a prompt of any of the sets."""
        return max(problems.longest(encode, tried) for problems in self._parts)

    def check(self, reward: RewardSum) -> None:
        """Checks each of the sets."""
        for problems in self._parts:
            problems.check(reward)

    def stored(self) -> Sequence[Problem]:
        """Returns the problems at hand of all sets."""
        return [problem for problems in self._parts for problem in problems.stored()]

    def _found(self, index: int) -> tuple[ProblemSet, int]:
        """Returns the set that a problem is of, and its number there."""
        if not 0 <= index < self.size:
            raise IndexError(f"problem {index} is out of range: the set has {self.size}")
        part, rank = self._place(index)
        problems = self._parts[part]
        if self._are_draws[part]:  # any will do, and by this number it is found again
            return problems, index % len(problems)
        epoch, position = divmod(rank, len(problems))
        if (part, epoch) not in self._orders:
            self._orders[part, epoch] = problems.order(epoch, self.seed)
        return problems, self._orders[part, epoch][position]

    def _place(self, index: int) -> tuple[int, int]:
        """Returns the number of a problem's set, and how many of that set come before it."""
        block, offset = divmod(index, _BLOCK)
        bits = mix([self.seed, block])
        # An odd factor permutes the block, so that evenly spaced numbers fall into every set.
        number = block * _BLOCK + ((bits | 1) * offset + (bits >> 32)) % _BLOCK
        for part, share in enumerate(self._shares[:-1]):
            before, after = (math.floor(n * share + 0.5) for n in (number, number + 1))
            if after > before:
                return part, before
            number -= before
        return len(self._parts) - 1, number


class LeveledMixedProblems(MixedProblems):
    """A mixture of sets that know the levels of their problems."""

    def __init__(
        self, parts: Sequence[tuple[LeveledProblems, float]], seed: int = 0, size: int = 1_000_000
    ) -> None:
        super().__init__(parts, seed, size)
        self.levels = tuple(sorted({level for problems, _ in parts for level in problems.levels}))

    def level_of(self, index: int) -> int:
        """Returns the level of a problem."""
        problems, number = self._found(index)
        return cast("LeveledProblems", problems).level_of(number)


def load_mixture(given: object, split: str = "train", seed: int = 0) -> MixedProblems:
    """Returns the mixture that ``{"mixture": given}`` describes.

    Args:
        given: A list of ``{"problems": ..., "weight": 1.0}``, whose problems are anything that
            `load_problems` takes.
        split: The split of each.
        seed: The seed of the mixture and of its procedural problems.

    Raises:
        R1GymError: If the description is wrong, or one of the sets cannot be made.
    """
    if not isinstance(given, Sequence) or isinstance(given, str) or not given:
        raise ConfigError(
            "A mixture is a list such as [{'problems': 'train.jsonl', 'weight': 2}, "
            f"{{'problems': {{'arithmetic': [1, 2]}}, 'weight': 1}}], not {given!r:.100}."
        )
    described = [_part(one) for one in given]
    parts = [(load_problems(problems, split, seed), weight) for problems, weight in described]
    leveled = [(p, weight) for p, weight in parts if isinstance(p, LeveledProblems)]
    if len(leveled) == len(parts):
        return LeveledMixedProblems(leveled, seed)
    return MixedProblems(parts, seed)


def _part(one: Any) -> tuple[Any, float]:
    if not isinstance(one, Mapping) or not {"problems"} <= set(one) <= {"problems", "weight"}:
        raise ConfigError(
            "A part of a mixture is a mapping such as {'problems': 'train.jsonl', 'weight': 2}, "
            f"not {one!r:.100}."
        )
    return one["problems"], check_weight(str(one["problems"]), one.get("weight", 1.0))
