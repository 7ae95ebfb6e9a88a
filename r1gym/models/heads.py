"""The critic: a language model of the policy's size that says how much reward is to come."""

from __future__ import annotations

import copy
from typing import Any

import torch
from transformers import PreTrainedModel


def make_critic(model: PreTrainedModel) -> PreTrainedModel:
    """Returns a copy of a language model with a head of a single output, `V`, in place of its own.

    The head starts at 0, so that the critic does: its first errors are the returns themselves.

    Args:
        model: The policy's model; it shares nothing with the copy.
    """
    critic: Any = copy.deepcopy(model)
    old = critic.get_output_embeddings().weight
    head = torch.nn.Linear(old.shape[1], 1, bias=False, device=old.device, dtype=old.dtype)
    torch.nn.init.zeros_(head.weight)
    critic.set_output_embeddings(head)
    critic.config.tie_word_embeddings = False
    network: PreTrainedModel = critic
    return network
