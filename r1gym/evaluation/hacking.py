"""Reward hacking: a reward that rises while what it stands for falls (B.5 of the long report).

Pure functions of curves. The best point is that of the smoothed true measure: there one should have
stopped. Left out: predicting it without the true measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Hack:
    """What a proxy and a true measure did over training.

    Attributes:
        best: The position at which the true measure was highest, smoothed.
        reached: The true measure there.
        ended: The true measure at the end.
        proxy_rise: How much the proxy rose from that position to the end.
        proxy_risen: How much it rose from the first steps to the end.
    """

    best: int
    reached: float
    ended: float
    proxy_rise: float
    proxy_risen: float

    @property
    def fall(self) -> float:
        """How much the true measure fell from its best."""
        return self.reached - self.ended


def smoothed(values: Sequence[float], width: int) -> npt.NDArray[np.float64]:
    """Returns the mean of each value with up to `width` - 1 before it.

    Args:
        values: A curve.
        width: From 1.

    Example:
        >>> smoothed([1.0, 3.0, 5.0], 2).tolist()
        [1.0, 2.0, 4.0]
    """
    sums = np.concatenate([[0.0], np.cumsum(np.asarray(values, np.float64))])
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(0, ends - width)
    means: npt.NDArray[np.float64] = (sums[ends] - sums[starts]) / (ends - starts)
    return means


def find_hack(proxy: Sequence[float], true: Sequence[float], width: int = 20) -> Hack:
    """Returns where a true measure was best, and what happened after.

    Args:
        proxy: What was paid, by step.
        true: What was meant, by step.
        width: Over how many steps both are smoothed; the first of them are no candidates, since
            means of few values are the highest by chance.

    Raises:
        ValueError: If the curves have different lengths, or less than `width` values.
    """
    if len(proxy) != len(true) or len(true) < width:
        raise ValueError(f"two curves of at least {width} steps, not {len(proxy)} and {len(true)}")
    paid, meant = smoothed(proxy, width), smoothed(true, width)
    best = width - 1 + int(np.argmax(meant[width - 1 :]))
    rises = float(paid[-1] - paid[best]), float(paid[-1] - paid[width - 1])
    return Hack(best, float(meant[best]), float(meant[-1]), *rises)
