"""What another draw of the samples would change, the questions being the same.

A benchmark of 30 questions answered once a question moves by several points from seed to seed. Over
k samples the same can be told from one evaluation: the variance within each question is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

from r1gym.evaluation.estimators import Estimate


@dataclass(frozen=True)
class Spread:
    """How far a mean over questions moves with the seed.

    Attributes:
        deviation: The standard deviation of an evaluation with one sample a question.
        mean: The mean with the interval that other seeds give, for as many samples.
    """

    deviation: float
    mean: Estimate


def seed_spread(values: Sequence[Sequence[float]], confidence: float = 0.95) -> Spread | None:
    """Returns how far the mean moves with the seed; None if no question has two samples.

    A question with a single sample has no variance of its own, and takes the mean of the others'.

    Args:
        values: The value of each sample, by question; questions may have different numbers.
        confidence: The interval's coverage.

    Raises:
        ValueError: If a question has no sample.
    """
    if any(len(group) == 0 for group in values):
        raise ValueError("every question needs a sample")
    found = [float(np.var(group, ddof=1)) if len(group) > 1 else None for group in values]
    known = [variance for variance in found if variance is not None]
    if not known:
        return None
    usual = sum(known) / len(known)
    variances = [usual if variance is None else variance for variance in found]
    of_mean = [v / len(group) for v, group in zip(variances, values, strict=True)]
    mean = sum(sum(group) / len(group) for group in values) / len(values)
    half = NormalDist().inv_cdf((1 + confidence) / 2) * sqrt(sum(of_mean)) / len(values)
    return Spread(sqrt(sum(variances)) / len(values), Estimate(mean, mean - half, mean + half))
