"""For authors of plugins and graders: what our own are held to.

check_verifier   the promises of a verifier (`r1gym.verifiers.protocol.Verifier`)
check_engine     the promises of a rollout engine (`r1gym.rollout.engine.RolloutEngine`)
check_grader     attacks on any grader of answers; `check_code_grader`, `check_judge`
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from r1gym.testing.attacks import ATTACKS, JUDGING, PROGRAMS, Attack, thinking_attacks
from r1gym.testing.graders import Outcome, Report, check_code_grader, check_grader, check_judge
from r1gym.testing.verifiers import Case, check_verifier, odd_strings

if TYPE_CHECKING:
    from r1gym.testing.engines import check_engine

__all__ = [
    "ATTACKS",
    "JUDGING",
    "PROGRAMS",
    "Attack",
    "Case",
    "Outcome",
    "Report",
    "check_code_grader",
    "check_engine",
    "check_grader",
    "check_judge",
    "check_verifier",
    "odd_strings",
    "thinking_attacks",
]


def __getattr__(name: str) -> Any:
    if name != "check_engine":
        raise AttributeError(f"module 'r1gym.testing' has no attribute {name!r}")
    return import_module("r1gym.testing.engines").check_engine  # it needs torch, the others do not
