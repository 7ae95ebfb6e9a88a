"""The knobs of GRPO. Defaults that differ from the report's values say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from r1gym.agents.grpo.loss import KL, Loss
from r1gym.core.checks import check_least
from r1gym.core.errors import ConfigError, UnknownNameError

Overlong = Literal["keep", "mask", "soft"]

_LEAST: dict[str, float] = {
    **dict.fromkeys(("steps", "questions", "inner_epochs", "minibatches", "max_tokens"), 1),
    **dict.fromkeys(("refresh_reference_every", "microbatch_tokens", "rollout_rows"), 1),
    **dict.fromkeys(("learning_rate", "weight_decay", "clip_low", "clip_high", "kl_coef"), 0),
    **dict.fromkeys(("warmup_steps", "max_failed_share"), 0),
    "max_grad_norm": 1e-12,
}


@dataclass(frozen=True)
class GRPOConfig:
    """GRPO (report section 2.2.1)."""

    steps: int = 200
    """Rollout and training steps."""
    questions: int = 32
    """Questions in a step; the report trains R1-Zero with 32."""
    group_size: int = 16
    """Completions a question; the report's G."""
    learning_rate: float = 3e-6
    """Peak learning rate of AdamW; the report trains its 671B policy with 3e-6."""
    warmup_steps: int = 10
    """Steps over which the learning rate rises linearly from 0."""
    weight_decay: float = 0.0
    """Decoupled weight decay."""
    max_grad_norm: float = 1.0
    """Gradients are scaled down to this norm."""
    loss: Loss = "grpo"
    """grpo (the report), dr_grpo, dapo, gspo or cispo; see `r1gym.agents.grpo.loss`."""
    clip_low: float = 0.2
    """Probability ratios are clipped below 1 minus this; the report's R1-Zero clips at 10."""
    clip_high: float = 0.2
    """Probability ratios are clipped above 1 plus this; DAPO and CISPO set it higher."""
    kl: KL = "k3"
    """Estimator of the KL to the reference policy; the report's is k3."""
    kl_coef: float = 0.001
    """Weight of the KL; the report's beta. 0 does without a reference policy."""
    refresh_reference_every: int = 400
    """Steps after which the reference policy becomes a copy of the policy."""
    inner_epochs: int = 1
    """Passes over each rollout."""
    minibatches: int = 1
    """Optimiser steps in a pass; the report splits 8,192 outputs into 16."""
    temperature: float = 1.0
    """Sampling temperature of the rollouts."""
    max_tokens: int = 64
    """The most tokens in a completion."""
    refill: bool = False
    """Sample more questions in place of groups whose rewards are all equal (DAPO, 3.2)."""
    overlong: Overlong = "keep"
    """Truncated completions: keep their reward, mask them out (DAPO's overlong filtering), or soft:
    also take up to 1 off the reward of completions within an eighth of the limit (DAPO, 3.4)."""
    max_failed_share: float = 0.1
    """Training stops when a larger share of a step's completions could not be graded."""
    microbatch_tokens: int = 2048
    """The most padded tokens in one forward and backward pass."""
    rollout_rows: int = 512
    """The most completions that are sampled side by side: what the cache's memory allows."""

    def __post_init__(self) -> None:
        check_least(self, _LEAST, "grpo.")
        for name, kind in (("loss", Loss), ("kl", KL), ("overlong", Overlong)):
            if getattr(self, name) not in get_args(kind):
                raise UnknownNameError(f"grpo.{name}", getattr(self, name), get_args(kind))
        if self.group_size < 2:
            raise ConfigError("grpo.group_size must be at least 2: advantages compare a group.")
        if self.temperature <= 0:
            raise ConfigError(f"grpo.temperature must be above 0, not {self.temperature}.")
        if self.questions * self.group_size % self.minibatches:
            raise ConfigError(
                f"grpo.minibatches ({self.minibatches}) must divide questions x group_size "
                f"({self.questions * self.group_size})."
            )
