"""A policy's weights as every reader of Hugging Face folders knows them: what engines are sent.

Left out: quantised weights, which are not trained.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor
from transformers.core_model_loading import revert_weight_conversion

from r1gym.models.adapters import merged_weights
from r1gym.models.policy import Policy


@torch.no_grad()
def full_weights(policy: Policy) -> Iterator[tuple[str, Tensor]]:
    """Yields the whole model's weights under the names that they have in a saved folder.

    They are the tensors that are trained, no copies, except where the model keeps several of a
    folder's weights in one (the experts of a mixture) or an adapter is merged; do not write to
    them.

    Args:
        policy: The policy.

    Yields:
        Name and weight, a weight that two places share (a tied head) only once.
    """
    model = policy.model
    own = {name for name, _ in (*model.named_parameters(), *model.named_buffers())}  # ties once
    own = {name.replace(".base_layer", "") for name in own}
    weights = {name: weight for name, weight in merged_weights(model).items() if name in own}
    yield from revert_weight_conversion(model, weights).items()
