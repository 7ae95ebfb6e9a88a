"""For authors of plugins and graders: what our own are held to.

check_verifier   the promises of a verifier (`r1gym.verifiers.protocol.Verifier`)
check_family     the promises of a task family (`r1gym.problems.families`)
check_agent      the promises of an agent (`r1gym.agents.protocol`)
check_engine     the promises of a rollout engine (`r1gym.rollout.engine.RolloutEngine`)
check_grader     attacks on any grader of answers; `check_code_grader`, `check_judge`
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from r1gym.testing.attacks import ATTACKS, JUDGING, PROGRAMS, Attack, thinking_attacks
from r1gym.testing.families import check_family
from r1gym.testing.graders import Outcome, Report, check_code_grader, check_grader, check_judge
from r1gym.testing.verifiers import Case, check_verifier, odd_strings

if TYPE_CHECKING:
    from r1gym.testing.agents import check_agent
    from r1gym.testing.engines import check_engine

__all__ = [
    "ATTACKS",
    "JUDGING",
    "PROGRAMS",
    "Attack",
    "Case",
    "Outcome",
    "Report",
    "check_agent",
    "check_code_grader",
    "check_engine",
    "check_family",
    "check_grader",
    "check_judge",
    "check_verifier",
    "odd_strings",
    "thinking_attacks",
]


def __getattr__(name: str) -> Any:
    # They need torch, the others do not.
    if name == "check_agent":
        return import_module("r1gym.testing.agents").check_agent
    if name == "check_engine":
        return import_module("r1gym.testing.engines").check_engine
    raise AttributeError(f"module 'r1gym.testing' has no attribute {name!r}")
