"""Torch's optimisers by name.

    name       states of a weight             what its learning rate is
    adamw      two numbers for each           the step of a number
    adafactor  a row and a column             the step as a share of the weight's size
    sgd        none                           what a gradient is multiplied with

AdamW: arXiv 1711.05101. Adafactor: arXiv 1804.04235. Left out: 8-bit states, which are other
packages', and momentum, with which SGD would have the states that it is taken to be without.
"""

from __future__ import annotations

from typing import Any, Literal

import torch

from r1gym.models.masters import Masters

OptimizerName = Literal["adamw", "adafactor", "sgd"]


def make_optimizer(
    name: OptimizerName, masters: Masters, learning_rate: float, weight_decay: float
) -> torch.optim.Optimizer:
    """Returns an optimiser of a model's masters, which the model follows.

    Args:
        name: See above.
        masters: What it steps on.
        learning_rate: Its learning rate.
        weight_decay: Decoupled weight decay; SGD's is part of the gradient.
    """
    options: dict[str, Any] = {"lr": learning_rate, "weight_decay": weight_decay}
    weights = list(masters.weights.values())
    optimizer: torch.optim.Optimizer
    if name == "adafactor":
        optimizer = torch.optim.Adafactor(weights, **options)
    elif name == "sgd":
        optimizer = torch.optim.SGD(weights, fused=True, **options)
    else:
        optimizer = torch.optim.AdamW(weights, fused=True, **options)
    masters.follow(optimizer)
    return optimizer


def add_weights(optimizer: torch.optim.Optimizer, masters: Masters) -> None:
    """Has an optimiser step on another model's masters as well, as a group of their own."""
    optimizer.add_param_group({"params": list(masters.weights.values())})
    masters.follow(optimizer)
