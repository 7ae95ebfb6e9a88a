"""What problems look like: the first few of each family and level, or of a file or an environment.

Left out: hidden tests and other metadata, which `r1gym.problems.loaders.load_problems` gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from r1gym.core.checks import check_whole
from r1gym.core.types import Problem
from r1gym.envs.spec import own_settings
from r1gym.problems.cells import cells_of
from r1gym.problems.families import FAMILIES, GROUPS, members
from r1gym.problems.loaders import load_problems
from r1gym.problems.problem_set import ProblemSet, ProceduralProblems
from r1gym.problems.problem_text import parse_problems

_MOST_TRIED = 20  # questions for each that is wanted: a small level has few


def show(
    problems: Mapping[str, Any] | str, count: int = 3, split: str = "", seed: int = 0
) -> list[Problem]:
    """Returns a few problems, with their gold answers.

    Args:
        problems: Problems as `r1gym.problems.loaders.load_problems` takes them, ``"zebra:3"`` or a
            file; a family or a group without levels, for all that it has; or the id of an
            environment, for its own.
        count: How many: of each family at each level, or else of the whole.
        split: ``"train"``, ``"validation"`` or ``"test"``; empty for ``"train"`` of families and
            for the whole of a file.
        seed: The seed of procedural problems.

    Raises:
        R1GymError: If a name is unknown, a value not allowed, or a file cannot be used.

    Example:
        >>> [(p.question, p.answer) for p in show("arithmetic:1", count=2)]
        [('Compute 7-4', '3'), ('Compute 8*5', '40')]
    """
    count = check_whole("count", count, least=1)
    chosen = _chosen(problems)
    if isinstance(chosen, Mapping) and _are_families(chosen):
        return [
            problem
            for cell in cells_of(chosen)
            for problem in draw(cell.family.name, cell.level, count, split or "train", seed)
        ]
    whole = "all" if isinstance(chosen, str) else "train"
    return list(_first(load_problems(chosen, split or whole, seed), count))


def draw(
    family: str, level: int, count: int = 1, split: str = "train", seed: int = 0
) -> list[Problem]:
    """Returns the first problems of a family at a level, as `show` does; fewer if there are fewer.

    Raises:
        R1GymError: If the family, its level or the split does not exist.
    """
    return list(_first(ProceduralProblems({family: [level]}, split, seed), count))


def _chosen(problems: Mapping[str, Any] | str) -> Mapping[str, Any] | str:
    """Returns the problems that a text stands for: all levels of a bare name, an id's own."""
    if not isinstance(problems, str):
        return problems
    if problems.startswith("r1/"):
        own = own_settings(problems)
        if "task" in own:
            return {"reasoning_gym": {own["task"]: own.get("task_options") or {}}}
        return dict(own["problems"])
    words = [_with_levels(word) for word in problems.split()]
    return parse_problems(" ".join(words))


def _with_levels(word: str) -> str:
    """Returns a word with all levels, if it is the bare name of a family or a group."""
    if word not in GROUPS and word not in FAMILIES.names():
        return word
    names: Sequence[str] = members(word) or (word,)
    return f"{word}:1-{max(FAMILIES.get(name).levels for name in names)}"


def _are_families(chosen: Mapping[str, Any]) -> bool:
    return {*chosen} <= {*GROUPS, *FAMILIES.names()}


def _first(problems: ProblemSet, count: int) -> Iterator[Problem]:
    """Yields the first problems that differ, in order: small levels draw a question again."""
    seen: set[str] = set()
    for index in range(len(problems)):
        if index > _MOST_TRIED * count or len(seen) == count:
            return
        if (problem := problems[index]).question not in seen:
            seen.add(problem.question)
            yield problem
