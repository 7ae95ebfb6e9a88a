"""Group relative policy optimisation (DeepSeek-R1 report, section 2.2.1)."""

from r1gym.core.extras import needs

with needs("train", __name__):
    from r1gym.agents.grpo.config import GRPOConfig
    from r1gym.agents.grpo.trainer import GRPO

__all__ = ["GRPO", "GRPOConfig"]
