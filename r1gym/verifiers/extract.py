r"""Finding the final answer in a completion, from its end.

The answer is the last ``\boxed{}`` after ``</think>``, else the last ``<answer>``, else a stated
final answer ("the answer is 42", "#### 42"). Inside ``<answer>`` a box, or else a statement, wins
over the text around it. What stands only in the thinking does not count, nor does a text without
any mark: the policy must say which part of it is the answer.
"""

from __future__ import annotations

import re

from r1gym.verifiers.boxes import last_boxes
from r1gym.verifiers.response import ANSWER_CLOSE, ANSWER_OPEN, THINK_CLOSE, THINK_OPEN
from r1gym.verifiers.statements import last_statement

NO_ANSWER = "no final answer: no \\boxed{}, no <answer>, no statement"  # for a person who asks why

_SOLUTION_MARKS = ("box", "#", "nswer", "NSWER")
_SOLUTION = re.compile(r"\\(?:boxed|fbox|framebox)\b|####|</answer>|\banswer\b|答", re.IGNORECASE)


def after_thinking(text: str) -> str:
    """Returns what follows the last ``</think>``; nothing if the thinking was never closed.

    Thinking that is opened again ends it.
    """
    close = text.rfind(THINK_CLOSE)
    if close >= 0:
        return text[close + len(THINK_CLOSE) :].partition(THINK_OPEN)[0]
    return "" if THINK_OPEN in text else text


def extract_answer(text: str) -> str | None:
    """Returns the final answer of a completion, stripped, or None if it states none."""
    summary = after_thinking(text)
    boxed = last_boxes(summary)
    if boxed is not None:
        return boxed.strip() or None
    start = summary.rfind(ANSWER_OPEN, 0, max(summary.rfind(ANSWER_CLOSE), 0))
    if start < 0:
        return last_statement(summary)
    start += len(ANSWER_OPEN)
    # The first close after it: one tag too many must not become part of the answer.
    answer = summary[start : summary.index(ANSWER_CLOSE, start)].strip()
    return last_statement(answer) or answer or None


def gold_text(gold: str) -> str:
    r"""Returns the answer that a gold states, as data sets publish it.

    A whole solution (one that ends in ``$\boxed{42}$``, ``#### 42`` or "The answer is 42.") is read
    as a completion is read. A bare gold comes back as it is, stripped, and so does a solution that
    states no answer: whoever loads problems has to refuse that.
    """
    plain = gold.isascii() and not any(mark in gold for mark in _SOLUTION_MARKS)
    if plain or _SOLUTION.search(gold) is None:  # as most golds, which are asked for often
        return gold.strip()
    return extract_answer(gold) or gold.strip()
