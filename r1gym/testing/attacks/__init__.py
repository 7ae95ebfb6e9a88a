"""Attacks on graders, as data: `ATTACKS` on answers, `PROGRAMS` on programs, `JUDGING` on judges.

    code_in_answer   answers that are programs
    size             hangs, bombs of numbers, huge inputs
    candidates       several candidates, near misses, nothing
    forgery          persuasion, echoes, forged tags, answers in the thinking, look-alikes
    programs         forged programs, vacuous tests
    judging          flattery, empty openings

Left out: what a grader cannot know, such as guessing. `r1gym.testing.check_grader` runs them.
"""

from r1gym.testing.attacks.attack import CANARY, Attack
from r1gym.testing.attacks.candidates import CANDIDATES
from r1gym.testing.attacks.code_in_answer import CODE
from r1gym.testing.attacks.forgery import FORGERY, OPENED, thinking_attacks
from r1gym.testing.attacks.judging import JUDGING
from r1gym.testing.attacks.programs import PROGRAMS
from r1gym.testing.attacks.size import SIZE

ATTACKS: tuple[Attack, ...] = (*CODE, *SIZE, *CANDIDATES, *FORGERY, *OPENED)

__all__ = ["ATTACKS", "CANARY", "JUDGING", "PROGRAMS", "Attack", "thinking_attacks"]
