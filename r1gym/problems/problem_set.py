"""Problem sets: indexable, immutable, and the same on every machine.

Item i of a procedural set is drawn from ``SeedSequence([seed, split, i])``, so any item can be made
without the ones before it. Which split a question belongs to is decided by a hash of its text, and
drawing goes on until the hash fits: no question stands in two splits, whatever the seeds.
"""

from __future__ import annotations

import hashlib
import itertools
import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from r1gym.core.checks import check_whole
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Problem
from r1gym.problems import arithmetic as _arithmetic  # noqa: F401  registers "arithmetic"
from r1gym.problems import digits as _digits  # noqa: F401  registers "digits"
from r1gym.problems import equations as _equations  # noqa: F401  registers "equations"
from r1gym.problems.cells import Levels, cells_of
from r1gym.problems.families import FAMILIES, GROUPS, Family
from r1gym.verifiers.scope import check_scopes

if TYPE_CHECKING:
    from r1gym.verifiers import RewardSum

Encode = Callable[[str], Sequence[int]]

SPLITS = ("train", "validation", "test")
_MOST_DRAWS = 10_000


@runtime_checkable
class ProblemSet(Protocol):
    """Problems by number. Indexing out of range raises IndexError.

    `DrawnProblems` and `r1gym.problems.stored.StoredProblems` have all of it but the problems.

    Attributes:
        question_bytes: The most bytes of a question in UTF-8, whatever the split.
    """

    question_bytes: int

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> Problem: ...

    def order(self, epoch: int, seed: int) -> Sequence[int]:
        """Returns the numbers of the problems in the order of one pass over the set.

        Args:
            epoch: The number of the pass, from 0.
            seed: The seed of whoever makes the passes.
        """

    def longest(self, encode: Encode, tried: int | None = None) -> int:
        """Returns the most tokens of a prompt, whatever the split.

        Args:
            encode: Turns a question into the tokens of its prompt.
            tried: Where problems are made as they are asked for: at how many of them to look, in
                place of what their families promise.
        """

    def check(self, reward: RewardSum) -> None:
        """Checks that a reward can judge the problems.

        Raises:
            R1GymError: If it cannot.
        """

    def stored(self) -> Sequence[Problem]:
        """Returns the problems that are at hand; none of those made as they are asked for."""


class DrawnProblems(ABC):
    """What a set of independent draws does: they need no shuffling, and their generators no check.

    For sets whose problems are made as they are asked for, to be derived from. They bring
    ``question_bytes``, ``__len__`` and ``__getitem__``.
    """

    question_bytes: int

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def __getitem__(self, index: int) -> Problem: ...

    def order(self, epoch: int, seed: int) -> Sequence[int]:
        """Returns the numbers as they are: draws in another order are draws."""
        return range(len(self))

    def longest(self, encode: Encode, tried: int | None = None) -> int:
        """Returns what `question_bytes` promises, or the longest of some that are tried."""
        if tried is None:
            return len(encode("")) + self.question_bytes
        size = len(self)
        count = min(size, tried)
        tries = (self[i * size // count].question for i in range(count))
        return max(map(len, map(encode, tries)))

    def check(self, reward: RewardSum) -> None:  # noqa: B027  # may stay as it is
        """Does nothing."""

    def stored(self) -> Sequence[Problem]:
        """Returns nothing: no problem is at hand."""
        return ()


@runtime_checkable
class LeveledProblems(ProblemSet, Protocol):
    """Problems whose levels are known by number, as a curriculum needs them.

    Attributes:
        levels: The levels that occur, ascending.
    """

    levels: tuple[int, ...]

    def level_of(self, index: int) -> int:
        """Returns the level of the problem of that number."""


def check_families(problems: ProblemSet, reward: RewardSum) -> None:
    """Checks that a reward's components are for families that there are, and every problem's.

    Sets of other packages may say which ``families`` they have, as ours do; of those that do not
    the scopes are looked at when a problem is scored.

    Raises:
        ConfigError: If a scope names no family, or no component is for a family of the set.
    """
    scopes = {name: part.scope for name, part in reward.components.items()}
    check_scopes(scopes, getattr(problems, "families", None), {*GROUPS, *FAMILIES.names()})


def split_of(question: str) -> str:
    """Returns the split that a question belongs to: 8 in 10 train, 1 validation, 1 test."""
    return SPLITS[max(0, _hash(question) % 10 - 7)]


def residues_of(split: str, seed: int) -> frozenset[int]:
    """Returns what `residue` leaves of the questions of a split that a seed may draw.

    The digit says the split, the ten the seed's parity: neighbouring seeds share no question.

    Raises:
        UnknownNameError: If there is no such split.
        ConfigError: If the seed is not a whole number from 0.
    """
    check_split(split)
    seed = check_whole("A problem seed", seed, least=0)
    digits = ((0, 1, 2, 3, 4, 5, 6, 7), (8,), (9,))[SPLITS.index(split)]
    return frozenset(seed % 2 * 10 + digit for digit in digits)


def residue(question: str) -> int:
    """Returns a question's hash modulo 20, see `residues_of`."""
    return _hash(question) % 20


def _hash(question: str) -> int:
    return int.from_bytes(hashlib.blake2b(question.encode(), digest_size=4).digest())


def check_split(split: str, *more: str) -> None:
    """Raises UnknownNameError if `split` is not one of ``SPLITS``, or of `more`."""
    if split not in (*more, *SPLITS):
        raise UnknownNameError("split", split, (*more, *SPLITS))


class ProceduralProblems(DrawnProblems):
    """Problems drawn from task families, each family at the levels given for it.

    Args:
        families: Family names with the levels to draw from; each pair is equally likely.
            ``{"arithmetic": [2, 3], "equations": [1]}`` draws a third from each. A group, such as
            ``"code"``, stands for all of its families, each at those of the levels that it has. A
            mapping in place of a list sets the weight that its levels share, in place of 1 for
            each: ``{"arithmetic": {"levels": [2, 3], "weight": 4}, "equations": [1]}`` draws two
            fifths from each level of ``arithmetic``.
        split: ``"train"``, ``"validation"`` or ``"test"``.
        seed: Any whole number from 0. Sets with other seeds hold other problems; those of an even
            and of an odd seed, such as neighbours, share not even a question by chance.
        size: The number of problems in the set.

    Raises:
        UnknownNameError: If a family or the split does not exist.
        ConfigError: If a family does not have a level, the seed is negative, or a weight is not a
            number above 0.

    Example:
        >>> ProceduralProblems({"arithmetic": [2]})[0].question
        'Compute (7-4)*7'
    """

    def __init__(
        self,
        families: Mapping[str, Levels],
        split: str = "train",
        seed: int = 0,
        size: int = 1_000_000,
    ) -> None:
        self._residues = residues_of(split, seed)
        self.split, self.seed, self.size = split, seed, check_whole("size", size, least=1)
        self._split_number = SPLITS.index(split)
        cells = cells_of(families)
        self._cells = [(cell.family, cell.level) for cell in cells]
        self.question_bytes = max(family.question_bytes for family, _ in self._cells)
        # Without weights a cell is drawn as a whole number; with them, as the fraction it covers.
        is_weighted = any(isinstance(given, Mapping) for given in families.values())
        weights = (1.0 if cell.weight is None else cell.weight for cell in cells)
        self._cumulative = list(itertools.accumulate(weights)) if is_weighted else None
        self.levels = tuple(sorted({level for _, level in self._cells}))
        self.families = frozenset(family.name for family, _ in self._cells)

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: int) -> Problem:
        if not 0 <= index < self.size:
            raise IndexError(f"problem {index} is out of range: the set has {self.size}")
        rng, family, level = self._start(index)
        for _ in range(_MOST_DRAWS):
            question, answer, *rest = family.draw(rng, level)
            if residue(question) in self._residues:
                name = f"{family.name}/{self.split}/{self.seed}/{index}"
                metadata = rest[0] if rest else {}
                if callable(metadata):
                    metadata = metadata()
                return Problem(name, question, answer, family.name, level, dict(metadata))
        raise ConfigError(
            f"The family {family.name!r} has too few questions at level {level} "
            f"to fill the split {self.split!r}."
        )

    def level_of(self, index: int) -> int:
        """Returns the level of a problem, without drawing its question."""
        return self._start(index)[2]

    def _start(self, index: int) -> tuple[random.Random, Family, int]:
        """Returns the random stream of a problem, and the family and level drawn from it first."""
        rng = random.Random(mix([self.seed, self._split_number, index]))
        if self._cumulative is None:
            return rng, *self._cells[rng.randrange(len(self._cells))]
        return rng, *rng.choices(self._cells, cum_weights=self._cumulative)[0]


def mix(key: list[int]) -> int:
    """Returns ``SeedSequence(key).generate_state(1, np.uint64)``, at half its cost."""
    # Numbers below 2**32 are one word each: handed over as words, they need no conversion.
    words = key if max(key) >> 32 else np.array(key, np.uint32)
    low, high = np.random.SeedSequence(words).generate_state(2).tolist()
    return int(low | high << 32)
