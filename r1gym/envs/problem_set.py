"""Problem sets: indexable, immutable, and the same on every machine.

Item i of a procedural set is drawn from ``SeedSequence([seed, split, i])``, so any item can be made
without the ones before it. Which split a question belongs to is decided by a hash of its text, and
drawing goes on until the hash fits: no question stands in two splits, whatever the seeds.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Problem
from r1gym.envs import arithmetic as _arithmetic  # noqa: F401  registers "arithmetic"
from r1gym.envs import equations as _equations  # noqa: F401  registers "equations"
from r1gym.envs.families import FAMILIES

SPLITS = ("train", "validation", "test")
_MOST_DRAWS = 10_000


class ProblemSet(Protocol):
    """Problems by number. Indexing out of range raises IndexError.

    Attributes:
        question_bytes: The most bytes of a question in UTF-8, whatever the split.
    """

    question_bytes: int

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> Problem: ...


def split_of(question: str) -> str:
    """Returns the split that a question belongs to: 8 in 10 train, 1 validation, 1 test."""
    return SPLITS[max(0, _hash(question) % 10 - 7)]


def _hash(question: str) -> int:
    return int.from_bytes(hashlib.blake2b(question.encode(), digest_size=4).digest())


def check_split(split: str) -> None:
    """Raises UnknownNameError if `split` is not one of ``SPLITS``."""
    if split not in SPLITS:
        raise UnknownNameError("split", split, SPLITS)


class ProceduralProblems:
    """Problems drawn from task families, each family at the levels given for it.

    Args:
        families: Family names with the levels to draw from; each pair is equally likely.
            ``{"arithmetic": [2, 3], "equations": [1]}`` draws a third from each.
        split: ``"train"``, ``"validation"`` or ``"test"``.
        seed: Any whole number from 0. Sets with other seeds hold other problems; those of an even
            and of an odd seed, such as neighbours, share not even a question by chance.
        size: The number of problems in the set.

    Raises:
        UnknownNameError: If a family or the split does not exist.
        ConfigError: If a family does not have a level, or the seed is negative.

    Example:
        >>> ProceduralProblems({"arithmetic": [2]})[0].question
        'Compute 6+8+8'
    """

    def __init__(
        self,
        families: Mapping[str, Sequence[int]],
        split: str = "train",
        seed: int = 0,
        size: int = 1_000_000,
    ) -> None:
        check_split(split)
        if not isinstance(seed, int) or seed < 0:
            raise ConfigError(f"A problem seed must be a whole number from 0, not {seed!r}.")
        if not any(families.values()):
            raise ConfigError("A problem set needs at least one family with at least one level.")
        self.split, self.seed, self.size = split, seed, size
        self._split_number = SPLITS.index(split)
        # What a question's hash leaves modulo 20: the digit says the split, the ten the seed's
        # parity, so that neighbouring seeds share no question.
        digits = ((0, 1, 2, 3, 4, 5, 6, 7), (8,), (9,))[self._split_number]
        self._hashes = frozenset(seed % 2 * 10 + digit for digit in digits)
        self._cells = []
        self.question_bytes = 0  # the most of a question
        for name, levels in families.items():
            family = FAMILIES.get(name)
            if not isinstance(levels, Sequence) or isinstance(levels, str):
                raise ConfigError(
                    f"The levels of family {name!r} must be a list, such as [1, 2], not {levels!r}."
                )
            for level in levels:
                if not isinstance(level, int) or not 1 <= level <= family.levels:
                    raise ConfigError(
                        f"The family {name!r} has levels 1 to {family.levels}, not {level!r}."
                    )
                self._cells.append((family, level))
            self.question_bytes = max(self.question_bytes, family.question_bytes)

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: int) -> Problem:
        if not 0 <= index < self.size:
            raise IndexError(f"problem {index} is out of range: the set has {self.size}")
        rng = random.Random(_mix([self.seed, self._split_number, index]))
        family, level = self._cells[rng.randrange(len(self._cells))]
        for _ in range(_MOST_DRAWS):
            question, answer, *rest = family.generate(rng, level)
            if _hash(question) % 20 in self._hashes:
                name = f"{family.name}/{self.split}/{self.seed}/{index}"
                metadata = rest[0] if rest else {}
                if callable(metadata):
                    metadata = metadata()
                return Problem(name, question, answer, family.name, level, dict(metadata))
        raise ConfigError(
            f"The family {family.name!r} has too few questions at level {level} "
            f"to fill the split {self.split!r}."
        )


def _mix(key: list[int]) -> int:
    """Returns ``SeedSequence(key).generate_state(1, np.uint64)``, at half its cost."""
    # Numbers below 2**32 are one word each: handed over as words, they need no conversion.
    words = key if max(key) >> 32 else np.array(key, np.uint32)
    low, high = np.random.SeedSequence(words).generate_state(2).tolist()
    return int(low | high << 32)
