"""Which of the cheaper ways to compute a Hugging Face model computes what it computes.

Two things are cheaper than a padded forward pass with all logits: packed batches and log-probs
without all logits. Whether an architecture takes them depends on code that is not ours, so each
model is tried once on a few tokens, and what differs is not used. That is said, once for each
architecture. What a trial cannot see are windows longer than itself, so those must have been asked
for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor
from transformers import PreTrainedModel

from r1gym.models.batches import Batch, make_batches
from r1gym.models.forward import forward, kept
from r1gym.models.masters import in_float32
from r1gym.models.packing import Packing, packed_attention
from r1gym.models.picked import pick, picked_logprobs

_BOUND = 1e-4  # of the logits' spread: rounding stays below 1e-5 of it
_WINDOWS = ("sliding_window", "attention_chunk_size", "window_size", "local_attention")
# A trial's rows: two prompts with three and two completions; lengths, and where in the vocabulary.
_TRIED = (((3, 0.1), (4, 0.3)), ((3, 0.1), (1, 0.5)), ((6, 0.8), (5, 0.2)), ((3, 0.1), (7, 0.6)))

_found: WeakKeyDictionary[PreTrainedModel, tuple[type, Ways]] = WeakKeyDictionary()
_told: set[str] = set()


@dataclass(frozen=True)
class Ways:
    """What a model takes.

    Attributes:
        longest: The widest batch that it computes packed; 0 if none, None for any.
        picks: Whether its head is one linear map, so that log-probs need not all logits at once.
    """

    longest: int | None
    picks: bool

    def packs(self, batch: Batch) -> bool:
        """Returns whether a batch is computed packed."""
        return self.longest is None or batch.ids.shape[1] <= self.longest


def find_ways(model: PreTrainedModel) -> Ways:
    """Returns what a model takes; it is tried at the first call."""
    network: Any = model
    head = type(network.get_output_embeddings())  # an adapter can come later
    found = _found.get(model)
    if found is None or found[0] is not head:
        found = _found[model] = head, _try(model)
    return found[1]


def share_ways(model: PreTrainedModel, other: PreTrainedModel) -> None:
    """Has another model, which computes the same, take what a model takes."""
    find_ways(model)
    _found[other] = _found[model]


def run_packed(model: PreTrainedModel, batch: Batch, packing: Packing | None = None) -> Tensor:
    """Returns the head's outputs before each token that counts, [M, outputs]."""
    packed = batch.packed
    with packed_attention(model, packing or Packing(packed)):
        # An attention that is not among transformers' own is given no mask.
        output = forward(
            model, packed.ids[None], packed.before, position_ids=packed.position[None],
            use_cache=False,
        )  # fmt: skip
    logits: Tensor = output.logits[0]
    return logits


def run_padded(model: PreTrainedModel, batch: Batch) -> Tensor:
    """Returns the head's outputs before each column from the first completion's on, [B, ...]."""
    # Padding stands on the right, where causal attention cannot see it: no mask is needed.
    keep = batch.ids.shape[1] - batch.first
    logits: Tensor = forward(model, batch.ids[:, :-1], keep, use_cache=False).logits
    return logits


def run_picked(model: PreTrainedModel, batch: Batch, temperature: float, packs: bool) -> Tensor:
    """Returns the log-probs of the tokens that count, [M], in chunks of the vocabulary."""
    counts, targets = batch.mask.bool(), batch.packed.targets
    keep = batch.packed.before if packs else counts.shape[1]

    def pick_behind(head: Any, hidden: Tensor) -> Tensor:
        hidden = kept(hidden, keep)
        rows = hidden[0] if packs else hidden[counts]
        found = picked_logprobs(rows, head.weight, head.bias, targets, temperature)
        # They leave the model as its outputs: what wraps it must see where gradients come from.
        # Copied, since what leaves a model that is cut up between processes must be no view.
        return found[None, :, None].clone() if packs else _spread(found, counts)[..., None].clone()

    with _head(model, pick_behind):
        if packs:
            return run_packed(model, batch)[:, 0]
        return run_padded(model, batch)[..., 0][counts]


def _spread(found: Tensor, counts: Tensor) -> Tensor:
    return found.new_zeros(counts.shape).masked_scatter(counts, found)


@contextmanager
def _head(model: PreTrainedModel, instead: Callable[[Any, Tensor], Tensor]) -> Iterator[None]:
    """Inside, the model's head computes something else."""
    network: Any = model
    head = network.get_output_embeddings()
    head.forward = lambda hidden: instead(head, hidden)
    try:
        yield
    finally:
        del head.forward


@torch.no_grad()
def _try(model: PreTrainedModel) -> Ways:
    network: Any = model
    size = network.get_input_embeddings().num_embeddings
    made = [
        [[(int(size * where) + 7 * i) % size for i in range(length)] for length, where in row]
        for row in _TRIED
    ]
    prompts, completions = [row[0] for row in made], [row[1] for row in made]
    [batch] = make_batches(prompts, completions, 10**6, 0, model.device, packs=True)
    with in_float32(model):
        longest, reason = _try_packed(model, batch)
        picks = _try_picked(model, batch, longest != 0)
    name = type(model).__name__
    if name not in _told and os.environ.get("RANK", "0") == "0":  # of several processes one
        _told.add(name)
        if longest == 0:
            print(f"{name} is trained on padded batches, a prompt once for each row: {reason}.")
        if not picks and not _is_critic(model):
            print(f"{name} is trained with all logits in memory: its head is not one linear map.")
    return Ways(longest, picks)


def _try_packed(model: PreTrainedModel, batch: Batch) -> tuple[int | None, str]:
    """Returns the widest batch that a model computes packed, and why it is 0."""
    packing = Packing(batch.packed)
    # What the head reads is compared: that of a critic starts as 0.
    with _head(model, lambda _, hidden: hidden):
        exact = run_padded(model, batch)[batch.mask.bool()].float()
        try:
            found = run_packed(model, batch, packing).float()
        except Exception as error:  # architectures refuse in ways of their own
            return 0, " ".join(f"packed, it fails ({type(error).__name__}: {error})".split())[:160]
    if not packing.windows:
        return 0, "its attention is its own"
    spread = (exact - exact.mean(-1, keepdim=True)).abs().max()
    gap = float((found - exact).abs().max() / spread)
    if not gap <= _BOUND:
        return 0, f"packed, what its head reads differs by {gap:.2g} of its spread"
    return _widest(model, packing), ""


def _widest(model: PreTrainedModel, packing: Packing) -> int | None:
    """Returns up to where a packed batch is right: the least window that no layer asked for."""
    config: Any = model.config.get_text_config()
    windows = [getattr(config, name, None) for name in _WINDOWS]
    return min(
        (
            size
            for size in windows
            if isinstance(size, int) and size > 0 and size not in packing.windows
        ),
        default=None,
    )


def _try_picked(model: PreTrainedModel, batch: Batch, packs: bool) -> bool:
    network: Any = model
    head = network.get_output_embeddings()
    if type(head) is not torch.nn.Linear or _is_critic(model):
        return False
    counts, targets = batch.mask.bool(), batch.packed.targets
    expected = pick(run_padded(model, batch)[counts], targets, 1.0)
    try:
        found = run_picked(model, batch, 1.0, packs)
    except Exception:  # what comes behind the head may need the whole vocabulary
        return False
    return bool((found - expected).abs().max() <= _BOUND * max(1.0, float(expected.abs().max())))


def _is_critic(model: PreTrainedModel) -> bool:
    network: Any = model
    return getattr(network.get_output_embeddings(), "out_features", None) == 1
