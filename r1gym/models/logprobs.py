"""Log-probabilities of completions under a policy, or values, as cheaply as its model allows.

The embedded policy and every model that takes it compute a prompt once for all of its completions,
and no padding; the rest computes padded batches. See `r1gym.models.ways`.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import PreTrainedModel

from r1gym.models.batches import Batch
from r1gym.models.embedded.llama import PlainLlama, is_plain
from r1gym.models.picked import pick, picked_logprobs
from r1gym.models.ways import find_ways, run_packed, run_padded, run_picked


def packs(model: PreTrainedModel) -> bool:
    """Returns whether batches for a model are to be cut for packing.

    The embedded policy packs what it gets; its batches stay cut by padded length, where its
    attention, which is padded, costs least.
    """
    return not is_plain(model) and find_ways(model).longest != 0


def token_logprobs(model: PreTrainedModel, batch: Batch, temperature: float = 1.0) -> Tensor:
    """Returns the log-probability of each completion token, [B, T - first]; 0 outside the mask."""
    if is_plain(model):
        llama = PlainLlama(model)
        hidden = llama.norm(_packed_hidden(llama, batch))
        return _place(
            picked_logprobs(hidden, llama.head, None, batch.packed.targets, temperature), batch
        )
    ways = find_ways(model)
    if ways.picks:
        return _place(run_picked(model, batch, temperature, ways.packs(batch)), batch)
    outputs = _outputs(model, batch)
    targets = batch.packed.targets if outputs.ndim == 2 else batch.ids[:, batch.first :]
    return _place(pick(outputs, targets, temperature), batch)


def token_distributions(model: PreTrainedModel, batch: Batch, temperature: float = 1.0) -> Tensor:
    """Returns the log-probabilities of the whole vocabulary where a completion token counts.

    They are [M, vocab], for the M tokens in the mask, row by row.
    """
    logits = _outputs(model, batch)
    if logits.ndim == 3:
        logits = logits[batch.mask.bool()]
    return (logits / temperature).log_softmax(-1)


def token_values(critic: PreTrainedModel, batch: Batch) -> Tensor:
    """Returns a critic's value before each completion token, [B, T - first]; 0 outside the mask.

    Args:
        critic: A language model whose head has a single output.
        batch: What it reads.
    """
    return _place(_outputs(critic, batch).squeeze(-1), batch)


def _outputs(model: PreTrainedModel, batch: Batch) -> Tensor:
    """Returns the head's outputs before each completion token.

    They are [M, outputs] where the batch is computed packed, and else padded, [B, T - first, ...].
    """
    if is_plain(model):
        llama = PlainLlama(model)
        return llama.logits(_packed_hidden(llama, batch))
    if find_ways(model).packs(batch):
        return run_packed(model, batch).float()
    return run_padded(model, batch).float()


def _place(values: Tensor, batch: Batch) -> Tensor:
    """Returns values, packed or padded, at the completion tokens: [B, T - first]."""
    if values.ndim == 1:
        return torch.zeros_like(batch.mask).masked_scatter(batch.mask.bool(), values)
    # What stands outside could overflow in a ratio, and infinity times a mask of 0 is NaN.
    return values.masked_fill(batch.mask == 0, 0.0)


def _packed_hidden(llama: PlainLlama, batch: Batch) -> Tensor:
    """Returns what the last norm reads, [M, width]: padding is in the attention alone."""
    packed = batch.packed
    cos, sin = llama.rotary(packed.position)
    hidden = F.embedding(packed.ids, llama.embedding)  # [N, width]
    slots = packed.slots.flatten()
    for block in llama.blocks:
        query, key, value = (
            part.index_select(0, slots).view(*packed.slots.shape, *part.shape[1:]).transpose(1, 2)
            for part in llama.project(block, hidden, cos, sin)
        )  # each [B, heads, T - 1, channels]
        attended = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        attended = attended.transpose(1, 2).flatten(0, 1)  # [B * (T - 1), heads, channels]
        hidden = llama.finish(block, hidden, attended.index_select(0, packed.cells))
    return hidden.index_select(0, packed.before)
