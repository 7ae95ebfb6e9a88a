"""Rewards that are right, fast and hard to hack, each with a verdict that explains it.

Components are imported when a reward names them (see `r1gym.verifiers.protocol`).
"""

from r1gym.verifiers.protocol import VERIFIERS, Verifier, register_verifier
from r1gym.verifiers.reward import ANY_DOMAIN, DEFAULT_REWARDS, RewardSpec, RewardSum

__all__ = [
    "ANY_DOMAIN",
    "DEFAULT_REWARDS",
    "VERIFIERS",
    "RewardSpec",
    "RewardSum",
    "Verifier",
    "register_verifier",
]
