"""The reward "exact": the answer to the letter, with an end token behind it.

For sets whose answers are texts without any other form, and for `r1/Digits-v0`. Left out: tags,
equality of numbers, partial credit; all behind the thinking, if any, is the answer.
"""

from __future__ import annotations

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.extract import after_thinking
from r1gym.verifiers.protocol import register_verifier


@register_verifier("exact")
class Exact:
    """Pays 1 for a gold answer and nothing else, spaces around it apart.

    Example:
        >>> problem = Problem("p", "Who wrote Emma?", "Jane Austen")
        >>> texts = ("Jane Austen", "<think>Emma?</think> Jane Austen", "Austen")
        >>> [Exact().score(problem, Completion(text)).value for text in texts]
        [1.0, 1.0, 0.0]
    """

    reads: frozenset[str] = frozenset({"answer"})

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns whether the answer is one of the gold ones."""
        if completion.truncated:
            return Score(0.0, Verdict.TRUNCATED, "it has no end token")
        text = after_thinking(completion.text).strip()
        if not text:
            return Score(0.0, Verdict.UNPARSEABLE, "there is no answer")
        golds = (problem.answer, *problem.other_answers)
        if text in (gold.strip() for gold in golds):
            return Score(1.0, Verdict.CORRECT)
        return Score(0.0, Verdict.WRONG, "it is not the answer to the letter")
