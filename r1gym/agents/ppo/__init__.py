"""Proximal policy optimisation with a critic (arXiv 1707.06347; DeepSeek-R1 report, A.3)."""

from r1gym.core.extras import needs

with needs("train", __name__):
    from r1gym.agents.ppo.config import PPOConfig
    from r1gym.agents.ppo.trainer import PPO

__all__ = ["PPO", "PPOConfig"]
