"""Token-by-token decoding with a KV cache that rows can leave.

Two decoders behind one protocol. `HubDecoder` drives any Hugging Face causal language model.
`LlamaDecoder` runs the plain Llama architecture of the embedded policy with fused projections and a
preallocated cache: on a tiny model the general path spends most of its time between the matrix
products. A test holds the two to the same log-probabilities. Left out: paging and prefix caches
across calls, which are vLLM's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import DynamicCache, LlamaForCausalLM, PreTrainedModel


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
    if type(model) is LlamaForCausalLM and _is_plain(model):
        return LlamaDecoder(model)
    return HubDecoder(model, pad_id)


def _is_plain(model: LlamaForCausalLM) -> bool:
    config: Any = model.config
    return (
        config.num_key_value_heads == config.num_attention_heads
        and config.hidden_act == "silu"
        and not config.attention_bias
        and not config.mlp_bias
        and model.device.type == "cpu"
        and model.dtype == torch.float32
    )


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
    """Decodes with a Llama model without grouped-query attention, in float32 on the CPU."""

    def __init__(self, model: LlamaForCausalLM) -> None:
        config: Any = model.config
        self._heads = config.num_attention_heads
        self._eps = config.rms_norm_eps
        self._embedding = model.model.embed_tokens.weight
        self._head = model.lm_head.weight
        self._final_norm = model.model.norm.weight
        self._rotary = model.model.rotary_emb
        self._blocks = [_fuse(layer) for layer in model.model.layers]

    def prefill(self, prompts: Sequence[Sequence[int]], group_size: int, max_tokens: int) -> Tensor:
        """Reads each prompt once; returns next-token logits [prompts * group_size, vocab]."""
        ids = pad_left(prompts, 0, self._embedding.device)
        longest = ids.shape[1]
        capacity = longest + max_tokens
        start = torch.tensor([longest - len(prompt) for prompt in prompts])  # first real column
        column = torch.arange(capacity)
        self._visible = column >= start[:, None]  # [prompts, capacity]
        causal = column[None, :longest] <= column[:longest, None]
        mask = causal & self._visible[:, None, :longest]  # [prompts, longest, longest]
        # A padding column sees itself alone: a row of attention without any key would be NaN.
        mask = (mask | torch.eye(longest, dtype=torch.bool))[:, None]
        position = (column - start[:, None]).clamp(min=0)  # [prompts, capacity]
        cos, sin = self._rotary(self._embedding, position)
        self._cos, self._sin = cos[:, None], sin[:, None]  # [prompts, 1, capacity, channels]
        hidden = self._embedding[ids]
        self._cache: list[tuple[Tensor, Tensor]] = []
        for block in self._blocks:
            query, key, value = self._project(block, hidden, slice(0, longest))
            attended = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
            hidden = self._finish(block, hidden, attended)
            self._cache.append(
                (_grow(key, capacity, group_size), _grow(value, capacity, group_size))
            )
        self._visible = self._visible.repeat_interleave(group_size, 0)
        self._cos = self._cos.repeat_interleave(group_size, 0)
        self._sin = self._sin.repeat_interleave(group_size, 0)
        self._length = longest
        return self._logits(hidden[:, -1]).repeat_interleave(group_size, 0)

    def step(self, tokens: Tensor) -> Tensor:
        """Appends one token a row; returns next-token logits [rows, vocab]."""
        now, end = self._length, self._length + 1
        mask = self._visible[:, None, None, :end]
        hidden = self._embedding[tokens][:, None]
        for block, (keys, values) in zip(self._blocks, self._cache, strict=True):
            query, key, value = self._project(block, hidden, slice(now, end))
            keys[:, :, now:end] = key
            values[:, :, now:end] = value
            attended = F.scaled_dot_product_attention(
                query, keys[:, :, :end], values[:, :, :end], attn_mask=mask
            )
            hidden = self._finish(block, hidden, attended)
        self._length = end
        return self._logits(hidden[:, -1])

    def keep(self, rows: Tensor) -> None:
        """Drops all rows but those with the given indices."""
        self._cache = [(keys[rows], values[rows]) for keys, values in self._cache]
        self._visible, self._cos, self._sin = self._visible[rows], self._cos[rows], self._sin[rows]

    def _project(
        self, block: dict[str, Tensor], hidden: Tensor, columns: slice
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Returns rotated queries and keys, and values, each [rows, heads, columns, channels]."""
        rows, count, width = hidden.shape
        normed = F.rms_norm(hidden, (width,), block["norm_1"], self._eps)
        fused = F.linear(normed, block["qkv"]).view(rows, count, 3, self._heads, -1)
        query, key, value = fused.permute(2, 0, 3, 1, 4)
        cos, sin = self._cos[:, :, columns], self._sin[:, :, columns]
        return query * cos + _half_turn(query) * sin, key * cos + _half_turn(key) * sin, value

    def _finish(self, block: dict[str, Tensor], hidden: Tensor, attended: Tensor) -> Tensor:
        """The rest of a block after its attention."""
        rows, count, width = hidden.shape
        merged = attended.transpose(1, 2).reshape(rows, count, -1)
        hidden = hidden + F.linear(merged, block["out"])
        normed = F.rms_norm(hidden, (width,), block["norm_2"], self._eps)
        gate, up = F.linear(normed, block["gate_up"]).chunk(2, -1)
        return hidden + F.linear(F.silu(gate) * up, block["down"])

    def _logits(self, hidden: Tensor) -> Tensor:
        normed = F.rms_norm(hidden, (hidden.shape[-1],), self._final_norm, self._eps)
        return F.linear(normed, self._head)


def _fuse(layer: Any) -> dict[str, Tensor]:
    """Returns a block's weights with the projections that share an input put together."""
    attention, mlp = layer.self_attn, layer.mlp
    return {
        "norm_1": layer.input_layernorm.weight,
        "qkv": torch.cat(
            [attention.q_proj.weight, attention.k_proj.weight, attention.v_proj.weight]
        ),
        "out": attention.o_proj.weight,
        "norm_2": layer.post_attention_layernorm.weight,
        "gate_up": torch.cat([mlp.gate_proj.weight, mlp.up_proj.weight]),
        "down": mlp.down_proj.weight,
    }


def _half_turn(x: Tensor) -> Tensor:
    """Rotates channel pairs by a quarter turn, as Llama pairs them: the halves of a head."""
    low, high = x.chunk(2, -1)
    return torch.cat((-high, low), -1)


def _grow(filled: Tensor, capacity: int, group_size: int) -> Tensor:
    """Copies keys or values into a cache with room to decode, once for each row of a group."""
    prompts, heads, longest, channels = filled.shape
    cache = filled.new_zeros(prompts * group_size, heads, capacity, channels)
    cache[:, :, :longest] = filled.repeat_interleave(group_size, 0)
    return cache
