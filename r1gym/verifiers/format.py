"""The format reward (report section 2.2.2): the thinking and the answer within their tags."""

from __future__ import annotations

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.extract import ANSWER_CLOSE, ANSWER_OPEN, THINK_CLOSE, THINK_OPEN
from r1gym.verifiers.protocol import register_verifier

_ORDER = (THINK_OPEN, THINK_CLOSE, ANSWER_OPEN, ANSWER_CLOSE)


@register_verifier("format")
class Format:
    """Pays 1 for ``<think>...</think><answer>...</answer>`` and nothing around it but space.

    Each tag must stand exactly once and the answer must not be empty. The thinking may be: the
    report's rule asks for the tags and not for any content between them.
    """

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns 1 if the completion keeps the format."""
        fault = _find_fault(completion.text)
        if fault is None:
            return Score(1.0, Verdict.CORRECT)
        return Score(0.0, Verdict.TRUNCATED if completion.truncated else Verdict.WRONG, fault)


def _find_fault(text: str) -> str | None:
    rest = text
    between = []
    for tag in _ORDER:
        if text.count(tag) != 1:
            return f"{tag} stands {text.count(tag)} times, not once"
        before, found, rest = rest.partition(tag)
        if not found:
            return f"{tag} is out of order"
        between.append(before)
    before_think, _, before_answer, answer = between
    if before_think.strip() or before_answer.strip() or rest.strip():
        return "there is text outside the tags"
    return None if answer.strip() else "the answer is empty"
