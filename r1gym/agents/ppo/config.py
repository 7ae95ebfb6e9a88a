"""The knobs of PPO."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from r1gym.agents.grpo.loss import KLPlace
from r1gym.agents.learner_config import LearnerConfig
from r1gym.core.checks import check_least, check_most
from r1gym.core.config import NEWER

_LEAST: dict[str, float] = {
    **dict.fromkeys(("clip_low", "clip_high", "value_clip", "kl_coef"), 0),
    **dict.fromkeys(("critic_learning_rate", "gamma", "gae_lambda"), 0),
    "refresh_reference_every": 1,
}


@dataclass(frozen=True)
class PPOConfig(LearnerConfig):
    """PPO with a critic (report appendix A.3); `group_size` may be 1, as no group is compared."""

    prefix: ClassVar[str] = "ppo"

    critic_learning_rate: float = 1e-5
    """Peak learning rate of the critic's AdamW."""
    gamma: float = 1.0
    """Discount of a reward for each token that it lies ahead."""
    gae_lambda: float = 1.0
    """Lambda of generalised advantage estimation: 1 trusts only the rewards, 0 only the critic. The
    report finds 1 better than the usual 0.95 on reasoning (A.3)."""
    clip_low: float = 0.2
    """Probability ratios are clipped below 1 minus this."""
    clip_high: float = 0.2
    """Probability ratios are clipped above 1 plus this."""
    value_clip: float = 0.2
    """A value that moves further than this from that of the rollout earns nothing by it."""
    kl_coef: float = 0.001
    """Weight of the KL. 0 does without a reference policy."""
    kl_in: KLPlace = field(default="reward", metadata=NEWER)
    """Where the KL stands: in each token's reward, as the report's PPO has it (A.3), or in the
    loss, as in GRPO."""
    refresh_reference_every: int = 400
    """Steps after which the reference policy becomes a copy of the policy."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_least(self, _LEAST, f"{self.prefix}.")
        check_most(self, {"gamma": 1, "gae_lambda": 1}, f"{self.prefix}.")
