"""Decoders for any Hugging Face causal language model, and which of them a model can have.

Whether a model's cache is right depends on its architecture: some recurrent layers read the padding
of shorter prompts, some keep their state where no cache holds it, and an encoder that was loaded as
a language model sees tokens to come. So a model is tried: the first way to decode it that gives the
logits of a plain forward pass is taken, and a model that has none is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import PreTrainedModel
from transformers.cache_utils import LinearAttentionCacheLayerMixin

from r1gym.core.errors import ModelNotFoundError
from r1gym.models.forward import forward
from r1gym.models.masters import in_float32

_BOUND = 1e-4  # rounding stays below 1e-5, and what an encoder sees ahead counts from 1e-2 up
_TRIED = ((3, 0.1), (6, 0.9), (2, 0.5))  # prompts of a trial: length, and where in the vocabulary
_TRIED_STEPS = 3


class HubDecoder:
    """Decodes with the cache that the model makes; prompts stand on the right of padding."""

    one_length = False

    def __init__(self, model: PreTrainedModel, pad_id: int) -> None:
        self._model: Any = model
        self._pad_id = pad_id

    def prefill(self, prompts: Sequence[Sequence[int]], group_size: int, max_tokens: int) -> Tensor:
        """Reads each prompt once; returns next-token logits [prompts * group_size, vocab]."""
        ids = pad_left(prompts, self._pad_id, self._model.device)
        longest = ids.shape[1]
        lengths = torch.tensor([len(prompt) for prompt in prompts], device=ids.device)
        mask = (torch.arange(longest, device=ids.device) >= longest - lengths[:, None]).long()
        self._mask, self._length = mask, lengths
        logits = self._run(ids, (mask.cumsum(1) - 1).clamp(min=0), None)
        each = torch.arange(len(prompts), device=ids.device).repeat_interleave(group_size)
        self.keep(each)
        return logits[each]

    def step(self, tokens: Tensor) -> Tensor:
        """Appends one token a row; returns next-token logits [rows, vocab]."""
        self._mask = F.pad(self._mask, (0, 1), value=1)
        position = self._length[:, None]
        self._length = self._length + 1
        return self._run(tokens[:, None], position, self._cache)

    def keep(self, rows: Tensor) -> None:
        """Drops all rows but those with the given indices, which may repeat."""
        select_rows(self._cache, rows)
        self._mask, self._length = self._mask[rows], self._length[rows]

    def _run(self, ids: Tensor, position: Tensor, cache: Any) -> Tensor:
        # Once it has been read, padding is nothing to a state.
        mask = None if cache is not None and all(cache.is_linear) else self._mask
        output = forward(
            self._model, ids, 1, attention_mask=mask, position_ids=position, use_cache=True,
            past_key_values=cache, cache_params=cache,
        )  # fmt: skip
        # Mamba has another name for it.
        self._cache = getattr(output, "past_key_values", None) or output.cache_params
        return output.logits[:, -1]  # type: ignore[no-any-return]


class OneLengthDecoder(HubDecoder):
    """Decodes prompts of one length side by side, for models that read padding."""

    one_length = True


class UncachedDecoder:
    """Reads all tokens again at every step: slow, and right wherever a model is causal."""

    one_length = False

    def __init__(self, model: PreTrainedModel, pad_id: int) -> None:
        self._model: Any = model
        self._pad_id = pad_id

    def prefill(self, prompts: Sequence[Sequence[int]], group_size: int, max_tokens: int) -> Tensor:
        """Reads each prompt once; returns next-token logits [prompts * group_size, vocab]."""
        longest, device = max(map(len, prompts)), self._model.device
        rows = [list(prompt) + [self._pad_id] * (longest - len(prompt)) for prompt in prompts]
        self._ids = torch.tensor(rows, device=device)
        self._length = torch.tensor([len(prompt) for prompt in prompts], device=device)
        logits = self._last_logits()
        each = torch.arange(len(prompts), device=device).repeat_interleave(group_size)
        self.keep(each)
        return logits[each]

    def step(self, tokens: Tensor) -> Tensor:
        """Appends one token a row; returns next-token logits [rows, vocab]."""
        if int(self._length.max()) == self._ids.shape[1]:
            self._ids = F.pad(self._ids, (0, 1), value=self._pad_id)
        self._ids = self._ids.scatter(1, self._length[:, None], tokens[:, None])
        self._length = self._length + 1
        return self._last_logits()

    def keep(self, rows: Tensor) -> None:
        """Drops all rows but those with the given indices, which may repeat."""
        self._ids, self._length = self._ids[rows], self._length[rows]

    def _last_logits(self) -> Tensor:
        width = int(self._length.max())
        first = int(self._length.min()) - 1  # the first column that a row ends in
        output = forward(self._model, self._ids[:, :width], width - first, use_cache=False)
        rows = torch.arange(len(self._ids), device=self._ids.device)
        return output.logits[rows, self._length - 1 - first]  # type: ignore[no-any-return]


HubDecoderClass = type[HubDecoder] | type[UncachedDecoder]
_KINDS: tuple[HubDecoderClass, ...] = (HubDecoder, OneLengthDecoder, UncachedDecoder)
_found: WeakKeyDictionary[PreTrainedModel, HubDecoderClass] = WeakKeyDictionary()


def pad_left(prompts: Sequence[Sequence[int]], pad_id: int, device: torch.device) -> Tensor:
    """Returns the prompts as one tensor [prompts, longest], padded on the left."""
    longest = max(map(len, prompts))
    rows = [[pad_id] * (longest - len(prompt)) + list(prompt) for prompt in prompts]
    return torch.tensor(rows, device=device)


def select_rows(cache: Any, rows: Tensor) -> None:
    """Keeps the rows of a cache with the given indices, which may repeat."""
    # Layers with both kinds of state would select those of their attention alone.
    if any(isinstance(layer, LinearAttentionCacheLayerMixin) for layer in cache.layers):
        cache.reorder_cache(rows)
    else:
        cache.batch_select_indices(rows)


def decoder_class(model: PreTrainedModel) -> HubDecoderClass:
    """Returns the fastest way to decode a model that gives the logits of a plain forward pass.

    The model is tried once, on a few tokens.

    Raises:
        ModelNotFoundError: If it has none: it is no causal language model.
    """
    found = _found.get(model)
    if found is None:
        found = _found[model] = _try(model)
    return found


@torch.no_grad()
def _try(model: PreTrainedModel) -> HubDecoderClass:
    network: Any = model
    vocabulary = network.get_input_embeddings().num_embeddings
    prompts = [
        [(int(vocabulary * where) + 7 * i) % vocabulary for i in range(length)]
        for length, where in _TRIED
    ]
    reasons = []
    with in_float32(model):
        for kind in _KINDS:
            try:
                gap = largest_gap(model, kind(model, 0), prompts)
            except Exception as error:  # models without a cache fail in ways of their own
                reasons.append(" ".join(f"{type(error).__name__}: {error}".split())[:120])
                continue
            if gap <= _BOUND:
                return kind
            reasons.append(f"its logits differ from a forward pass by {gap:.2g} of their spread")
    raise ModelNotFoundError(
        f"{type(model).__name__} cannot be sampled from: {reasons[-1]}, so it is no causal "
        "language model as it stands; give one that is (an encoder needs is_decoder in its config)."
    )


def largest_gap(model: PreTrainedModel, decoder: Any, prompts: Sequence[Sequence[int]]) -> float:
    """Returns how far a decoder's logits are from those of one forward pass over each whole row.

    Rows are decoded in groups of two, and leave on the way.

    Returns:
        The largest difference, as a share of the logits' largest deviation from their mean: an
        untrained model's are all nearly the same.
    """
    network: Any = model
    one_length = bool(decoder.one_length)
    groups = [[prompt] for prompt in prompts] if one_length else [list(prompts)]
    gap = spread = 0.0
    for group in groups:
        rows = [list(prompt) for prompt in group for _ in range(2)]
        logits = decoder.prefill(group, 2, _TRIED_STEPS)
        seen: list[list[Tensor]] = [[row] for row in logits]
        for step in range(_TRIED_STEPS):
            if step == 1:
                kept = torch.tensor([i for i in range(len(rows)) if i != 1], device=model.device)
                decoder.keep(kept)
                rows, seen = ([part[i] for i in kept.tolist()] for part in (rows, seen))
            tokens = [(row[-1] * 5 + 3 + i) % len(logits[0]) for i, row in enumerate(rows)]
            for row, token in zip(rows, tokens, strict=True):
                row.append(token)
            logits = decoder.step(torch.tensor(tokens, device=model.device))
            for found, row_logits in zip(seen, logits, strict=True):
                found.append(row_logits)
        for row, found in zip(rows, seen, strict=True):
            ids = torch.tensor([row], device=model.device)
            exact = forward(network, ids, len(found), use_cache=False).logits[0].float()
            exact = exact - exact.mean(-1, keepdim=True)
            mine = torch.stack(found).float()
            mine = mine - mine.mean(-1, keepdim=True)
            gap = max(gap, float((mine - exact).abs().max()))
            spread = max(spread, float(exact.abs().max()))
    return gap / spread if gap else 0.0
