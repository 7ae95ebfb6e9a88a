"""PPO's arithmetic: tensors in, tensors out."""

from __future__ import annotations

import torch
from torch import Tensor


def gae(
    rewards: Tensor, values: Tensor, mask: Tensor, gamma: float = 1.0, gae_lambda: float = 1.0
) -> Tensor:
    """Returns generalised advantage estimates (Schulman et al., arXiv 1506.02438, equation 16).

    With delta_t = r_t + gamma V_{t+1} - V_t: A_t = delta_t + gamma lambda A_{t+1}. After its last
    token a completion is over, at the token limit too, as it is scored there.

    Args:
        rewards: The reward of each token, [B, T].
        values: The critic's value before each token, [B, T].
        mask: 1.0 at the tokens that the policy wrote, [B, T]. Others, such as those of a feedback,
            are passed over: the policy's next token follows its last.
        gamma: The discount.
        gae_lambda: The weight of what lies further ahead: 1 gives the rewards to come less V_t,
            0 the one-step delta_t.

    Returns:
        Advantages, [B, T]; 0 outside the mask. With the values added they are the critic's targets.
    """
    advantages = torch.zeros_like(values)
    following = next_value = torch.zeros_like(values[:, 0])  # A_{t+1} and V_{t+1}, [B]
    for t in reversed(range(values.shape[1])):
        delta = rewards[:, t] + gamma * next_value - values[:, t]
        written = mask[:, t] > 0
        following = torch.where(written, delta + gamma * gae_lambda * following, following)
        next_value = torch.where(written, values[:, t], next_value)
        advantages[:, t] = following * mask[:, t]
    return advantages


def whiten(advantages: Tensor) -> Tensor:
    """Returns the advantages of all tokens of a rollout, [M], with mean 0 and deviation 1."""
    return (advantages - advantages.mean()) / (advantages.std(correction=0) + 1e-8)


def value_loss(values: Tensor, old_values: Tensor, returns: Tensor, clip: float) -> Tensor:
    """Returns each token's loss of the critic, with its move clipped as the policy's is.

    ``max((V - R)^2, (clip(V, V_old - clip, V_old + clip) - R)^2) / 2``, as in OpenAI's baselines
    and in TRL.

    Args:
        values: Values by the critic that is trained, [B, T].
        old_values: Values at the time of the rollout, [B, T].
        returns: Targets, [B, T].
        clip: How far a value may move at a profit.
    """
    clipped = old_values + (values - old_values).clamp(-clip, clip)
    return torch.maximum((values - returns).square(), (clipped - returns).square()) / 2


def explained_variance(values: Tensor, returns: Tensor) -> float:
    """Returns 1 - Var(returns - values) / Var(returns): 1 is a perfect critic, 0 a constant one."""
    variance = float(returns.var(correction=0))
    return 1 - float((returns - values).var(correction=0)) / variance if variance else 0.0
