"""Token-by-token decoding with a KV cache that rows can leave.

Two decoders behind one protocol. `HubDecoder` drives any Hugging Face causal language model,
`LlamaDecoder` the plain Llama architecture of the embedded policy, in few operations and with a
preallocated cache. A test holds the two to the same log-probabilities. Left out: paging and prefix
caches across calls, which are vLLM's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel

from r1gym.agents.llama import PlainLlama, is_plain


class Decoder(Protocol):
    """One batch of sequences being decoded."""

    def prefill(self, prompts: Sequence[Sequence[int]], group_size: int, max_tokens: int) -> Tensor:
        """Reads each prompt once; returns next-token logits [prompts * group_size, vocab]."""

    def step(self, tokens: Tensor) -> Tensor:
        """Appends one token a row, [rows]; returns next-token logits [rows, vocab]."""

    def keep(self, rows: Tensor) -> None:
        """Drops all rows but those with the given indices."""


def make_decoder(model: PreTrainedModel, pad_id: int) -> Decoder:
    """Returns the fastest decoder that computes what `model` computes."""
    return LlamaDecoder(model) if is_plain(model) else HubDecoder(model, pad_id)


def pad_left(prompts: Sequence[Sequence[int]], pad_id: int, device: torch.device) -> Tensor:
    """Returns the prompts as one tensor [prompts, longest], padded on the left."""
    longest = max(map(len, prompts))
    rows = [[pad_id] * (longest - len(prompt)) + list(prompt) for prompt in prompts]
    return torch.tensor(rows, device=device)


class HubDecoder:
    """Decodes with any Hugging Face causal language model."""

    def __init__(self, model: PreTrainedModel, pad_id: int) -> None:
        self._model: Any = model
        self._pad_id = pad_id

    def prefill(self, prompts: Sequence[Sequence[int]], group_size: int, max_tokens: int) -> Tensor:
        """Reads each prompt once; returns next-token logits [prompts * group_size, vocab]."""
        ids = pad_left(prompts, self._pad_id, self._model.device)
        longest = ids.shape[1]
        lengths = torch.tensor([len(prompt) for prompt in prompts], device=ids.device)
        mask = (torch.arange(longest, device=ids.device) >= longest - lengths[:, None]).long()
        self._cache = DynamicCache(config=self._model.config)
        output = self._model(
            input_ids=ids,
            attention_mask=mask,
            position_ids=(mask.cumsum(1) - 1).clamp(min=0),
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=1,
        )
        self._cache.batch_repeat_interleave(group_size)
        self._mask = mask.repeat_interleave(group_size, 0)
        self._length = lengths.repeat_interleave(group_size)
        return output.logits[:, -1].repeat_interleave(group_size, 0)  # type: ignore[no-any-return]

    def step(self, tokens: Tensor) -> Tensor:
        """Appends one token a row; returns next-token logits [rows, vocab]."""
        self._mask = F.pad(self._mask, (0, 1), value=1)
        output = self._model(
            input_ids=tokens[:, None],
            attention_mask=self._mask,
            position_ids=self._length[:, None],
            past_key_values=self._cache,
            use_cache=True,
        )
        self._length = self._length + 1
        return output.logits[:, -1]  # type: ignore[no-any-return]

    def keep(self, rows: Tensor) -> None:
        """Drops all rows but those with the given indices."""
        self._cache.batch_select_indices(rows)
        self._mask, self._length = self._mask[rows], self._length[rows]


class LlamaDecoder:
    """Decodes with a plain Llama model; prompts stand on the left of a preallocated cache."""

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
    return F.scaled_dot_product_attention(
        query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2), attn_mask=mask
    ).transpose(1, 2)


def _grow(filled: Tensor, capacity: int, group_size: int) -> Tensor:
    """Copies keys or values into a cache with room to decode, once for each row of a group."""
    prompts, longest, *rest = filled.shape
    cache = filled.new_empty(prompts * group_size, capacity, *rest)
    cache[:, :longest] = filled.repeat_interleave(group_size, 0)
    return cache
