"""Group-normalised advantages (DeepSeek-R1 report, 2.2.1; DeepSeekMath, arXiv 2402.03300)."""

from __future__ import annotations

import torch
from torch import Tensor

_TINY = 1e-4  # keeps groups of nearly equal rewards from being blown up; TRL uses the same value


def group_advantages(rewards: Tensor, divide_by_std: bool = True) -> Tensor:
    """Returns how much better each completion is than its group: (r - mean) / std.

    The standard deviation is the sample one (n - 1), as in TRL and verl; the report does not say.

    Args:
        rewards: Rewards, [groups, group_size]; NaN marks a completion whose grader failed.
        divide_by_std: False leaves the difference undivided, as Dr. GRPO (arXiv 2503.20783) asks.

    Returns:
        Advantages, [groups, group_size]. A failed completion gets 0 and counts in no mean; so does
        every member of a group with fewer than two known rewards, or with equal ones.
    """
    known = ~rewards.isnan()
    count = known.sum(1, keepdim=True)
    filled = rewards.nan_to_num(nan=0.0)
    mean = filled.sum(1, keepdim=True) / count.clamp(min=1)
    difference = torch.where(known, filled - mean, 0.0)
    variance = difference.square().sum(1, keepdim=True) / (count - 1).clamp(min=1)
    difference = torch.where(varied_groups(rewards)[:, None], difference, 0.0)
    return difference / (variance.sqrt() + _TINY) if divide_by_std else difference


def varied_groups(rewards: Tensor) -> Tensor:
    """Returns which groups have at least two different known rewards, [groups]."""
    low = rewards.nan_to_num(nan=float("inf")).amin(1)
    high = rewards.nan_to_num(nan=float("-inf")).amax(1)
    return high > low
