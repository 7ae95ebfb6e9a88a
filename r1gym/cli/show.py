"""`r1gym show`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import tyro

from r1gym.core.printable import printable
from r1gym.core.types import Problem
from r1gym.inspection import show as room


@dataclass(frozen=True)
class Show:
    """Show a few problems of families, of a file or of an environment, with their answers."""

    problems: tyro.conf.Positional[str]
    """Families with their levels, such as logic-zebra:3, a file, or an id, such as r1/Logic-v0."""
    count: int = 3
    """How many: of each family at each level, or of the whole file."""
    split: str = ""
    """Their split; empty for the training split of families and for the whole of a file."""
    seed: int = 0
    """Seed of the problems of families."""


def show(options: Show) -> list[Problem]:
    """Returns the problems."""
    return room.show(options.problems, options.count, options.split, options.seed)


def print_problems(problems: list[Problem]) -> None:
    """Prints each family and level as a heading, with its questions and gold answers."""
    for (family, level), those in groupby(problems, lambda p: (p.family, p.level)):
        print(f"{family}, level {level}" if level else family or "no family")
        for problem in those:
            print(f"\n  {_indented(problem.question)}")
            print(f"  gold: {_indented(', or '.join(problem.golds)) or 'none'}")
        print()


def _indented(text: str) -> str:
    return printable(text).strip().replace("\n", "\n  ")
