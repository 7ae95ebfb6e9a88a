"""Rewards that are right, fast and hard to hack, each with a verdict that explains it."""

from r1gym.verifiers import accuracy as _accuracy  # noqa: F401  registers "accuracy"
from r1gym.verifiers import format as _format  # noqa: F401  registers "format"
from r1gym.verifiers.protocol import VERIFIERS, Verifier, register_verifier
from r1gym.verifiers.reward import RewardSum

__all__ = ["VERIFIERS", "RewardSum", "Verifier", "register_verifier"]
