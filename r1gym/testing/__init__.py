"""For authors of plugins and graders: what our own are held to.

check_verifier   the promises of a verifier (`r1gym.verifiers.protocol.Verifier`)
check_grader     attacks on any grader of answers; `check_code_grader`, `check_judge`
"""

from r1gym.testing.attacks import ATTACKS, JUDGING, PROGRAMS, Attack, thinking_attacks
from r1gym.testing.graders import Outcome, Report, check_code_grader, check_grader, check_judge
from r1gym.testing.verifiers import Case, check_verifier, odd_strings

__all__ = [
    "ATTACKS",
    "JUDGING",
    "PROGRAMS",
    "Attack",
    "Case",
    "Outcome",
    "Report",
    "check_code_grader",
    "check_grader",
    "check_judge",
    "check_verifier",
    "odd_strings",
    "thinking_attacks",
]
