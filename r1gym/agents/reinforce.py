"""RLOO and REINFORCE (Ahmadian et al., arXiv 2402.14740): GRPO's trainer with other advantages.

    GRPO(policy, env, RLOOConfig())
    GRPO(policy, env, REINFORCEConfig())

Both take a whole completion for one action. What differs from the paper: the KL stands in the loss,
as in GRPO; with ``kl_in="reward"`` it stands in the reward, as there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from r1gym.agents.grpo.advantage import Advantage
from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.grpo.loss import Loss


@dataclass(frozen=True)
class RLOOConfig(GRPOConfig):
    """REINFORCE leave-one-out: a reward is compared with the others of its group."""

    prefix: ClassVar[str] = "rloo"

    advantage: Advantage = "rloo"
    loss: Loss = "reinforce"


@dataclass(frozen=True)
class REINFORCEConfig(GRPOConfig):
    """REINFORCE: a reward is compared with the mean of the step; `group_size` may be 1."""

    prefix: ClassVar[str] = "reinforce"

    advantage: Advantage = "reinforce"
    loss: Loss = "reinforce"
