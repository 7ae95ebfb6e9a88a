"""Task families: what turns a random stream and a level into a question with its gold answer.

A family is a function ``(rng, level) -> (question, answer)`` and the number of its levels. It may
return metadata as a third item, for verifiers that need more than the answer. Splits, seeding and
item numbers are the problem set's business, tokens and rewards the environment's.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Any

from r1gym.core.checks import check_whole, half_a_character
from r1gym.core.errors import ConfigError
from r1gym.core.groups import GROUPS as OLDEST
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
        question_bytes: The most bytes of a question in UTF-8. Observations make room for as many
            tokens, since no tokenizer makes more.

    Raises:
        ConfigError: If a number is none from 1, or nothing that can be called draws.
    """

    name: str
    levels: int
    generate: Generate
    question_bytes: int = 64

    def __post_init__(self) -> None:
        check_whole("levels", self.levels, least=1)
        check_whole("question_bytes", self.question_bytes, least=1)
        if not callable(self.generate):
            raise ConfigError(
                f"The task family {self.name!r} needs a function (rng, level) that returns "
                f"(question, answer), not {self.generate!r:.40}."
            )

    def draw(self, rng: random.Random, level: int) -> tuple[str, str, *tuple[Metadata, ...]]:
        """Returns what `generate` draws, with a gold answer that is a whole number as text.

        Raises:
            ConfigError: If it returned anything but texts.
        """
        drawn: Any = self.generate(rng, level)  # a plugin's may be anything
        if isinstance(drawn, tuple | list) and len(drawn) in (2, 3):
            question, answer, *rest = drawn
            if isinstance(answer, Integral) and not isinstance(answer, bool):
                answer = str(answer)
            are_texts = isinstance(question, str) and isinstance(answer, str)
            if are_texts and half_a_character(question + answer) is None:
                return question, answer, *rest
        raise ConfigError(
            f"The task family {self.name!r} must return (question, answer), two texts in "
            f"Unicode, and perhaps metadata; at level {level} it returned {drawn!r:.200}."
        )

    def __reduce__(self) -> tuple[Any, ...]:
        # By name: its module may hold the family, and not the function, under the function's name.
        return _registered, (self.name,)


def _registered(name: str) -> Family:
    return FAMILIES.get(name)


# Groups of families, by the module that has them: the family "linear-systems" of the group "math"
# is `r1gym.problems.math.algebra.linear_systems` and is called "math-linear-systems".
_MATH = {
    "linear_systems": "linear-systems",
    "modular": "modular",
    "number_theory": "number-theory",
    "combinatorics": "combinatorics",
    "sequences": "sequences",
    "polynomials": "polynomial-roots",
    "probability": "probability",
    "geometry": "geometry",
    "numbers": "fractions bases",
    "word_problems": "word-problems",
    "word_problems_zh": "word-problems-zh",
}
_LOGIC = {
    "truth_tables": "truth-tables",
    "knights": "knights-knaves",
    "zebra": "zebra",
    "orderings": "orderings",
    "grid_worlds": "grid-worlds",
    "syllogisms": "syllogisms",
}
_SCIENCE = {
    "units": "units",
    "mechanics": "mechanics",
    "circuits": "circuits",
    "chemistry": "chemistry balancing acidity",
    "genetics": "genetics",
    "quiz": "choice",
}
_GENERAL = {"requests": "explain compare write advise summarise"}
_COUNTDOWN = {"numbers": "numbers"}
_SMALL = {
    "reasoning": "arithmetic-zh equations-zh logic",
    "requests": "greet who list-things translate",
}
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

GROUPS = {
    "math": _MATH,
    "logic": _LOGIC,
    "science": _SCIENCE,
    "general": _GENERAL,
    "countdown": _COUNTDOWN,
    "code": _CODE,
    "small": _SMALL,
}

FAMILIES: Registry[Family] = Registry(
    "task family",
    group="r1gym.families",
    source=lambda family: family.generate,
    wants="a Family; point it at the module that calls register_family",
    fits=lambda entry: isinstance(entry, Family),
    built_in={
        f"{group}-{name}": f"r1gym.problems.{group}.{module}:{name.replace('-', '_')}"
        for group, modules in GROUPS.items()
        for module, names in modules.items()
        for name in names.split()
    },
)


def members(group: str) -> tuple[str, ...]:
    """Returns the names of a group's families; none if there is no such group."""
    if group not in GROUPS:
        return ()
    return (*OLDEST.get(group, ()), *FAMILIES.working(f"{group}-"))


def family(name: str, *, levels: int, question_bytes: int = 64) -> Callable[[Generate], Family]:
    """Returns a decorator that turns a generator function into a built-in family.

    Args:
        name: The family's name, its group in front: ``"math-linear-systems"``.
        levels: The number of its levels.
        question_bytes: The most bytes of a question in UTF-8.
    """
    return lambda generate: Family(name, levels, generate, question_bytes)


def register_family(
    name: str, *, levels: int, question_bytes: int = 64
) -> Callable[[Generate], Generate]:
    """Returns a decorator that registers a generator function as a task family.

    Args:
        name: The name that users write in ``problems=``.
        levels: The number of its levels.
        question_bytes: The most bytes of a question in UTF-8.

    Raises:
        ConfigError: If another function has the name, or a number is none from 1.
    """
    FAMILIES.check_name(name)
    check_whole("levels", levels, least=1)
    check_whole("question_bytes", question_bytes, least=1)

    def add(generate: Generate) -> Generate:
        FAMILIES.register(name)(Family(name, levels, generate, question_bytes))
        return generate

    return add
