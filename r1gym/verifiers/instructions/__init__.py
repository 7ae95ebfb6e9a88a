"""The instruction reward: does a response follow what can be checked by rule (IF-Eval).

    kinds      one function an instruction, by published ids        texts      what they count
    check      instructions as data, strict and loose, two levels   languages  which language it is

What is judged is what follows the thinking, and of that what the last ``<answer>`` holds if there
is one: a draft in the thinking must not earn, and tags must not cost. Left out: instructions that
take a judge, and how the published tool cuts words and sentences; where a rule leaves it open, the
documentation says how it is read here.
"""

from __future__ import annotations

from r1gym.core.checks import check_flag, check_one_of
from r1gym.core.errors import R1GymError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.extract import after_thinking
from r1gym.verifiers.instructions.check import (
    Instruction,
    Levels,
    levels,
    loose_versions,
    read_instructions,
)
from r1gym.verifiers.instructions.kinds import KINDS
from r1gym.verifiers.protocol import register_verifier
from r1gym.verifiers.response import ANSWER_CLOSE, ANSWER_OPEN

__all__ = [
    "KINDS",
    "Instruction",
    "Instructions",
    "Levels",
    "levels",
    "loose_versions",
    "read_instructions",
    "response_of",
]

IDS, ARGUMENTS = "instruction_id_list", "kwargs"


@register_verifier("instructions")
class Instructions:
    """Pays for following the instructions in ``instruction_id_list`` and ``kwargs`` of a problem.

    Args:
        loose: Whether one of eight versions of the response need follow an instruction, see
            `loose_versions`.
        level: ``"prompt"`` pays 1 if all instructions are followed and else 0; ``"instruction"``
            pays the share that is.

    Raises:
        ConfigError: If a value is not allowed.
    """

    reads = frozenset({IDS, ARGUMENTS})

    def __init__(self, *, loose: bool = False, level: str = "prompt") -> None:
        self.loose = check_flag("The instructions' loose", loose)
        self.level = check_one_of("The instructions' level", level, ("prompt", "instruction"))

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns what following the instructions earns, from 0 to 1."""
        try:
            asked = read_instructions(problem.metadata.get(IDS), problem.metadata.get(ARGUMENTS))
        except R1GymError as error:
            return Score(None, Verdict.VERIFIER_ERROR, f"problem {problem.id}: {error}")
        response = response_of(completion.text)
        if not response.strip():
            verdict = Verdict.TRUNCATED if completion.truncated else Verdict.UNPARSEABLE
            return Score(0.0, verdict, "there is no response after the thinking")
        missed = [one.id for one in asked if not one.follows(response, self.loose)]
        if not missed:
            return Score(1.0, Verdict.CORRECT)
        share = 1 - len(missed) / len(asked) if self.level == "instruction" else 0.0
        verdict = Verdict.TRUNCATED if completion.truncated else Verdict.WRONG
        return Score(share, verdict, f"not followed: {', '.join(missed)}")


def response_of(text: str) -> str:
    """Returns the part of a completion that instructions are about."""
    _, opened, answer = after_thinking(text).rpartition(ANSWER_OPEN)
    return answer.partition(ANSWER_CLOSE)[0] if opened else answer
