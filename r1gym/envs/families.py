"""Task families: what turns a random stream and a level into a question with its gold answer.

A family is a function ``(rng, level) -> (question, answer)`` and the number of its levels. It may
return metadata as a third item, for verifiers that need more than the answer. Splits, seeding and
item numbers are the problem set's business, tokens and rewards the environment's.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from r1gym.core.registry import Registry

# Most questions drawn for a small split are thrown away, so metadata that is costly to make may be
# a function; it is called only for a question that is kept.
Metadata = Mapping[str, Any] | Callable[[], Mapping[str, Any]]
Generate = Callable[[random.Random, int], tuple[str, str] | tuple[str, str, Metadata]]


@dataclass(frozen=True, slots=True)
class Family:
    """A procedural task family.

    Attributes:
        name: The name used in ``problems=`` and in problem ids.
        levels: The number of difficulty levels; they run from 1 to this number.
        generate: Draws one question and its gold answer at a level, with metadata if it has any.
    """

    name: str
    levels: int
    generate: Generate

    def __reduce__(self) -> tuple[Any, ...]:
        # By name: its module may hold the family, and not the function, under the function's name.
        return _registered, (self.name,)


def _registered(name: str) -> Family:
    return FAMILIES.get(name)


# Families of code problems by the module of r1gym.envs.code that has them.
_CODE = {
    "strings": "shift-cipher run-lengths palindrome-count letter-window top-words",
    "lists": "pair-sums chunk-reversal frequent-numbers range-queries smooth-segment",
    "arithmetic": "digit-sums prime-factors base-conversion common-divisors recurrence",
    "dynamic": "fewest-coins stair-ways edit-cost spaced-picks longest-subsequence",
    "graphs": "cheapest-route linked-groups task-order subtree-sums",
    "parsing": "calculator bracket-check",
    "records": "settings-file table-sum",
    "intervals": "merge-intervals busy-rooms job-choice",
    "matrices": "matrix-walk window-sum",
    "grids": "grid-regions cell-world",
    "stacks": "next-larger elimination stack-machine",
    "dates": "own-calendar working-days own-clock",
    "bits": "bit-scramble xor-segments",
    "combinatorics": "nth-word vowel-words team-count",
}

FAMILIES: Registry[Family] = Registry(
    "task family",
    group="r1gym.families",
    source=lambda family: family.generate,
    built_in={
        f"code-{name}": f"r1gym.envs.code.{module}:{name.replace('-', '_')}"
        for module, names in _CODE.items()
        for name in names.split()
    },
)


def register_family(name: str, *, levels: int) -> Callable[[Generate], Generate]:
    """Returns a decorator that registers a generator function as a task family.

    Raises:
        ConfigError: If another function has the name.
    """

    def add(generate: Generate) -> Generate:
        FAMILIES.register(name)(Family(name, levels, generate))
        return generate

    return add
