"""Log-probabilities of completions under a policy, in padded batches that waste little.

Batches are cut from completions sorted by length, so that padding costs little; on mixed lengths
that alone makes training several times faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedModel


@dataclass(frozen=True)
class Batch:
    """Prompts with completions, padded on the right, B rows of T tokens.

    Attributes:
        rows: Which of the given sequences each row is, [B].
        ids: Token ids, [B, T].
        first: The first column that holds a completion token in any row.
        mask: 1.0 where a column from `first` on holds a completion token, [B, T - first].
    """

    rows: list[int]
    ids: Tensor
    first: int
    mask: Tensor

    def align(self, values: Sequence[Sequence[float]]) -> Tensor:
        """Places one value a completion token, given by sequence, at the tokens: [B, T - first]."""
        aligned = torch.zeros(self.mask.shape)
        flat = [value for row in self.rows for value in values[row]]
        aligned[self.mask.bool().cpu()] = torch.tensor(flat, dtype=aligned.dtype)
        return aligned.to(self.mask.device)


def make_batches(
    prompts: Sequence[Sequence[int]],
    completions: Sequence[Sequence[int]],
    most_tokens: int,
    pad_id: int,
    device: torch.device,
) -> list[Batch]:
    """Cuts sequences, sorted by length, into batches of at most `most_tokens` padded tokens."""
    lengths = [len(p) + len(c) for p, c in zip(prompts, completions, strict=True)]
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    batches: list[Batch] = []
    rows: list[int] = []
    for row in order:
        if rows and lengths[row] * (len(rows) + 1) > most_tokens:
            batches.append(_pad(rows, prompts, completions, pad_id, device))
            rows = []
        rows.append(row)
    if rows:
        batches.append(_pad(rows, prompts, completions, pad_id, device))
    return batches


def _pad(
    rows: list[int],
    prompts: Sequence[Sequence[int]],
    completions: Sequence[Sequence[int]],
    pad_id: int,
    device: torch.device,
) -> Batch:
    sequences = [[*prompts[row], *completions[row]] for row in rows]
    width = max(map(len, sequences))
    ids = torch.tensor([s + [pad_id] * (width - len(s)) for s in sequences], device=device)
    start = torch.tensor([len(prompts[row]) for row in rows], device=device)[:, None]
    end = torch.tensor([len(s) for s in sequences], device=device)[:, None]
    first = min(len(prompts[row]) for row in rows)
    column = torch.arange(first, width, device=device)
    return Batch(rows, ids, first, ((column >= start) & (column < end)).float())


def token_logprobs(model: PreTrainedModel, batch: Batch, temperature: float = 1.0) -> Tensor:
    """Returns the log-probability of each completion token, [B, T - first].

    Columns outside ``batch.mask`` hold values without a meaning. Padding stands on the right, where
    causal attention cannot see it, so no attention mask is needed.
    """
    network: Any = model
    width = batch.ids.shape[1]
    logits = network(
        input_ids=batch.ids[:, :-1], use_cache=False, logits_to_keep=width - batch.first
    ).logits.float()
    if temperature != 1:
        logits = logits / temperature
    targets = batch.ids[:, batch.first :, None]
    picked: Tensor = logits.gather(2, targets).squeeze(2) - logits.logsumexp(2)
    return picked
