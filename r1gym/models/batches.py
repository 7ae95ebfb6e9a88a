"""Prompts with completions in batches that waste little, padded and packed.

A batch is cut in one of two ways. Padded, from sequences sorted by length: on mixed lengths that
alone makes training several times faster. Packed, prompt by prompt: then a prompt is computed once
for all of its completions and padding not at all, and what counts is what is computed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

_MOST_PADDING = 4  # attention's padded columns, as a multiple of the tokens in a packed batch


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
        prompt: Which of the batch's different prompts each row has, counted from 0, [B].
        start: The tokens of each row's prompt, [B].
        is_empty: Whether nothing in it counts: it fills up a round of several processes.
    """

    rows: list[int]
    ids: Tensor
    first: int
    mask: Tensor
    cells: Tensor
    prompt: Tensor
    start: Tensor
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
            prompt=self.prompt,
            start=self.start,
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
        prompt: Which of the Q different prompts each row has, [B].
        start: The tokens of each row's prompt, [B].
    """

    ids: Tensor
    position: Tensor
    cells: Tensor
    slots: Tensor
    before: Tensor
    targets: Tensor
    prompt: Tensor
    start: Tensor

    @cached_property
    def prompt_slots(self) -> Tensor:
        """Which of the N stands in each place of the different prompts, padded, [Q, P]."""
        count = int(self.prompt.max()) + 1
        everywhere = torch.arange(len(self.prompt), device=self.prompt.device)
        # The last row of a prompt is its longest: one without a completion lacks its last token.
        leader = torch.zeros(count, dtype=torch.long, device=self.prompt.device).scatter_reduce(
            0, self.prompt, everywhere, "amax"
        )
        return self.slots[leader, : int(self.start.max())]

    @cached_property
    def own_slots(self) -> Tensor:
        """Which of the N stands in each place behind the prompts, padded, [B, C]."""
        row = self.cells // self.slots.shape[1]
        behind = int((self.position - self.start[row]).max()) + 1
        columns = self.start[:, None] + torch.arange(behind, device=self.start.device)
        return self.slots.gather(1, columns.clamp(max=self.slots.shape[1] - 1))

    @cached_property
    def back(self) -> Tensor:
        """Where each of the N stands in `prompt_slots` and, behind those, in `own_slots`, [N]."""
        row = self.cells // self.slots.shape[1]
        behind = self.position - self.start[row]
        in_prompt = self.prompt[row] * self.prompt_slots.shape[1] + self.position
        in_own = self.prompt_slots.numel() + row * self.own_slots.shape[1] + behind
        return torch.where(behind < 0, in_prompt, in_own)


def make_batches(
    prompts: Sequence[Sequence[int]],
    completions: Sequence[Sequence[int]],
    most_tokens: int,
    pad_id: int,
    device: torch.device,
    masks: Sequence[Sequence[bool]] | None = None,
    packs: bool = False,
) -> list[Batch]:
    """Cuts sequences into batches of at most `most_tokens` tokens.

    Args:
        prompts: Token ids of each prompt.
        completions: Token ids behind each prompt.
        most_tokens: The most tokens that a batch is computed with.
        pad_id: The padding.
        device: Where the batches are wanted.
        masks: For each completion token whether it counts; None if all do.
        packs: Whether they will be computed packed, so that padding and a prompt's repetitions do
            not count.
    """
    cut = _cut_packed if packs else _cut_padded
    return [
        _pad(rows, prompts, completions, masks, pad_id, device)
        for rows in cut(prompts, completions, most_tokens)
    ]


def _cut_padded(
    prompts: Sequence[Sequence[int]], completions: Sequence[Sequence[int]], most_tokens: int
) -> Iterator[list[int]]:
    lengths = [len(p) + len(c) for p, c in zip(prompts, completions, strict=True)]
    rows: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if rows and lengths[row] * (len(rows) + 1) > most_tokens:
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows


def _cut_packed(
    prompts: Sequence[Sequence[int]], completions: Sequence[Sequence[int]], most_tokens: int
) -> Iterator[list[int]]:
    groups: dict[tuple[int, ...], list[int]] = {}
    for row, prompt in enumerate(prompts):
        groups.setdefault(tuple(prompt), []).append(row)
    total = sum(map(len, groups)) + sum(map(len, completions))
    # Batches of one size: a small one at the end would cost a pass and save no memory.
    enough = total / math.ceil(max(1, total) / most_tokens)
    rows: list[int] = []
    tokens = width = 0
    for prompt, group in sorted(groups.items(), key=lambda item: len(item[0])):
        tokens += len(prompt)
        for row in sorted(group, key=lambda row: len(completions[row])):
            own = len(completions[row])
            width = max(width, len(prompt) + own)
            padded = width * (len(rows) + 1)
            if rows and (
                tokens + own > most_tokens
                or tokens + own / 2 > enough
                or padded > _MOST_PADDING * most_tokens
            ):
                yield rows
                rows, tokens, width = [], len(prompt), len(prompt) + own
            rows.append(row)
            tokens += own
    if rows:
        yield rows


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
    numbers = torch.tensor(prompt, device=device)
    number = torch.where(column < start, numbers[:, None], own)
    cells = torch.where(column < end - 1, number * width + column, 0)[:, :-1]
    return Batch(rows, ids, first, mask, cells, numbers, start.squeeze(1))
