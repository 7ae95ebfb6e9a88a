"""Samples of a contest's problems as a competitor's submissions, in any order.

A policy's samples of a problem are handed in one after the other until one passes, at most `tries`
of them. Which comes first is chance, so the result is a distribution: its mean makes the rating,
and its width, with one order for all contests, is the effect of order.

Points follow Codeforces (codeforces.com/blog/entry/456): a problem loses 1/250 of its points a
minute and 50 a wrong submission, and never more than 70 %. Under ``"icpc"`` the solved problems'
points count, and the minutes of each with its wrong submissions are the penalty. A policy has no
clock: by default every submission comes at minute 0, which flatters; `minutes` spends some on each
submission, problem by problem, and what comes after the end of the contest does not count.

Left out: skipping a problem after so many tries to come back to it; hacks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from r1gym.evaluation.codeforces import Floats, Rating, estimate_rating, rating_of, share_beaten
from r1gym.problems.code.contests import Contest

_LOSS_A_MINUTE, _LOSS_A_WRONG, _LEAST = 1 / 250, 50.0, 0.3

Samples = Mapping[str, Sequence[bool]]
"""Of a contest's problems, by index, whether each sample passed its tests."""


@dataclass(frozen=True)
class Performance:
    """What samples are worth in contests.

    Attributes:
        rating: The rating over all orders, with its interval over contests.
        orders: Lowest rating of the orders drawn, their 2.5 % and 97.5 % quantiles, and highest.
        tries: The most submissions of a problem.
        solved: The mean share of problems solved.
        shares: The mean share of competitors beaten in each contest.
    """

    rating: Rating
    orders: tuple[float, ...]
    tries: int
    solved: float
    shares: tuple[float, ...]


def perform(
    contests: Sequence[Contest],
    samples: Mapping[str, Samples],
    tries: int = 1,
    minutes: float = 0.0,
    orders: int = 1000,
    seed: int = 0,
) -> Performance:
    """Returns the rating that samples earn.

    Args:
        contests: The contests.
        samples: The samples by contest. A problem without any, such as one whose samples could not
            be judged, counts as not handed in.
        tries: The most submissions of a problem.
        minutes: How many of the contest's minutes each takes.
        orders: How many orders to draw.
        seed: Their seed.

    Raises:
        ValueError: If there is no contest, or a number is not allowed.
    """
    if tries < 1 or orders < 1 or minutes < 0:
        raise ValueError(f"tries={tries} and orders={orders} are from 1, minutes={minutes} from 0")
    if not contests:
        raise ValueError("a rating needs contests")
    rng = np.random.default_rng(seed)
    fields = [contest.ratings for contest in contests]
    shares, solved = [], []
    for contest in contests:
        drawn = [
            _drawn(samples.get(contest.id, {}).get(index, ()), orders, tries, rng)
            for index in contest.problems
        ]
        points, penalty, passed = score(contest, drawn, minutes)
        shares.append(share_beaten(points, penalty, (contest.points, contest.penalties)))
        solved.append(passed)
    table = np.stack(shares)  # (contests, orders)
    means = tuple(table.mean(axis=1).tolist())
    marks = np.quantile(table.mean(axis=0), [0, 0.025, 0.975, 1]).tolist()
    spread = tuple(rating_of(share, fields) for share in marks)
    mean = float(np.mean(solved))
    return Performance(estimate_rating(means, fields), spread, tries, mean, means)


def score(
    contest: Contest, submissions: Sequence[Floats], minutes: float = 0.0
) -> tuple[Floats, Floats, float]:
    """Returns the points and penalties of submissions, [orders] each, and the share solved.

    Args:
        contest: The contest.
        submissions: For each problem, in the contest's order, one row an order: 1 for a submission
            that passes, 0 for one that does not, [orders, tries]; what follows the first that
            passes is never handed in.
        minutes: How many minutes each submission takes.
    """
    orders = len(submissions[0])
    clock, points, penalty = np.zeros(orders), np.zeros(orders), np.zeros(orders)
    solved = 0.0
    for worth, rows in zip(contest.problems.values(), submissions, strict=True):
        passes = rows.any(axis=1)
        wrong = np.where(passes, rows.argmax(axis=1) if rows.shape[1] else 0, rows.shape[1])
        clock = clock + minutes * (wrong + passes)
        passes = passes & (clock <= contest.minutes)
        if contest.scoring == "points":
            left = worth * (1 - clock * _LOSS_A_MINUTE) - _LOSS_A_WRONG * wrong
            points += passes * np.maximum(_LEAST * worth, left)
        else:
            points += passes * worth
            penalty += passes * (clock + contest.wrong_minutes * wrong)
        solved += float(passes.mean()) / len(submissions)
    return points, penalty, solved


def _drawn(passed: Sequence[bool], orders: int, tries: int, rng: np.random.Generator) -> Floats:
    """Returns the first submissions of a problem in orders that are drawn, [orders, tries]."""
    rows = np.tile(np.asarray(passed, np.float64), (orders, 1))
    return rng.permuted(rows, axis=1)[:, :tries]
