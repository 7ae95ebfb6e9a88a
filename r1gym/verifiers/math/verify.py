"""What others call: from a response and a gold answer to a score.

This file is not compiled as the others of this folder are: compiled functions lose their
documentation.
"""

from __future__ import annotations

from r1gym.core.types import Score, Verdict
from r1gym.verifiers.extract import NO_ANSWER, find_answer, gold_text
from r1gym.verifiers.math.match import match

_CORRECT = Score(1.0, Verdict.CORRECT)
_NO_ANSWER = Score(0.0, Verdict.UNPARSEABLE, NO_ANSWER)


def verify(response: str, gold: str, truncated: bool = False) -> Score:
    r"""Scores a whole response, with thinking and answer, against a gold answer.

    Args:
        response: What the model wrote. The answer is its last ``\boxed{}`` after the thinking,
            else its last ``<answer>``, else a statement such as "the answer is 42".
        gold: The gold answer, LaTeX or plain text, or a whole solution that states it, see
            `extract.gold_text`. An empty one matches nothing.
        truncated: Whether the token limit cut the response off, perhaps within its answer.

    Returns:
        1 with verdict ``correct``, or 0 with ``wrong``, or with ``unparseable`` if the response
        states no final answer.

    Example:
        >>> verify(r"<think>half</think> So \boxed{\frac{1}{2}}.", "0.5").value
        1.0
    """
    answer, stated = find_answer(response, truncated)
    if answer is None:
        return _NO_ANSWER
    if match(answer, gold_text(gold), stated):
        return _CORRECT
    return Score(0.0, Verdict.WRONG, f"{answer[:80]!r} is not the answer")


def answers_match(answer: str, gold: str) -> bool:
    r"""Returns whether an answer is mathematically the gold answer.

    Args:
        answer: The final answer, as extracted.
        gold: The gold answer; an empty one matches nothing.
    """
    return match(answer, gold)
