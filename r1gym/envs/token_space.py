"""The space of windows of tokens, as numbers or as categories."""

from __future__ import annotations

import numpy as np
from gymnasium.spaces import Box, MultiDiscrete

TokenSpace = Box[np.int64] | MultiDiscrete[np.int64]


def space_of(window: int, vocabulary: int, categorical: bool | None) -> TokenSpace:
    """Returns the space of `window` tokens, with the number of valid ones at the end.

    Args:
        window: The tokens of an observation.
        vocabulary: How many tokens there are.
        categorical: Whether it is a `MultiDiscrete`, whose entries agents encode one-hot.
    """
    high = np.full(window + 1, vocabulary - 1, dtype=np.int64)
    high[-1] = window
    if categorical:
        return MultiDiscrete(high + 1)
    return Box(np.zeros_like(high), high, dtype=np.int64)
