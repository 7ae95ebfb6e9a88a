"""Seeds of parts, made from a seed of the whole."""

from __future__ import annotations

import numpy as np


def mixed(*key: int) -> int:
    """Returns a seed below 2**63 that belongs to a key, such as (seed, step, round).

    Neighbouring keys have unrelated seeds, see `numpy.random.SeedSequence`.

    Args:
        key: Whole numbers from 0. Zeros at its end do not count: keys of one use have one length.
    """
    low, high = np.random.SeedSequence(key).generate_state(2).tolist()
    return int(low | high << 32) & (2**63 - 1)
