"""The accuracy reward (report section 2.2.2): is the final answer mathematically the gold answer?

What counts as the final answer is in `extract.py`, what counts as equal in `math/`.
"""

from __future__ import annotations

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.math import answers_match, verify
from r1gym.verifiers.protocol import register_verifier


@register_verifier("accuracy")
class Accuracy:
    """Pays 1 for a right final answer and 0 otherwise."""

    reads = frozenset({"answer"})

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns 1 if the completion's final answer equals the problem's gold answer."""
        if not problem.answer.strip():
            return Score(None, Verdict.VERIFIER_ERROR, f"problem {problem.id} has no gold answer")
        score = verify(completion.text, problem.answer)
        if completion.truncated and score.verdict is Verdict.UNPARSEABLE:
            return Score(0.0, Verdict.TRUNCATED, "the token limit came before a final answer")
        return score

    def same_answer(self, problem: Problem, one: str, other: str) -> bool:
        """Returns whether each of two answers is right where the other is the gold answer."""
        return answers_match(one, other) and answers_match(other, one)
