"""Win rates as if both responses were of one length.

Judges prefer long responses, so a policy can win by words. As in AlpacaEval's length control
(Dubois et al., arXiv 2404.04475) a logistic regression explains each pair's outcome by who answers
and by how much longer the response is:

    P(win) = sigmoid(skill + weight * tanh(difference / spread)),   spread: deviation of differences

and the controlled win rate is what remains with a difference of 0: sigmoid(skill). tanh, because
ten times as long is not ten times as good to a judge.

Left out: how hard each question is, the third term there, which takes many policies to estimate;
what varies between questions beside the length is in the skill as a mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from r1gym.evaluation.estimators import Estimate

_RIDGE = 1e-3  # of one pair; holds the weights finite where a length alone tells who wins
_Z = 1.96

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Controlled:
    """A win rate without what length explains.

    Attributes:
        rate: The win rate at equal lengths, with its 95 % interval over questions.
        raw: The win rate as it was.
        weight: What length does to the judge, in log-odds for a response longer by far; above 0 if
            it prefers the longer one.
        longer: The mean difference of lengths, ours less theirs.
        judged: Pairs that count.
    """

    rate: Estimate
    raw: float
    weight: float
    longer: float
    judged: int


def controlled_win_rate(
    outcomes: Sequence[float | None],
    ours: Sequence[int],
    theirs: Sequence[int],
) -> Controlled:
    """Returns the win rate with length held equal.

    Args:
        outcomes: Who won each pair, from 0 to 1, see `r1gym.evaluation.pairs.outcome`; None where
            the judge failed.
        ours: Lengths of the policy's responses, as judged, in any unit.
        theirs: Lengths of the others, in the same unit.

    Raises:
        ValueError: If the numbers do not fit together, or no pair was judged.
    """
    rows = [
        (won, one - other)
        for won, one, other in zip(outcomes, ours, theirs, strict=True)
        if won is not None
    ]
    table = np.asarray(rows, np.float64).reshape(-1, 2)
    if not len(table) or not ((table[:, 0] >= 0) & (table[:, 0] <= 1)).all():
        raise ValueError("a controlled win rate needs judged pairs, with outcomes from 0 to 1")
    won, longer = table[:, 0], table[:, 1]
    size = np.tanh(longer / longer.std()) if longer.any() and longer.std() else 0 * longer
    features = np.stack([np.ones_like(size), size], axis=1)  # (pairs, 2)
    weights, error = _fit(won, features)
    low, high = (float(expit(weights[0] + side * _Z * error)) for side in (-1, 1))
    rate = Estimate(float(expit(weights[0])), low, high)
    return Controlled(rate, float(won.mean()), float(weights[1]), float(longer.mean()), len(won))


def _fit(won: Floats, features: Floats) -> tuple[Floats, float]:
    """Returns the weights of the largest likelihood, and the standard error of the first.

    The error is the robust one (Huber's sandwich), since outcomes are no coin flips: a tie is half
    a win, and what questions differ in is not in the model.
    """

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits = features @ weights
        value = np.logaddexp(0, logits) - won * logits
        slope = features.T @ (expit(logits) - won) + _RIDGE * weights
        return float(value.sum() + _RIDGE / 2 * weights @ weights), slope

    weights: Floats = minimize(loss, np.zeros(2), jac=True, method="BFGS").x
    chance = expit(features @ weights)
    curve = (features.T * (chance * (1 - chance))) @ features + _RIDGE * np.eye(2)
    slopes = features * (chance - won)[:, None]
    bread = np.linalg.inv(curve)
    return weights, float((bread @ slopes.T @ slopes @ bread)[0, 0] ** 0.5)
