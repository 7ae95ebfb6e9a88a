"""Whether a claim holds: pure functions of what an experiment found at several seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import mean, stdev
from typing import Any

from r1gym.claims.claim import Bound, Claim
from r1gym.core.errors import RunError

# Student's t for 97.5 % by degrees of freedom; beyond ten seeds the normal is near enough.
_T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
_NORMAL = 1.96


class Outcome(StrEnum):
    """What became of a claim."""

    HOLDS = "holds"
    FAILS = "does not hold at this scale"
    OPEN = "not decided"


@dataclass(frozen=True)
class Measured:
    """A number over seeds.

    Attributes:
        name: Its name.
        values: One a seed.
        mean: Their mean.
        low: The lower end of its 95 % interval over seeds (Student's t); -inf for one seed.
        high: The upper end.
        bound: What it has to be; None if it is told only.
        outcome: What became of that.
    """

    name: str
    values: tuple[float, ...]
    mean: float
    low: float
    high: float
    bound: Bound | None = None
    outcome: Outcome | None = None


def judge(claim: Claim, found: Sequence[Mapping[str, Any]]) -> tuple[Outcome, list[Measured]]:
    """Returns what became of a claim, and its numbers.

    It holds if every bound does, and does not if any does not; else it is not decided. A bound on
    the mean holds if the whole interval over seeds is on its side, and does not if none of it is.
    A bound on every seed holds if each is on its side, and does not if none is.

    Args:
        claim: The claim.
        found: What its experiment returned at each seed.

    Raises:
        RunError: If a number is missing.
    """
    numbers = [_measured(b.measure, found, claim, b) for b in claim.bounds]
    outcomes = {one.outcome for one in numbers}
    outcome = Outcome.HOLDS if outcomes == {Outcome.HOLDS} else Outcome.OPEN
    if Outcome.FAILS in outcomes:
        outcome = Outcome.FAILS
    return outcome, numbers + [_measured(name, found, claim) for name in claim.shows]


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Returns the 95 % interval of a mean over seeds, by Student's t.

    Example:
        >>> [round(end, 2) for end in interval([1.0, 2.0, 3.0])]
        [-0.48, 4.48]
    """
    if len(values) < 2:
        return float("-inf"), float("inf")
    freedom = len(values) - 1
    t = _T[freedom - 1] if freedom <= len(_T) else _NORMAL
    half = t * stdev(values) / sqrt(len(values))
    return mean(values) - half, mean(values) + half


def _measured(
    name: str, found: Sequence[Mapping[str, Any]], claim: Claim, bound: Bound | None = None
) -> Measured:
    values = []
    for one in found:
        value = one.get(name)
        if not isinstance(value, int | float):
            known = ", ".join(n for n, v in one.items() if isinstance(v, int | float))
            raise RunError(
                f"The experiment {claim.experiment!r} of the claim {claim.name!r} returned no "
                f"number {name!r}; it has {known}."
            )
        values.append(float(value))
    low, high = interval(values)
    outcome = None if bound is None else _outcome(bound, values, low, high)
    return Measured(name, tuple(values), mean(values), low, high, bound, outcome)


def _outcome(bound: Bound, values: Sequence[float], low: float, high: float) -> Outcome:
    sign = 1 if bound.is_least else -1
    if bound.over == "every":
        worst, best = min(sign * v for v in values), max(sign * v for v in values)
    else:
        worst, best = sorted((sign * low, sign * high))
    if worst >= sign * bound.limit:
        return Outcome.HOLDS
    return Outcome.FAILS if best < sign * bound.limit else Outcome.OPEN
