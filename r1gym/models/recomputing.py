"""Gradient checkpointing: each layer's inner values are computed again for its gradient.

It saves memory, most of what a training pass takes, for about a third more time. transformers has
it for models in training mode alone; a policy is in evaluation mode, so that no dropout stands
between the log-probs that were sampled and those that are trained. So the layers that transformers
marks for it are wrapped here.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch.utils.checkpoint import checkpoint
from transformers import PreTrainedModel
from transformers.modeling_layers import GradientCheckpointingLayer

from r1gym.core.errors import ConfigError
from r1gym.models.packing import same_attention


def recompute_layers(model: PreTrainedModel) -> None:
    """Has the model's layers computed again in backward passes, in place; no result changes.

    Raises:
        ConfigError: If transformers marks no layer of the architecture for it.
    """
    layers: list[Any] = [m for m in model.modules() if isinstance(m, GradientCheckpointingLayer)]
    if not layers:
        raise ConfigError(
            f"{type(model).__name__} takes no gradient checkpointing: leave it out, and give a "
            "smaller microbatch_tokens."
        )
    for layer in layers:
        layer.forward = partial(_forward, layer)


def is_recomputed(model: PreTrainedModel) -> bool:
    """Returns whether the model's layers are computed again in backward passes."""
    return any("forward" in vars(module) for module in model.modules())


def _forward(layer: Any, *args: Any, **inputs: Any) -> Any:
    run = partial(type(layer).forward, layer, **inputs)
    if not torch.is_grad_enabled():
        return run(*args)
    return checkpoint(
        run, *args, use_reentrant=False, preserve_rng_state=False, context_fn=same_attention
    )
