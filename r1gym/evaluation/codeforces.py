"""Ratings from standings, as Codeforces computes them: pure functions of numbers.

A competitor of rating r beats one of rating s with the probability 1 / (1 + 10^((s - r) / 400)), so
the expected rank is 1 + sum of the others' chances to win (M. Mirzayanov, "Open Codeforces Rating
System", codeforces.com/blog/entry/20762). Of a policy the rank is known and the rating is not: it
is the one whose expected rank that is, found by bisection.

Several contests are solved as one: the rating at which the mean expected share of competitors
beaten is the mean share that was. A mean of the contests' own ratings would be drawn apart by those
with few competitors above or below, where a rank says little and a rating is far away.

Intervals are over contests: every rating that a t-test of the contests' shares does not reject.
Left out: how a rating moves from one contest to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

LOWEST, HIGHEST = -1000.0, 5000.0  # beyond every rating there has been
_SCALE = 400.0
_HALF = 0.5  # a share is known to half a competitor
_STEPS = 32  # of bisection, to less than a hundredth of a point

Floats = NDArray[np.float64]


def win_probability(rating: ArrayLike, other: ArrayLike) -> Floats:
    """Returns the probability that the first of two competitors beats the second.

    Args:
        rating: Ratings of the first, any shape.
        other: Ratings of the second, of a shape that fits.
    """
    difference = np.asarray(other, np.float64) - np.asarray(rating, np.float64)
    return np.asarray(1.0 / (1.0 + 10.0 ** (difference / _SCALE)))


def expected_share(rating: float, ratings: ArrayLike) -> float:
    """Returns the share of competitors with these ratings, [competitors], that one should beat."""
    return float(win_probability(rating, ratings).mean())


def expected_rank(rating: float, ratings: ArrayLike) -> float:
    """Returns the rank to expect among competitors with these ratings, from 1: the "seed"."""
    return 1.0 + float(win_probability(ratings, rating).sum())


def share_beaten(
    points: ArrayLike, penalty: ArrayLike, standings: tuple[ArrayLike, ArrayLike]
) -> Floats:
    """Returns the share of competitors that results beat, of whom equal ones count half.

    More points win, and with as many points the lower penalty.

    Args:
        points: Results, any shape.
        penalty: Their penalties, of the same shape.
        standings: The competitors' points and penalties, [competitors] each.

    Raises:
        ValueError: If there is no competitor.
    """
    theirs = np.stack([np.asarray(column, np.float64) for column in standings])
    if theirs.shape[1] == 0:
        raise ValueError("a share of competitors needs at least one")
    ours = np.stack(np.broadcast_arrays(np.asarray(points, float), np.asarray(penalty, float)))
    # Each result as its place in the order of all that there are, so that a rank is a search.
    everyone = np.concatenate([theirs, ours.reshape(2, -1)], axis=1)
    order = np.lexsort((-everyone[1], everyone[0]))
    steps = (np.diff(everyone[:, order], axis=1) != 0).any(axis=0)
    place = np.empty(len(order), np.int64)
    place[order] = np.concatenate([[0], steps.cumsum()])
    sorted_theirs = np.sort(place[: theirs.shape[1]])
    mine = place[theirs.shape[1] :]
    below, not_above = (np.searchsorted(sorted_theirs, mine, side) for side in ("left", "right"))
    return np.asarray((below + not_above) / (2 * theirs.shape[1])).reshape(ours.shape[1:])


def rating_of(share: float, contests: Sequence[ArrayLike]) -> float:
    """Returns the rating that is expected to beat a share of competitors, the mean over contests.

    Args:
        share: The share; what lies within half a competitor of all or none is taken as that half.
        contests: The ratings of each contest's competitors, [competitors] each.

    Raises:
        ValueError: If there is no contest, or one without competitors.
    """
    fields = _fields(contests)
    least = _HALF / sum(len(field) for field in fields)
    wanted = min(max(share, least), 1.0 - least)
    return _root(lambda rating: wanted - _mean_share(rating, fields), LOWEST, HIGHEST)


@dataclass(frozen=True)
class Rating:
    """A rating with its interval over contests.

    Attributes:
        rating: The rating.
        low: Lower end of the interval; `LOWEST` if nothing bounds it.
        high: Upper end; `HIGHEST` if nothing bounds it.
        share: The mean share of competitors beaten.
        contests: The rating by each contest alone.
    """

    rating: float
    low: float
    high: float
    share: float
    contests: tuple[float, ...]


def estimate_rating(
    shares: Sequence[float], contests: Sequence[ArrayLike], confidence: float = 0.95
) -> Rating:
    """Returns the rating of whoever beat these shares of competitors.

    Args:
        shares: The share beaten in each contest, the mean over orders of submissions if there are
            several.
        contests: The ratings of each contest's competitors, [competitors] each.
        confidence: The coverage of the interval, which needs two contests.

    Raises:
        ValueError: If the numbers do not fit together.
    """
    fields = _fields(contests)
    found = np.asarray(shares, np.float64)
    if found.shape != (len(fields),) or not ((found >= 0) & (found <= 1)).all():
        raise ValueError(f"{len(fields)} contests need as many shares from 0 to 1, not {shares}")
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, not at {confidence}")
    mean = float(found.mean())
    rating = rating_of(mean, fields)
    low, high = LOWEST, HIGHEST
    if len(fields) > 1:
        t = float(stdtrit(len(fields) - 1, (1 + confidence) / 2)) / len(fields) ** 0.5
        low = _root(lambda r: _excess(r, found, fields, -t), LOWEST, rating)
        high = _root(lambda r: _excess(r, found, fields, t), rating, HIGHEST)
    alone = tuple(rating_of(s, [f]) for s, f in zip(found.tolist(), fields, strict=True))
    return Rating(rating, low, high, mean, alone)


def _excess(rating: float, shares: Floats, fields: Sequence[Floats], t: float) -> float:
    """Returns how far the mean share exceeds what a rating explains, plus t standard errors."""
    rest = shares - [float(win_probability(rating, field).mean()) for field in fields]
    return float(rest.mean() + t * rest.std(ddof=1))


def _mean_share(rating: float, fields: Sequence[Floats]) -> float:
    return sum(expected_share(rating, field) for field in fields) / len(fields)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Returns where a falling function passes 0, or the end of the range that is nearer."""
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if function(middle) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _fields(contests: Sequence[ArrayLike]) -> list[Floats]:
    fields = [np.asarray(ratings, np.float64).reshape(-1) for ratings in contests]
    if not fields or not all(len(field) and np.isfinite(field).all() for field in fields):
        raise ValueError("a rating needs contests, each with competitors of known rating")
    return fields
