"""How far a Codeforces rating may be believed: known ratings recovered, and what moves them.

Competitors and policy are simulated: in a contest each has luck of the size that ratings say
(Gumbel, of the scale at which one of 400 points more wins ten times of eleven), and solves what is
easier than rating and luck together.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from r1gym.claims.experiment import Found
from r1gym.evaluation.codeforces import Floats, estimate_rating, share_beaten
from r1gym.evaluation.codeforces_runs import Performance, perform
from r1gym.problems.code.contests import Contest

_LUCK = 400 / np.log(10)
_WORTH = {"A": 500.0, "B": 1000.0, "C": 1500.0, "D": 2000.0, "E": 2500.0, "F": 3000.0}
_EASIEST, _HARDEST = 700, 2600
_FIELD = (1400.0, 350.0)  # mean and deviation of the competitors' ratings


def run(
    folder: Path,
    seed: int,
    competitors: int = 1000,
    contests: int = 10,
    samples: int = 16,
    trials: int = 20,
) -> Found:
    """Recovers ratings of 800 to 2,400 points from standings, and moves them. Seconds a seed.

    Args:
        folder: Not used.
        seed: The seed.
        competitors: Of each contest.
        contests: How many.
        samples: The policy's results in each contest, or its samples of each problem.
        trials: How often each rating is recovered; an interval is wrong once in twenty.

    Returns:
        ``error``: the mean distance from the known ratings. ``bias``: the mean difference.
        ``covered``: the share of 95 % intervals over contests that hold the rating. ``width``: of
        those. ``by_order``: how far apart the lowest and the highest order of submissions are, the
        mean over ratings, with one submission a problem; ``by_contest``: how far apart the ratings
        by single contests are; ``by_tries``: how much as many tries as samples add; ``by_clock``:
        how much submissions that take 10 minutes each cost.
    """
    rng = np.random.default_rng(seed)
    ratings = np.arange(800, 2401, 200)
    found = [
        _recovered(rng, float(rating), competitors, contests, samples)
        for rating in np.repeat(ratings, trials)
    ]
    error, covered, width = (np.array(column) for column in zip(*found, strict=True))
    moved = [_moved(rng, float(rating), competitors, contests, samples) for rating in ratings]
    effects = dict(zip(("order", "contest", "tries", "clock"), np.mean(moved, axis=0), strict=True))
    return {
        "error": float(np.abs(error).mean()),
        "bias": float(error.mean()),
        "covered": float(covered.mean()),
        "width": float(width.mean()),
        **{f"by_{name}": float(value) for name, value in effects.items()},
    }


def _recovered(
    rng: np.random.Generator, rating: float, competitors: int, contests: int, samples: int
) -> tuple[float, bool, float]:
    """Returns the error of a rating, whether its interval holds the truth, and its width."""
    fields = rng.normal(*_FIELD, (contests, competitors))
    results = fields + rng.gumbel(0, _LUCK, fields.shape)
    ours = rating + rng.gumbel(0, _LUCK, (contests, samples))
    none = np.zeros(competitors)
    shares = [
        float(share_beaten(mine, 0, (theirs, none)).mean())
        for mine, theirs in zip(ours, results, strict=True)
    ]
    found = estimate_rating(shares, list(fields))
    return found.rating - rating, found.low <= rating <= found.high, found.high - found.low


def _moved(
    rng: np.random.Generator, rating: float, competitors: int, contests: int, samples: int
) -> tuple[float, float, float, float]:
    """Returns what order, contests, tries and a clock do to a rating made of samples."""
    drawn = [_contest(rng, str(number), competitors) for number in range(contests)]
    passed = {
        contest.id: {
            index: (rating + rng.gumbel(0, _LUCK, samples) > hard).tolist()
            for index, hard in zip(_WORTH, hardness, strict=True)
        }
        for contest, hardness in drawn
    }

    def rated(tries: int = 1, minutes: float = 0.0) -> Performance:
        return perform([contest for contest, _ in drawn], passed, tries, minutes, orders=300)

    one, many, slow = rated(), rated(tries=samples), rated(minutes=10.0)
    return (
        one.orders[-1] - one.orders[0],
        max(one.rating.contests) - min(one.rating.contests),
        many.rating.rating - one.rating.rating,
        one.rating.rating - slow.rating.rating,
    )


def _contest(rng: np.random.Generator, name: str, competitors: int) -> tuple[Contest, Floats]:
    """Returns a contest, and how hard its problems are; who solves them early has more points."""
    ratings = rng.normal(*_FIELD, competitors)
    strength = ratings + rng.gumbel(0, _LUCK, competitors)
    hardness = np.sort(rng.uniform(_EASIEST, _HARDEST, len(_WORTH)))
    solved = strength[:, None] > hardness
    late = rng.uniform(0.6, 1.0, solved.shape)
    points = (solved * late) @ np.array(list(_WORTH.values()))
    none = (0.0,) * competitors
    return Contest(name, _WORTH, tuple(ratings), tuple(points), none), hardness
