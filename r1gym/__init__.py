"""DeepSeek-R1 as reinforcement learning: environments, rewards and agents for reasoning.

Importing r1gym registers the ``r1/*`` environments with Gymnasium, if need be once that is imported
as well. It costs little: the names below are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from r1gym.envs.registration import register_with_gymnasium

if TYPE_CHECKING:
    from r1gym.core.errors import R1GymError
    from r1gym.core.types import Completion, Problem, Score, Verdict
    from r1gym.envs.token_env import TokenEnv
    from r1gym.envs.vector_env import TokenVectorEnv
    from r1gym.problems.families import register_family
    from r1gym.verifiers import RewardSum, register_verifier

__version__ = "0.1.0"

__all__ = [
    "Completion",
    "Problem",
    "R1GymError",
    "RewardSum",
    "Score",
    "TokenEnv",
    "TokenVectorEnv",
    "Verdict",
    "__version__",
    "register_family",
    "register_verifier",
]

_HOMES = {
    "Completion": "r1gym.core.types",
    "Problem": "r1gym.core.types",
    "R1GymError": "r1gym.core.errors",
    "RewardSum": "r1gym.verifiers",
    "Score": "r1gym.core.types",
    "TokenEnv": "r1gym.envs.token_env",
    "TokenVectorEnv": "r1gym.envs.vector_env",
    "Verdict": "r1gym.core.types",
    "register_family": "r1gym.problems.families",
    "register_verifier": "r1gym.verifiers",
}

register_with_gymnasium()


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'r1gym' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
