"""Token-by-token decoding with a KV cache that rows can leave.

Several decoders behind one protocol. Those of `hub_decoders` drive any Hugging Face causal
language model, `LlamaDecoder` the Llama architecture, that of the embedded policy, in few
operations and with a preallocated cache. A test holds them to the same log-probabilities. Left
out: paging and prefix caches across calls, which are vLLM's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import PreTrainedModel

from r1gym.models.embedded.llama import PlainLlama, is_llama
from r1gym.models.hub_decoders import HubDecoder as HubDecoder  # one of them
from r1gym.models.hub_decoders import decoder_class, pad_left


class Decoder(Protocol):
    """One batch of sequences being decoded.

    Attributes:
        one_length: Whether all prompts of a batch must have the same length.
    """

    one_length: bool

    def prefill(self, prompts: Sequence[Sequence[int]], group_size: int, max_tokens: int) -> Tensor:
        """Reads each prompt once; returns next-token logits [prompts * group_size, vocab]."""

    def step(self, tokens: Tensor) -> Tensor:
        """Appends one token a row, [rows]; returns next-token logits [rows, vocab]."""

    def keep(self, rows: Tensor) -> None:
        """Drops all rows but those with the given indices."""


def make_decoder(model: PreTrainedModel, pad_id: int) -> Decoder:
    """Returns the fastest decoder that computes what `model` computes.

    Raises:
        ModelNotFoundError: If it is no causal language model.
    """
    return LlamaDecoder(model) if is_llama(model) else decoder_class(model)(model, pad_id)


class LlamaDecoder:
    """Decodes with a plain Llama model; prompts stand on the left of a preallocated cache."""

    one_length = False

    def __init__(self, model: PreTrainedModel) -> None:
        self._llama = PlainLlama(model)

    def prefill(self, prompts: Sequence[Sequence[int]], group_size: int, max_tokens: int) -> Tensor:
        """Reads each prompt once; returns next-token logits [prompts * group_size, vocab]."""
        llama = self._llama
        ids = pad_left(prompts, 0, llama.embedding.device)
        count, longest = ids.shape
        capacity = longest + max_tokens
        start = torch.tensor([longest - len(prompt) for prompt in prompts])  # first real column
        column = torch.arange(capacity)
        visible = column >= start[:, None]  # [prompts, capacity]
        causal = column[:longest] <= column[:longest, None]
        # A padding column sees itself alone: a row of attention without any key would be NaN.
        mask = causal & visible[:, None, :longest] | torch.eye(longest, dtype=torch.bool)
        position = (column[:longest] - start[:, None]).clamp(min=0)  # [prompts, longest]
        cos, sin = llama.rotary(position.flatten())
        hidden = llama.embedding[ids.flatten()]  # [prompts * longest, width]
        self._cache: list[tuple[Tensor, Tensor]] = []
        for block in llama.blocks:
            query, key, value = (
                part.view(count, longest, *part.shape[1:])
                for part in llama.project(block, hidden, cos, sin)
            )  # each [prompts, longest, heads, channels]
            hidden = llama.finish(block, hidden, _attend(query, key, value, mask[:, None]))
            self._cache.append(
                (_grow(key, capacity, group_size), _grow(value, capacity, group_size))
            )
        bias = torch.zeros(visible.shape).masked_fill(~visible, float("-inf"))
        self._bias = bias.repeat_interleave(group_size, 0)  # [rows, capacity]
        self._start = start.repeat_interleave(group_size)
        self._filled = longest
        last = hidden.view(count, longest, -1)[:, -1]
        return llama.logits(last).repeat_interleave(group_size, 0)

    def step(self, tokens: Tensor) -> Tensor:
        """Appends one token a row; returns next-token logits [rows, vocab]."""
        llama, now, end = self._llama, self._filled, self._filled + 1
        bias = self._bias[:, None, None, :end]
        cos, sin = llama.rotary(now - self._start)
        hidden = llama.embedding[tokens]  # [rows, width]
        for block, (keys, values) in zip(llama.blocks, self._cache, strict=True):
            query, keys[:, now], values[:, now] = llama.project(block, hidden, cos, sin)
            attended = _attend(query[:, None], keys[:, :end], values[:, :end], bias)
            hidden = llama.finish(block, hidden, attended)
        self._filled = end
        return llama.logits(hidden)

    def keep(self, rows: Tensor) -> None:
        """Drops all rows but those with the given indices."""
        self._cache = [(self._pick(k, rows), self._pick(v, rows)) for k, v in self._cache]
        self._bias, self._start = self._bias[rows], self._start[rows]

    def _pick(self, cache: Tensor, rows: Tensor) -> Tensor:
        """Copies what is filled of some rows of a cache to its front, and returns these rows."""
        kept = cache[: len(rows)]
        kept[:, : self._filled] = cache[rows, : self._filled]
        return kept


def _attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """Attention over [rows, columns, heads, channels], the order that caches are kept in."""
    shared = query.shape[2] // key.shape[2]
    if shared > 1 and query.shape[1] == 1:  # queries that share keys, as if one behind another
        rows, _, heads, channels = query.shape
        query = query.view(rows, heads // shared, shared, channels).transpose(1, 2)
        return _attend(query, key, value, mask).transpose(1, 2).reshape(rows, 1, heads, channels)
    if shared > 1:
        key, value = (part.repeat_interleave(shared, 2) for part in (key, value))
    return F.scaled_dot_product_attention(
        query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2), attn_mask=mask
    ).transpose(1, 2)


def _grow(filled: Tensor, capacity: int, group_size: int) -> Tensor:
    """Copies keys or values into a cache with room to decode, once for each row of a group."""
    prompts, longest, *rest = filled.shape
    cache = filled.new_empty(prompts * group_size, capacity, *rest)
    cache[:, :longest] = filled.repeat_interleave(group_size, 0)
    return cache
