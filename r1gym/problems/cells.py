"""Families and groups with levels and weights as cells: pairs of a family and a level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from r1gym.core.checks import check_list, check_number, check_whole
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.problems.families import FAMILIES, GROUPS, Family, members

Levels = Sequence[int] | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """A family at one of its levels.

    Attributes:
        family: The family.
        level: The level.
        weight: How often it is drawn, as against the other cells; None where no weight is given.
    """

    family: Family
    level: int
    weight: float | None


def cells_of(families: Mapping[str, Levels]) -> list[Cell]:
    """Returns the cells that a mapping names.

    A group stands for all of its families, each at those of the levels that it has. A weight is
    shared equally by the cells of its name. A cell that two names without weights have counts once.

    Args:
        families: Families and groups with their levels, see
            `r1gym.problems.problem_set.ProceduralProblems`.

    Raises:
        UnknownNameError: If a family does not exist.
        ConfigError: If there is no level, one that the family does not have, or a wrong weight.
    """
    if not isinstance(families, Mapping) or not any(families.values()):
        raise ConfigError("A problem set needs at least one family with at least one level.")
    cells: list[Cell] = []
    for name, given in families.items():
        before = {(c.family.name, c.level) for c in cells if c.weight is None}
        cells += [
            cell
            for cell in _cells(name, given)
            if cell.weight is not None or (cell.family.name, cell.level) not in before
        ]
    return cells


def _cells(name: str, given: Levels) -> list[Cell]:
    levels, weight = levels_and_weight(name, given)
    names = members(name)
    found = [FAMILIES.get(one) for one in names] if names else [_family(name)]
    most = max(family.levels for family in found)
    levels = [check_whole(f"A level of {name!r}", one, least=1, most=most) for one in levels]
    fitting = [[level for level in levels if level <= family.levels] for family in found]
    count = sum(map(len, fitting))
    cells = []
    for family, its in zip(found, fitting, strict=True):
        share = weight
        if names and weight is not None:
            share = weight * len(its) / count
        each = None if share is None or not its else share / len(its)
        cells += [Cell(family, level, each) for level in its]
    return cells


def _family(name: str) -> Family:
    try:
        return FAMILIES.get(name)
    except UnknownNameError:
        known = (*GROUPS, *FAMILIES.names())
        raise UnknownNameError("task family", name, known) from None


def levels_and_weight(name: str, given: Levels) -> tuple[Sequence[int], float | None]:
    """Returns the levels given for a family or a group, and their weight if they have one.

    Raises:
        ConfigError: If the levels are no list, if a mapping lacks them or has anything but levels
            and a weight, or if the weight is not a number above 0.
    """
    weight = None
    if isinstance(given, Mapping):
        for key in given:
            if key not in ("levels", "weight"):
                raise ConfigError(f"{name!r} has no setting {key!r} in problems: levels or weight.")
        if not given.get("levels"):
            raise ConfigError(
                f"{name!r} needs levels in problems: {{'levels': [1], 'weight': 0.5}}."
            )
        weight, given = given.get("weight"), given["levels"]
    return check_list(
        f"The levels of {name!r}", given, "[1, 2]"
    ), None if weight is None else check_weight(name, weight)


def check_weight(name: str, weight: object) -> float:
    """Returns the weight of a part of a mixture.

    Raises:
        ConfigError: If it is not a number above 0.
    """
    return check_number(f"The weight of {name!r}", weight, above=0)
