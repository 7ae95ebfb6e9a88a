"""Forward passes of any Hugging Face model over packed batches: no padding, prompts once.

A packed batch is one sequence, in which only the attention must know who sees whom. So the model
runs as it is, with this attention in place of its own, by transformers' own interface for that. The
different prompts see themselves; what stands behind them sees its prompt's keys and its own. No
mask has more entries than the padded batch would need. Left out: attention sinks, and everything
that mixes tokens elsewhere than there (states, convolutions, ALiBi): `r1gym.models.ways` finds out
which models those are. Left out as well: fused kernels for ragged rows, which take no shared
prompts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import AttentionInterface, PreTrainedModel

from r1gym.models.batches import Packed

_NAME = "r1gym_packed"
_MOST_MASK = 2**26  # entries; beyond, whole rows are attended to, which takes no mask


class Packing:
    """Who sees whom in a packed batch, as masks that the layers share.

    Attributes:
        packed: The batch.
        windows: The sliding windows that the model's layers asked for; None for a layer without.
    """

    def __init__(self, packed: Packed) -> None:
        self.packed = packed
        self.windows: set[int | None] = set()
        self._masks: dict[tuple[Any, ...], Tensor] = {}

    def splits(self, shared: int) -> bool:
        """Returns whether prompts are attended to once, and not again in each row."""
        return self.packed.slots.shape[1] * self.packed.own_slots.numel() * shared <= _MOST_MASK

    def row_mask(self, columns: int, window: int, like: Tensor) -> Tensor:
        """Returns what is added to the scores inside rows, [columns, columns]."""
        column = torch.arange(columns, device=like.device)
        return self._mask(("row", columns, window), column[:, None], column, window, like)

    def own_mask(self, shared: int, window: int | None, like: Tensor) -> Tensor:
        """Returns what is added to the scores behind prompts, [B, 1, shared * C, T - 1]."""
        packed = self.packed
        behind = torch.arange(packed.own_slots.shape[1], device=like.device)
        query = (packed.start[:, None] + behind).repeat(1, shared)[:, None, :, None]
        column = torch.arange(packed.slots.shape[1], device=like.device)
        return self._mask(("own", shared, window), query, column, window, like)

    def _mask(
        self, name: tuple[Any, ...], query: Tensor, key: Tensor, window: int | None, like: Tensor
    ) -> Tensor:
        name = (*name, like.dtype)
        if name not in self._masks:  # once, and not for every layer: backward passes keep it
            visible = key <= query
            if window is not None:
                visible = visible & (key > query - window)
            zeros = torch.zeros(visible.shape, dtype=like.dtype, device=like.device)
            self._masks[name] = zeros.masked_fill(~visible, float("-inf"))
        return self._masks[name]


_current: ContextVar[tuple[PreTrainedModel, Packing] | None] = ContextVar("packing", default=None)


@contextmanager
def packed_attention(model: PreTrainedModel, packing: Packing) -> Iterator[None]:
    """Inside, the model's attention is that of a packed batch.

    It must not run elsewhere at the same time: which attention it has stands in its configuration.
    """
    found: list[Any] = [part.config for part in model.modules() if hasattr(part, "config")]
    configs = {id(config): config for config in found}
    before = [(config, config._attn_implementation) for config in configs.values()]
    token = _current.set((model, packing))
    try:
        for config, _ in before:
            config._attn_implementation = _NAME
        yield
    finally:
        for config, implementation in before:
            config._attn_implementation = implementation
        _current.reset(token)


def same_attention() -> tuple[AbstractContextManager[None], AbstractContextManager[None]]:
    """Returns contexts for a layer's pass and for its repetition, which may come later."""
    current = _current.get()
    return nullcontext(), nullcontext() if current is None else packed_attention(*current)


def _attend(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    sliding_window: int | None = None,
    softcap: float | None = None,
    **others: Any,
) -> tuple[Tensor, None]:
    """What transformers calls: queries, keys and values are [1, heads, N, channels]."""
    foreign = (attention_mask, others.get("s_aux"), others.get("position_bias"))
    if dropout or any(one is not None for one in foreign):
        raise NotImplementedError("its attention adds what packed attention has not")
    if (current := _current.get()) is None:
        raise RuntimeError("packed attention is asked for outside packed_attention")
    packing = current[1]
    packing.windows.add(sliding_window)
    packed, parts, shared = packing.packed, (query, key, value), query.shape[1] // key.shape[1]
    options = (sliding_window, scaling, softcap)
    if not packing.splits(shared):
        found = _rows(packing, packed.slots, parts, *options)
        return found.index_select(0, packed.cells)[None], None
    found = _rows(packing, packed.prompt_slots, parts, *options)
    if packed.own_slots.shape[1]:
        found = torch.cat((found, _behind(packing, parts, shared, *options)))
    return found.index_select(0, packed.back)[None], None


def _rows(
    packing: Packing,
    slots: Tensor,
    parts: Sequence[Tensor],
    window: int | None,
    scaling: float | None,
    softcap: float | None,
) -> Tensor:
    """Attends inside rows, from their first column on: [rows * columns, heads, channels]."""
    query, key, value = (_gather(part, slots) for part in parts)
    shared = query.shape[1] // key.shape[1]
    if shared > 1:
        key, value = (part.repeat_interleave(shared, 1) for part in (key, value))
    columns = slots.shape[1]
    window = min(window or columns, columns)
    is_causal = window == columns and softcap is None
    mask = None if is_causal else packing.row_mask(columns, window, query)
    return _scored(query, key, value, mask, scaling, softcap).transpose(1, 2).flatten(0, 1)


def _behind(
    packing: Packing,
    parts: Sequence[Tensor],
    shared: int,
    window: int | None,
    scaling: float | None,
    softcap: float | None,
) -> Tensor:
    """Attends from behind prompts to them and there: [B * C, heads, channels]."""
    packed = packing.packed
    query = _gather(parts[0], packed.own_slots)
    key, value = (_gather(part, packed.slots) for part in parts[1:])
    rows, heads, columns, channels = query.shape
    # Queries that share keys stand behind one another, so that no key is repeated for them.
    query = query.reshape(rows, heads // shared, shared * columns, channels)
    mask = packing.own_mask(shared, window, query)
    found = _scored(query, key, value, mask, scaling, softcap)
    return found.reshape(rows, heads, columns, -1).transpose(1, 2).flatten(0, 1)


def _gather(part: Tensor, slots: Tensor) -> Tensor:
    """Returns [rows, heads, columns, channels] of what is [1, heads, N, channels]."""
    rows = part[0].transpose(0, 1).index_select(0, slots.flatten())
    return rows.view(*slots.shape, *rows.shape[1:]).transpose(1, 2)


def _scored(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None,
    scaling: float | None,
    softcap: float | None,
) -> Tensor:
    if softcap is None:
        return F.scaled_dot_product_attention(
            query, key, value, attn_mask=mask, is_causal=mask is None, scale=scaling
        )
    scores = query @ key.transpose(2, 3) * (query.shape[-1] ** -0.5 if scaling is None else scaling)
    scores = (scores / softcap).tanh() * softcap
    return (scores if mask is None else scores + mask).softmax(-1) @ value


AttentionInterface.register(_NAME, _attend)
