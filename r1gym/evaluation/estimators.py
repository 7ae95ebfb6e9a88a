"""pass@k, cons@k, rates and their confidence intervals: pure functions of counts and votes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import comb, sqrt
from statistics import NormalDist

import numpy as np


@dataclass(frozen=True)
class Estimate:
    """A mean over questions with its 95 % bootstrap interval; NaN if there was none to count."""

    mean: float
    low: float
    high: float


def estimate(values: Sequence[float]) -> Estimate:
    """Returns the mean of one value a question with its interval."""
    if not values:
        return Estimate(float("nan"), float("nan"), float("nan"))
    return Estimate(sum(values) / len(values), *bootstrap_interval(values))


def pass_at_k(samples: int, correct: int, k: int) -> float:
    """Returns the unbiased estimate of the chance that one of k samples is correct.

    ``1 - C(n - c, k) / C(n, k)`` (Chen et al., arXiv 2107.03374); for k = 1 the share c / n, which
    is the report's pass@1 (section 3).

    Args:
        samples: n, the samples drawn for a question.
        correct: c, how many of them are correct.
        k: At most `samples`.

    Raises:
        ValueError: If the numbers do not fit together.
    """
    if not (0 <= correct <= samples and 1 <= k <= samples):
        raise ValueError(f"pass@{k} needs 0 <= {correct} <= {samples} and 1 <= {k} <= {samples}")
    return 1.0 - comb(samples - correct, k) / comb(samples, k)


def cons_at_k(votes: Sequence[Hashable | None], correct: Sequence[bool]) -> float:
    """Returns the score of a majority vote (the report's cons@64), between 0 and 1.

    Samples without an answer do not vote. A tie is broken by lot, and the answer is that of any
    sample with the winning vote, so it pays the expected score: the share of the correct among the
    samples whose votes are tied. Without any answer the vote is lost.

    Args:
        votes: Each sample's vote, equal for the same answer (`r1gym.verifiers.votes`); None where
            there is none.
        correct: Whether each sample is correct.
    """
    cast = [(vote, right) for vote, right in zip(votes, correct, strict=True) if vote is not None]
    counts = Counter(vote for vote, _ in cast)
    most = max(counts.values(), default=0)
    winners = [right for vote, right in cast if counts[vote] == most]
    return sum(winners) / len(winners) if winners else 0.0


def bootstrap_interval(
    values: Sequence[float], confidence: float = 0.95, resamples: int = 2000, seed: int = 0
) -> tuple[float, float]:
    """Returns a percentile bootstrap interval of the mean, resampling questions.

    Args:
        values: One value a question.
        confidence: The interval's coverage.
        resamples: Bootstrap samples.
        seed: Their seed.

    Raises:
        ValueError: If there are no values, one is not finite, or the numbers do not fit together.
    """
    data = np.asarray(values, dtype=np.float64)
    if len(data) == 0 or not np.isfinite(data).all():
        raise ValueError("an interval needs finite values, at least one")
    if not 0 < confidence < 1 or resamples < 1:
        raise ValueError(
            f"an interval needs 0 < {confidence} < 1 and resamples of at least 1, not {resamples}"
        )
    drawn = np.random.default_rng(seed).integers(len(data), size=(resamples, len(data)))
    tail = (1 - confidence) / 2
    low, high = np.quantile(data[drawn].mean(axis=1), [tail, 1 - tail])
    return float(low), float(high)


def wilson_interval(count: int, of: int, confidence: float = 0.95) -> tuple[float, float]:
    """Returns Wilson's score interval of a share (Wilson 1927, JASA 22).

    Unlike the mean plus and minus its deviation it stays in [0, 1] and is no point at 0 and 1.

    Args:
        count: How many of them.
        of: Among how many; of none the interval is all of [0, 1].
        confidence: The interval's coverage.

    Raises:
        ValueError: If the numbers do not fit together.
    """
    if not 0 <= count <= of:
        raise ValueError(f"a share needs 0 <= {count} <= {of}")
    if of == 0:
        return 0.0, 1.0
    z2 = NormalDist().inv_cdf((1 + confidence) / 2) ** 2
    middle = (count + z2 / 2) / (of + z2)
    half = sqrt(z2 * (count * (of - count) / of + z2 / 4)) / (of + z2)
    return max(0.0, middle - half), min(1.0, middle + half)
