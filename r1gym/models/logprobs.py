"""Log-probabilities of completions under a policy, or values, in batches that waste little.

Batches are cut from completions sorted by length, so that padding costs little; on mixed lengths
that alone makes training several times faster. The embedded policy computes without padding, and
a prompt once for all of its completions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import PreTrainedModel

from r1gym.models.embedded.llama import PlainLlama, is_plain
from r1gym.models.forward import forward


@dataclass(frozen=True)
class Batch:
    """Prompts with completions, padded on the right, B rows of T tokens.

    Attributes:
        rows: Which of the given sequences each row is, [B].
        ids: Token ids, [B, T].
        first: The first column that holds a completion token in any row.
        mask: 1.0 where a column from `first` on holds a completion token that counts, one that the
            policy wrote, [B, T - first].
        cells: Input tokens by number, [B, T - 1]. Cells of a prompt that rows share have the same
            number; padding has that of the very first token.
        is_empty: Whether nothing in it counts: it fills up a round of several processes.
    """

    rows: list[int]
    ids: Tensor
    first: int
    mask: Tensor
    cells: Tensor
    is_empty: bool = False

    def emptied(self) -> Batch:
        """Returns the same batch with nothing in it that counts."""
        return replace(self, mask=torch.zeros_like(self.mask), is_empty=True)

    @cached_property
    def packed(self) -> Packed:
        """The input tokens without padding, each of a shared prompt's only once."""
        numbers, slots = torch.unique(self.cells, return_inverse=True)
        everywhere = torch.arange(slots.numel(), device=slots.device)
        cells = torch.full_like(numbers, slots.numel()).scatter_reduce(
            0, slots.flatten(), everywhere, "amin"
        )
        targets = self.mask.bool()
        return Packed(
            ids=self.ids[:, :-1].flatten()[cells],
            position=cells % slots.shape[1],
            cells=cells,
            slots=slots,
            before=slots[:, self.first - 1 :][targets],
            targets=self.ids[:, self.first :][targets],
        )

    def align(self, values: Sequence[Sequence[float]]) -> Tensor:
        """Places one value a completion token, given by sequence, at the tokens: [B, T - first]."""
        aligned = torch.zeros(self.mask.shape)
        if self.is_empty:
            return aligned.to(self.mask.device)
        flat = [value for row in self.rows for value in values[row]]
        aligned[self.mask.bool().cpu()] = torch.tensor(flat, dtype=aligned.dtype)
        return aligned.to(self.mask.device)

    def split(self, values: Tensor) -> list[list[float]]:
        """Returns the values at the completion tokens, [B, T - first], row by row."""
        return [row[mask].tolist() for row, mask in zip(values, self.mask.bool(), strict=True)]


@dataclass(frozen=True)
class Packed:
    """A batch's N input tokens without padding, and its M completion tokens.

    Attributes:
        ids: Input tokens, [N].
        position: Their columns in the batch, [N].
        cells: The first place of each in the flattened batch, [N].
        slots: Which of the N stands in each place of the batch, [B, T - 1].
        before: The input token before each completion token, [M].
        targets: The completion tokens, [M].
    """

    ids: Tensor
    position: Tensor
    cells: Tensor
    slots: Tensor
    before: Tensor
    targets: Tensor


def make_batches(
    prompts: Sequence[Sequence[int]],
    completions: Sequence[Sequence[int]],
    most_tokens: int,
    pad_id: int,
    device: torch.device,
    masks: Sequence[Sequence[bool]] | None = None,
) -> list[Batch]:
    """Cuts sequences, sorted by length, into batches of at most `most_tokens` padded tokens.

    Args:
        prompts: Token ids of each prompt.
        completions: Token ids behind each prompt.
        most_tokens: The most padded tokens in a batch.
        pad_id: The padding.
        device: Where the batches are wanted.
        masks: For each completion token whether it counts; None if all do.
    """
    lengths = [len(p) + len(c) for p, c in zip(prompts, completions, strict=True)]
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    batches: list[Batch] = []
    rows: list[int] = []
    for row in order:
        if rows and lengths[row] * (len(rows) + 1) > most_tokens:
            batches.append(_pad(rows, prompts, completions, masks, pad_id, device))
            rows = []
        rows.append(row)
    if rows:
        batches.append(_pad(rows, prompts, completions, masks, pad_id, device))
    return batches


def _pad(
    rows: list[int],
    prompts: Sequence[Sequence[int]],
    completions: Sequence[Sequence[int]],
    masks: Sequence[Sequence[bool]] | None,
    pad_id: int,
    device: torch.device,
) -> Batch:
    sequences = [[*prompts[row], *completions[row]] for row in rows]
    width = max(map(len, sequences))
    ids = torch.tensor([s + [pad_id] * (width - len(s)) for s in sequences], device=device)
    start = torch.tensor([len(prompts[row]) for row in rows], device=device)[:, None]
    end = torch.tensor([len(s) for s in sequences], device=device)[:, None]
    first = min(len(prompts[row]) for row in rows)
    column = torch.arange(width, device=device)
    mask = ((column >= start) & (column < end)).float()
    if masks is not None:
        for place, row in enumerate(rows):
            if not all(masks[row]):
                mask[place, column >= start[place]] = 0.0
                counted = [len(prompts[row]) + i for i, is_own in enumerate(masks[row]) if is_own]
                mask[place, counted] = 1.0
    mask = mask[:, first:]
    known: dict[tuple[int, ...], int] = {}
    prompt = [known.setdefault(tuple(prompts[row]), len(known)) for row in rows]
    own = torch.arange(len(rows), device=device)[:, None] + len(rows)
    number = torch.where(column < start, torch.tensor(prompt, device=device)[:, None], own)
    cells = torch.where(column < end - 1, number * width + column, 0)[:, :-1]
    return Batch(rows, ids, first, mask, cells)


def token_logprobs(model: PreTrainedModel, batch: Batch, temperature: float = 1.0) -> Tensor:
    """Returns the log-probability of each completion token, [B, T - first]; 0 outside the mask."""
    logits, targets = _outputs(model, batch)
    if temperature != 1:
        logits = logits / temperature
    picked = logits.gather(-1, targets[..., None]).squeeze(-1) - logits.logsumexp(-1)
    return _place(picked, batch)


def token_distributions(model: PreTrainedModel, batch: Batch, temperature: float = 1.0) -> Tensor:
    """Returns the log-probabilities of the whole vocabulary where a completion token counts.

    They are [M, vocab], for the M tokens in the mask, row by row.
    """
    logits, _ = _outputs(model, batch)
    if logits.ndim == 3:
        logits = logits[batch.mask.bool()]
    return (logits / temperature).log_softmax(-1)


def token_values(critic: PreTrainedModel, batch: Batch) -> Tensor:
    """Returns a critic's value before each completion token, [B, T - first]; 0 outside the mask.

    Args:
        critic: A language model whose head has a single output.
        batch: What it reads.
    """
    outputs, _ = _outputs(critic, batch)
    return _place(outputs.squeeze(-1), batch)


def _outputs(model: PreTrainedModel, batch: Batch) -> tuple[Tensor, Tensor]:
    """Returns the head's outputs before each completion token, and those tokens.

    They are [M, outputs] and [M] for the embedded policy, and else padded, [B, T - first, ...].
    """
    if is_plain(model):
        return _packed_outputs(PlainLlama(model), batch), batch.packed.targets
    # Padding stands on the right, where causal attention cannot see it: no mask is needed.
    kept = batch.ids.shape[1] - batch.first
    outputs = forward(model, batch.ids[:, :-1], kept, use_cache=False).logits.float()
    return outputs, batch.ids[:, batch.first :]


def _place(values: Tensor, batch: Batch) -> Tensor:
    """Returns values, packed or padded, at the completion tokens: [B, T - first]."""
    if values.ndim == 1:
        return torch.zeros_like(batch.mask).masked_scatter(batch.mask.bool(), values)
    # What stands outside could overflow in a ratio, and infinity times a mask of 0 is NaN.
    return values.masked_fill(batch.mask == 0, 0.0)


def _packed_outputs(llama: PlainLlama, batch: Batch) -> Tensor:
    """Computes the head's outputs without padding but in the attention itself, [M, outputs]."""
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
    return llama.logits(hidden.index_select(0, packed.before))
