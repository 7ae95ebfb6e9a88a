"""What judged pairs tell: win rates with intervals, and how far two judges agree. Pure functions.

A pair's value is that of the reward `r1gym.verifiers.judge.pairs`: above 1/2 a win, at 1/2 a tie,
which counts half; None where the judge failed, which counts nowhere but in its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from r1gym.evaluation.estimators import Estimate, estimate
from r1gym.verifiers.judge.pairs import EVEN

Values = Sequence[float | None]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class WinRate:
    """How often a policy's responses were preferred.

    Attributes:
        rate: Wins and half the ties over all that were judged, with its interval over questions.
        graded: The mean value, in which "much better" counts more than "better".
        wins: Pairs won.
        ties: Pairs without a difference, or with one that went with the place.
        losses: Pairs lost.
        failed: Pairs that the judge failed on.
    """

    rate: Estimate
    graded: Estimate
    wins: int
    ties: int
    losses: int
    failed: int


def win_rate(values: Values) -> WinRate:
    """Returns the win rate of pairs, one a question."""
    judged = [value for value in values if value is not None]
    won = [outcome(value) for value in judged]
    return WinRate(
        estimate(won),
        estimate(judged),
        wins=won.count(1.0),
        ties=won.count(EVEN),
        losses=won.count(0.0),
        failed=len(values) - len(judged),
    )


def outcome(value: float) -> float:
    """Returns a pair's value as 1 for a win, 1/2 for a tie and 0 for a loss."""
    return 1.0 if value > EVEN else EVEN if value == EVEN else 0.0


@dataclass(frozen=True)
class Agreement:
    """How far two judges agree on the same pairs.

    Attributes:
        share: The share of pairs with the same outcome: win, tie or loss.
        kappa: Cohen's kappa of outcomes: the share above what two judges of these habits would
            have by chance, 1 for always the same; NaN if both only ever say one thing.
        weighted: Kappa of the values on the five-step scale, in which a step apart counts less
            than four (quadratic weights; Cohen 1968, Psychological Bulletin 70).
        judged: Pairs that both judged.
        failed: Pairs that one of them failed on.
    """

    share: float
    kappa: float
    weighted: float
    judged: int
    failed: int


def agreement(first: Values, second: Values) -> Agreement:
    """Returns how far two judges agree.

    Args:
        first: One judge's value of each pair.
        second: The other's, of the same pairs.

    Raises:
        ValueError: If they are not of the same pairs, or no pair was judged by both.
    """
    both = [
        (one, other)
        for one, other in zip(first, second, strict=True)
        if one is not None and other is not None
    ]
    if not both:
        raise ValueError("two judges need a pair that both have judged")
    values = np.asarray(both, np.float64)  # (pairs, 2)
    outcomes = np.sign(values - EVEN)
    return Agreement(
        share=float((outcomes[:, 0] == outcomes[:, 1]).mean()),
        kappa=_kappa(outcomes, power=0),
        weighted=_kappa(values, power=2),
        judged=len(both),
        failed=len(first) - len(both),
    )


def _kappa(values: Floats, power: int) -> float:
    """Returns 1 - observed / expected disagreement, each the distance to a power, or its being."""
    steps, places = np.unique(values, return_inverse=True)
    one, other = places.reshape(values.shape).T
    apart = np.abs(steps[:, None] - steps[None, :])
    apart = apart**power if power else (apart > 0).astype(np.float64)
    shares = [np.bincount(side, minlength=len(steps)) / len(side) for side in (one, other)]
    expected = float(shares[0] @ apart @ shares[1])
    return 1 - float(apart[one, other].mean()) / expected if expected else float("nan")
