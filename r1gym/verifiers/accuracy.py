"""The accuracy reward (report section 2.2.2): is the final answer mathematically the gold answer?

So far it understands rational numbers, and a name such as ``x`` before the equals sign of the
answer. Any other text counts only if it is the gold answer to the letter.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.extract import extract_answer
from r1gym.verifiers.math import parse_number
from r1gym.verifiers.math.numbers import MOST_CHARACTERS
from r1gym.verifiers.protocol import register_verifier

_NAMED = re.compile(r"\$?\s*[A-Za-z]\s*=(?!=)\s*")


@register_verifier("accuracy")
class Accuracy:
    """Pays 1 for a right final answer and 0 otherwise."""

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns 1 if the completion's final answer equals the problem's gold answer."""
        answer = extract_answer(completion.text)
        if answer is None:
            if completion.truncated:
                return Score(0.0, Verdict.TRUNCATED, "the token limit came before a final answer")
            return Score(0.0, Verdict.UNPARSEABLE, "no final answer in \\boxed{} or <answer>")
        if not problem.answer.strip():
            return Score(None, Verdict.VERIFIER_ERROR, f"problem {problem.id} has no gold answer")
        if answers_match(answer, problem.answer):
            return Score(1.0, Verdict.CORRECT)
        return Score(0.0, Verdict.WRONG, f"{answer[:80]!r} is not the answer")


def answers_match(answer: str, gold: str) -> bool:
    """Returns whether two answers are the same number, or else the same text."""
    gold_value = _number(gold)
    if gold_value is None:
        return answer.strip() == gold.strip()
    # A longer answer is no number, and the cache must not hold on to it.
    return len(answer) <= MOST_CHARACTERS and _number(answer) == gold_value


def canonical_answer(answer: str) -> str:
    """Returns one text for all ways of writing the same number; other answers are stripped."""
    value = _number(answer)
    return answer.strip() if value is None else str(value)


@lru_cache(maxsize=4096)
def _number(text: str) -> Fraction | None:
    named = _NAMED.match(text)
    return parse_number(text[named.end() :] if named else text)
