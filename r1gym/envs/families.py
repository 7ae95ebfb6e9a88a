"""Task families: what turns a random stream and a level into a question with its gold answer.

A family is a function ``(rng, level) -> (question, answer)`` and the number of its levels. Splits,
seeding and item numbers are the problem set's business, tokens and rewards the environment's.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from r1gym.core.registry import Registry

Generate = Callable[[random.Random, int], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Family:
    """A procedural task family.

    Attributes:
        name: The name used in ``problems=`` and in problem ids.
        levels: The number of difficulty levels; they run from 1 to this number.
        generate: Draws one question and its gold answer at a level.
    """

    name: str
    levels: int
    generate: Generate


FAMILIES: Registry[Family] = Registry(
    "task family", group="r1gym.families", source=lambda family: family.generate
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
