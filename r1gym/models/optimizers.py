"""Torch's optimisers by name.

    name       states of a weight             what its learning rate is
    adamw      two numbers for each           the step of a number
    adafactor  a row and a column             the step as a share of the weight's size
    sgd        none                           what a gradient is multiplied with

AdamW: arXiv 1711.05101. Adafactor: arXiv 1804.04235. Left out: 8-bit states, which are other
packages', and momentum, with which SGD would have the states that it is taken to be without.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import torch
from torch import Tensor

OptimizerName = Literal["adamw", "adafactor", "sgd"]


def make_optimizer(
    name: OptimizerName,
    weights: Iterable[Tensor],
    learning_rate: float,
    weight_decay: float,
    betas: tuple[float, float] = (0.9, 0.999),
) -> torch.optim.Optimizer:
    """Returns an optimiser.

    Args:
        name: See above.
        weights: What it steps on.
        learning_rate: Its learning rate.
        weight_decay: Decoupled weight decay; SGD's is part of the gradient.
        betas: How slowly AdamW's two means follow.
    """
    options: dict[str, Any] = {"lr": learning_rate, "weight_decay": weight_decay}
    if name == "adafactor":
        return torch.optim.Adafactor(weights, **options)
    if name == "sgd":
        return torch.optim.SGD(weights, fused=True, **options)
    return torch.optim.AdamW(weights, fused=True, betas=betas, **options)
