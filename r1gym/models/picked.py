"""Log-probs of given tokens without all logits in memory at once.

The logits of a large vocabulary are the largest tensor of a training step, and with their gradient
and what lies between there are several of it. Here they are made, used and forgotten a chunk of
tokens at a time, and made again for the gradient; exact, at the price of one more product with the
head. With a head that is not trained even that is spared: then the gradient of each log-prob is
known at once, but for a factor. Left out: heads that are more than one linear map.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

_CHUNK = 2**23  # logits in memory at once, 32 MB in float32


def picked_logprobs(
    hidden: Tensor, weight: Tensor, bias: Tensor | None, targets: Tensor, temperature: float
) -> Tensor:
    """Returns the log-prob of each target, [M].

    Args:
        hidden: What the head reads before each target, [M, width].
        weight: The head's, [vocab, width].
        bias: The head's, [vocab]; None without.
        targets: Tokens, [M].
        temperature: Divides the logits.
    """
    if len(hidden) * len(weight) <= _CHUNK:
        return pick(F.linear(hidden, weight, bias), targets, temperature)
    apply: Any = _Picked.apply
    result: Tensor = apply(hidden, weight, bias, targets, temperature, torch.is_grad_enabled())
    return result


def pick(logits: Tensor, targets: Tensor, temperature: float) -> Tensor:
    """Returns the log-probs of targets [...] given logits [..., vocab], at least in float32."""
    logits = _full(logits)
    if temperature != 1:
        logits = logits / temperature
    return logits.gather(-1, targets[..., None]).squeeze(-1) - logits.logsumexp(-1)


def _full(logits: Tensor) -> Tensor:
    return logits.to(torch.promote_types(logits.dtype, torch.float32))


class _Picked(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        hidden: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        targets: Tensor,
        temperature: float,
        learns: bool,
    ) -> Tensor:
        wants_hidden, *wants_head = ctx.needs_input_grad[:3]
        ctx.is_frozen = learns and wants_hidden and not any(wants_head)
        ctx.temperature = temperature
        found = []
        slopes = []  # of each log-prob with respect to its hidden state
        totals = []
        for rows, goals in _chunks(hidden, weight, targets):
            logits = _logits(rows, weight, bias, temperature)
            total = logits.logsumexp(-1, keepdim=True)
            found.append((logits.gather(-1, goals[:, None]) - total).squeeze(-1))
            totals.append(total)
            if ctx.is_frozen:
                # Whole before it is rounded: a likely token's slope is a small difference.
                error = logits.sub_(total).exp_().neg_()
                error.scatter_add_(1, goals[:, None], torch.ones_like(total))
                slopes.append(error.to(weight.dtype) @ weight / temperature)
        if ctx.is_frozen:
            ctx.save_for_backward(torch.cat(slopes))
        else:
            ctx.save_for_backward(hidden, weight, bias, targets, torch.cat(totals))
        return torch.cat(found)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        [grad] = grads
        if ctx.is_frozen:
            [slopes] = ctx.saved_tensors
            return slopes * grad[:, None].to(slopes.dtype), None, None, None, None, None
        hidden, weight, bias, targets, totals = ctx.saved_tensors
        wants_hidden, wants_weight, wants_bias = ctx.needs_input_grad[:3]
        for_hidden: list[Tensor] = []
        # Sums over chunks, so in float32.
        full = torch.promote_types(weight.dtype, torch.float32)
        for_weight = torch.zeros_like(weight, dtype=full) if wants_weight else None
        for_bias = torch.zeros_like(bias, dtype=full) if wants_bias else None
        start = 0
        for rows, goals in _chunks(hidden, weight, targets):
            chunk = slice(start, start + len(rows))
            start += len(rows)
            share = grad[chunk, None] / ctx.temperature
            error = _logits(rows, weight, bias, ctx.temperature).sub_(totals[chunk]).exp_()
            error.mul_(-share)
            error.scatter_add_(1, goals[:, None], share.to(error.dtype))
            error = error.to(weight.dtype)
            if wants_hidden:
                for_hidden.append(error @ weight)
            if for_weight is not None:
                for_weight += error.T @ rows
            if for_bias is not None:
                for_bias += error.sum(0)
        return torch.cat(for_hidden) if wants_hidden else None, for_weight, for_bias, *[None] * 3


def _chunks(hidden: Tensor, weight: Tensor, targets: Tensor) -> Any:
    size = max(1, _CHUNK // len(weight))
    starts = range(0, len(hidden), size)
    return ((hidden[start : start + size], targets[start : start + size]) for start in starts)


def _logits(rows: Tensor, weight: Tensor, bias: Tensor | None, temperature: float) -> Tensor:
    logits = _full(F.linear(rows, weight, bias))
    return logits if temperature == 1 else logits / temperature
