"""Advantages of whole completions: what a reward is compared with.

    advantage  compared with the mean of    divided by       source
    grpo       its group                    the group's std  DeepSeek-R1 report, 2.2.1
    rloo       the others in its group      nothing          arXiv 2402.14740
    reinforce  the step's completions       nothing          Williams (1992)
    vine       roll-outs before the step    nothing          see `r1gym.agents.grpo.vine`
    process    all steps of its group       their std        see `r1gym.agents.grpo.process`

Left out: REINFORCE's moving average of earlier steps' rewards. The mean of a step's hundreds of
completions is as good a baseline, and it does not lag behind the policy.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

Advantage = Literal["grpo", "rloo", "reinforce", "vine", "process"]

_TINY = 1e-4  # keeps groups of nearly equal rewards from being blown up; TRL uses the same value


def group_advantages(rewards: Tensor, divide_by_std: bool = True) -> Tensor:
    """Returns how much better each completion is than its group: (r - mean) / std.

    DeepSeek-R1 report, 2.2.1; DeepSeekMath, arXiv 2402.03300. The standard deviation is the sample
    one (n - 1), as in TRL and verl; the report does not say.

    Args:
        rewards: Rewards, [groups, group_size]; NaN marks a completion whose grader failed.
        divide_by_std: False leaves the difference undivided, as Dr. GRPO (arXiv 2503.20783) asks.

    Returns:
        Advantages, [groups, group_size]. A failed completion gets 0 and counts in no mean; so does
        every member of a group with fewer than two known rewards, or with equal ones.
    """
    difference, count = _centred(rewards)
    variance = difference.square().sum(1, keepdim=True) / (count - 1).clamp(min=1)
    return difference / (variance.sqrt() + _TINY) if divide_by_std else difference


def rloo_advantages(rewards: Tensor) -> Tensor:
    """Returns each reward less the mean of the others in its group (REINFORCE leave-one-out).

    That is n / (n - 1) times the difference from the group's mean. The baseline does not depend on
    the completion itself, so the gradient is unbiased (arXiv 2402.14740, equation 8).

    Args:
        rewards: Rewards, [groups, group_size]; NaN marks a completion whose grader failed.

    Returns:
        Advantages, [groups, group_size]; 0 where `group_advantages` is 0.
    """
    difference, count = _centred(rewards)
    return difference * count / (count - 1).clamp(min=1)


def reinforce_advantages(rewards: Tensor) -> Tensor:
    """Returns each reward less the mean of all: REINFORCE with the batch's mean as its baseline.

    R. Williams, "Simple statistical gradient-following algorithms" (1992). Groups play no part.

    Args:
        rewards: Rewards, [groups, group_size]; NaN marks a completion whose grader failed.

    Returns:
        Advantages, [groups, group_size]; 0 for failed completions, and if all rewards are equal.
    """
    difference, _ = _centred(rewards.reshape(1, -1))
    return difference.view_as(rewards)


def varied_groups(rewards: Tensor) -> Tensor:
    """Returns which groups have at least two different known rewards, [groups]."""
    low = rewards.nan_to_num(nan=float("inf")).amin(1)
    high = rewards.nan_to_num(nan=float("-inf")).amax(1)
    return high > low


def _centred(rewards: Tensor) -> tuple[Tensor, Tensor]:
    """Returns the differences from each row's mean, and the number of known rewards, [rows, 1]."""
    known = ~rewards.isnan()
    count = known.sum(1, keepdim=True)
    filled = rewards.nan_to_num(nan=0.0)
    mean = filled.sum(1, keepdim=True) / count.clamp(min=1)
    # Equal rewards need not average to themselves in floating point; their difference is 0.
    return torch.where(known & varied_groups(rewards)[:, None], filled - mean, 0.0), count
