"""How good labels or values of steps are, held against labels that are right.

    label errors   the share of right steps called wrong, and of wrong steps called right
    F1             of wrong steps: the harmonic mean of precision and recall
    first error    the share of solutions in which the first wrong step is found, of wrong ones and
                   of right ones, which have none, and their harmonic mean (ProcessBench, arXiv
                   2412.06559)
    calibration    the expected calibration error (Guo et al. 2017), over bins of equal width
    within         the area under the ROC curve among steps, or solutions, of one question

A question that is easy makes all of its steps look good, so only `auc_within` says whether a scorer
knows which step, or which solution, is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from r1gym.core.checks import check_share, check_whole
from r1gym.core.errors import ConfigError

Values = Sequence[Sequence[float | None]]
"""For each solution a value of each of its steps, from 0 to 1; None if it is unknown."""


@dataclass(frozen=True)
class StepQuality:
    """What values are worth.

    Attributes:
        steps: Steps that have a value.
        right_called_wrong: Share of the right steps whose value is below the threshold.
        wrong_called_right: Share of the wrong steps whose value is not.
        f1: Of wrong steps.
        first_error: Share of the wrong solutions in which the first value below the threshold is
            at the first wrong step.
        none_found: Share of the right solutions in which no value is below it.
        first_error_f1: Their harmonic mean.
        calibration_error: The expected calibration error.
        bins: For each bin the mean value, the share of right steps and their number.
    """

    steps: int
    right_called_wrong: float
    wrong_called_right: float
    f1: float
    first_error: float
    none_found: float
    first_error_f1: float
    calibration_error: float
    bins: tuple[tuple[float, float, int], ...]


def step_quality(
    values: Values, right: Sequence[Sequence[float]], threshold: float = 0.5, bins: int = 10
) -> StepQuality:
    """Holds values of steps against labels that are right.

    Args:
        values: The values.
        right: For each solution its steps' labels, 1 or 0.
        threshold: A value below it says that a step is wrong.
        bins: Bins of the calibration.

    Raises:
        ConfigError: If there is no value, or they are not as many as the labels.
    """
    check_share("threshold", threshold)
    check_whole("bins", bins, least=1)
    pairs = _pairs(values, right)
    value, truth = (np.array(column, float) for column in zip(*pairs, strict=True))
    called_wrong, is_wrong = value < threshold, truth < 0.5
    both = int((called_wrong & is_wrong).sum())
    firsts = [
        (_first(v, threshold), _first(r, 0.5)) for v, r in zip(values, right, strict=True) if r
    ]
    found = _share(a == b for a, b in firsts if b is not None)
    none = _share(a is None for a, b in firsts if b is None)
    curve = _bins(value, truth, bins)
    return StepQuality(
        steps=len(pairs),
        right_called_wrong=_share(called_wrong[~is_wrong]),
        wrong_called_right=_share(~called_wrong[is_wrong]),
        f1=2 * both / max(1, int(called_wrong.sum()) + int(is_wrong.sum())),
        first_error=found,
        none_found=none,
        first_error_f1=2 * found * none / (found + none) if found + none > 0 else 0.0,
        calibration_error=sum(abs(mean - share) * n for mean, share, n in curve) / len(pairs),
        bins=curve,
    )


def auc_within(scores: Sequence[Sequence[float]], right: Sequence[Sequence[bool | float]]) -> float:
    """Returns how often a right one is scored above a wrong one of the same question.

    Args:
        scores: For each question a score of each of its solutions, or steps.
        right: Whether each is right.

    Returns:
        The share among all pairs, in which a tie counts half; NaN without a pair.
    """
    above, count = 0.0, 0
    for group, truth in zip(scores, right, strict=True):
        values, is_right = np.array(group, float), np.array(truth, float) > 0.5
        differences = values[is_right][:, None] - values[~is_right][None, :]
        above += float((differences > 0).sum() + 0.5 * (differences == 0).sum())
        count += differences.size
    return above / count if count else float("nan")


def _pairs(values: Values, right: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    if list(map(len, values)) != list(map(len, right)):
        raise ConfigError("Values and labels must be of the same steps: one of each for each step.")
    rows = zip(values, right, strict=True)
    pairs = [(v, r) for row in rows for v, r in zip(*row, strict=True) if v is not None]
    if not pairs:
        raise ConfigError("No step has a value: there is nothing to hold against the labels.")
    return pairs


def _first(values: Sequence[float | None], threshold: float) -> int | None:
    """Returns the first step whose value is below the threshold; None if there is none."""
    below = (i for i, value in enumerate(values) if value is not None and value < threshold)
    return next(below, None)


def _share(flags: Iterable[bool]) -> float:
    found = list(flags)
    return sum(map(bool, found)) / len(found) if found else float("nan")


def _bins(value: np.ndarray, truth: np.ndarray, count: int) -> tuple[tuple[float, float, int], ...]:
    place = np.minimum((value * count).astype(int), count - 1)
    inside = [place == number for number in range(count)]
    return tuple(
        (float(value[one].mean()), float(truth[one].mean()), int(one.sum()))
        for one in inside
        if one.any()
    )
