"""Two models on the same questions: who is better, by how much, and may it be chance.

What two models find easy is much the same, so the difference question by question is known better
than either mean. Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from r1gym.evaluation.estimators import Estimate

_AT_ONCE = 500  # permutations


@dataclass(frozen=True)
class Paired:
    """The second model against the first.

    Attributes:
        difference: The mean of second - first over questions, with its 95 % interval.
        better: Questions on which the second is better.
        worse: Questions on which it is worse.
        equal: Questions on which both are the same.
        won: How likely a sample of the second is right where one of the first is wrong.
        lost: How likely it is wrong where one of the first is right.
        p: The p-value of "there is no difference", by permutation.
    """

    difference: Estimate
    better: int
    worse: int
    equal: int
    won: float
    lost: float
    p: float


def compare(first: Sequence[float], second: Sequence[float]) -> Paired:
    """Compares two models.

    Args:
        first: The first model's value on each question, from 0 to 1: the share of its samples that
            are right.
        second: The second model's, of the same questions.

    Raises:
        ValueError: If there are no questions, different numbers of them, or other values.
    """
    one, other = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if one.shape != other.shape or not len(one):
        raise ValueError(f"pairs need as many values, not {len(one)} and {len(other)}")
    if min(one.min(), other.min()) < 0 or max(one.max(), other.max()) > 1:
        raise ValueError("values lie in [0, 1]")
    gain = other - one
    return Paired(
        difference=Estimate(float(gain.mean()), *difference_interval(gain)),
        better=int((gain > 0).sum()),
        worse=int((gain < 0).sum()),
        equal=int((gain == 0).sum()),
        won=float((other * (1 - one)).mean()),
        lost=float((one * (1 - other)).mean()),
        p=permutation_p(gain),
    )


def permutation_p(
    gain: npt.NDArray[np.float64], permutations: int = 10_000, seed: int = 0
) -> float:
    """Returns the two-sided p-value of a mean difference of zero.

    If there is no difference, which model gave which of a question's two values is chance: signs
    are drawn, and counted how often the mean is as far from 0. The differences as they are count as
    one of the draws, so that the test keeps its level (Phipson and Smyth 2010).

    Args:
        gain: The difference of each question.
        permutations: How often signs are drawn.
        seed: Of the draws.
    """
    moved = gain[gain != 0]
    found, far = abs(moved.sum()) - 1e-9, 1
    rng = np.random.default_rng(seed)
    for start in range(0, permutations, _AT_ONCE):
        rows = min(_AT_ONCE, permutations - start)
        signs = 1 - 2 * rng.integers(2, size=(rows, len(moved)), dtype=np.int8)
        far += int((np.abs(signs @ moved) >= found).sum())
    return far / (permutations + 1)


def difference_interval(
    gain: npt.NDArray[np.float64], confidence: float = 0.95
) -> tuple[float, float]:
    """Returns an interval of the mean difference.

    The mean plus and minus its deviation, with two questions more, one won and one lost by as much
    as any (as Bonett and Price 2012, Journal of Educational and Behavioral Statistics 37, have it
    for pairs of yes and no), so that models that agree on all of 30 questions may still differ.

    Args:
        gain: The difference of each question, from -1 to 1.
        confidence: The interval's coverage.
    """
    most = float(np.abs(gain).max()) or 1.0
    data = np.concatenate([gain, [most, -most]])
    half = NormalDist().inv_cdf((1 + confidence) / 2) * float(data.std()) / sqrt(len(data))
    mean = float(data.mean())
    return max(-1.0, mean - half), min(1.0, mean + half)
