"""The GRPO loss and its relatives: tensors in, tensors out.

A loss is a sum over tokens of weight x (surrogate + kl_coef x KL). `token_weights` says how tokens
are averaged, `surrogate` what each one contributes. The weights are made for a whole mini-batch,
so that micro-batches of any size add up to the same gradient.

    loss      ratio            averaged over                source
    grpo      token, clipped   tokens, then completions     DeepSeek-R1 2.2.1, arXiv 2402.03300
    dr_grpo   token, clipped   completions x max_tokens     arXiv 2503.20783
    dapo      token, clipped   all tokens of the batch      arXiv 2503.14476
    gspo      sequence, clipped  tokens, then completions   arXiv 2507.18071
    cispo     token, as weight   all tokens of the batch    arXiv 2506.13585
    reinforce whole completion, clipped   completions       arXiv 2402.14740

While the policy is the one that sampled, reinforce has the gradient of REINFORCE, in which a whole
completion is one action: A times the gradient of its log-probability. Its KL is averaged as GRPO's.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

Loss = Literal["grpo", "dr_grpo", "dapo", "gspo", "cispo", "reinforce"]
KL = Literal["k1", "k2", "k3"]
KLPlace = Literal["loss", "reward"]


def token_weights(lengths: Tensor, loss: Loss, max_tokens: int) -> Tensor:
    """Returns the weight of every token of each completion in the mini-batch's loss.

    Args:
        lengths: Completion tokens that count, [N]; 0 leaves a completion out.
        loss: The name of the loss.
        max_tokens: The token limit, by which Dr. GRPO divides.

    Returns:
        Weights, [N]: a token of completion i counts with weight i.
    """
    count = len(lengths)
    if loss in ("grpo", "gspo", "reinforce"):
        return 1.0 / (lengths.clamp(min=1) * count)
    if loss == "dr_grpo":
        return torch.full_like(lengths, 1.0 / max(1, count * max_tokens), dtype=torch.float32)
    return torch.ones_like(lengths, dtype=torch.float32) / lengths.sum().clamp(min=1)


def surrogate(
    logprobs: Tensor,
    old_logprobs: Tensor,
    advantages: Tensor,
    mask: Tensor,
    loss: Loss = "grpo",
    clip_low: float = 0.2,
    clip_high: float = 0.2,
) -> Tensor:
    """Returns each token's policy loss.

    Args:
        logprobs: Log-probs under the policy that is trained, [B, T].
        old_logprobs: Log-probs under the policy that sampled, [B, T].
        advantages: One advantage a completion, [B], or one a token, [B, T].
        mask: 1.0 at completion tokens, [B, T].
        loss: The name of the loss.
        clip_low: Ratios are clipped below 1 - clip_low (not by CISPO).
        clip_high: Ratios are clipped above 1 + clip_high.

    Returns:
        Losses, [B, T]: ``-min(ratio A, clip(ratio, 1 - clip_low, 1 + clip_high) A)``, or for CISPO
        ``-min(ratio, 1 + clip_high) A log p`` with no gradient through the ratio.
    """
    ratio = _ratio(logprobs, old_logprobs, mask, loss)  # [B, T]
    advantage = advantages.view(len(mask), -1)  # [B, 1] or [B, T]
    if loss == "cispo":
        return -ratio.detach().clamp(max=1 + clip_high) * advantage * logprobs
    clipped = ratio.clamp(1 - clip_low, 1 + clip_high)
    return -torch.minimum(ratio * advantage, clipped * advantage)


def importance_weights(logprobs: Tensor, engine_logprobs: Tensor, cap: float) -> Tensor:
    """Returns what tokens weigh that an engine sampled: ``min(p / q, cap)``.

    An engine that computes with other kernels, in another type or with older weights samples from
    another distribution than the trainer's; the weights take the difference back. It is truncated
    importance sampling (F. Yao et al., "Your Efficient RL Framework Secretly Brings You Off-Policy
    RL Training", 2025).

    Args:
        logprobs: Log-probs p under the trainer's policy as it was when the rollout began, [...].
        engine_logprobs: Log-probs q that the engine sampled with, [...].
        cap: The largest weight, which bounds the variance.
    """
    return (logprobs - engine_logprobs).exp().clamp(max=cap)


def kl_penalty(logprobs: Tensor, ref_logprobs: Tensor, kl: KL = "k3") -> Tensor:
    """Estimates KL(policy || reference) at each token, from samples of the policy.

    With d = log ref - log policy: k1 = -d, k2 = d^2 / 2, k3 = exp(d) - d - 1, which is unbiased and
    never negative (J. Schulman, "Approximating KL Divergence", 2020; the report uses k3).

    Args:
        logprobs: Log-probs under the policy, [B, T].
        ref_logprobs: Log-probs under the reference policy, [B, T].
        kl: The estimator.
    """
    difference = ref_logprobs - logprobs
    if kl == "k1":
        return -difference
    if kl == "k2":
        return difference.square() / 2
    return difference.exp() - difference - 1


def count_clipped(
    logprobs: Tensor,
    old_logprobs: Tensor,
    advantages: Tensor,
    mask: Tensor,
    loss: Loss = "grpo",
    clip_low: float = 0.2,
    clip_high: float = 0.2,
) -> Tensor:
    """Returns the number of tokens whose gradient the clipping changes, a scalar.

    The arguments are those of `surrogate`.
    """
    ratio = _ratio(logprobs, old_logprobs, mask, loss)
    advantage = advantages.view(len(mask), -1)
    too_high, too_low = ratio > 1 + clip_high, ratio < 1 - clip_low
    if loss == "cispo":  # whatever the advantage's sign, and no lower bound
        return ((too_high & (advantage != 0)) * mask).sum()
    return ((too_low & (advantage < 0) | too_high & (advantage > 0)) * mask).sum()


def _ratio(logprobs: Tensor, old_logprobs: Tensor, mask: Tensor, loss: Loss) -> Tensor:
    """Returns how much likelier the policy has made each token, or its completion."""
    log_ratio = logprobs - old_logprobs
    if loss in ("gspo", "reinforce"):
        whole = (log_ratio * mask).sum(1, keepdim=True)
        if loss == "gspo":  # the geometric mean of the tokens' ratios
            whole = whole / mask.sum(1, keepdim=True).clamp(min=1)
        log_ratio = whole.expand_as(logprobs)
    return log_ratio.exp()
