"""How a learning rate goes over the training of a head."""

from __future__ import annotations

import math


def warm_cosine(peak: float, step: int, steps: int, warmup: int) -> float:
    """Returns the learning rate of a step: it rises to its peak, then falls along a cosine to 0.

    Args:
        peak: The peak.
        step: Finished steps.
        steps: Steps in all.
        warmup: Steps over which it rises.

    Example:
        >>> [round(warm_cosine(1.0, step, 4, 0), 3) for step in range(5)]
        [1.0, 0.854, 0.5, 0.146, 0.0]
    """
    rise = min(1.0, (step + 1) / (warmup + 1))
    fall = 0.5 * (1 + math.cos(math.pi * step / steps))
    return peak * rise * fall
