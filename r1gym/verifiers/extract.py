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

_LONGEST_UNCLOSED = 500  # characters of an <answer> that a stop string cuts off
_SOLUTION = re.compile(r"\\(?:boxed|fbox|framebox)\b|####|</answer>|\banswer\b|答", re.IGNORECASE)


def after_thinking(text: str) -> str:
    """Returns what follows the last ``</think>``; nothing if the thinking was never closed.

    Thinking that is opened again ends it.
    """
    close = text.rfind(THINK_CLOSE)
    if close >= 0:
        return text[close + len(THINK_CLOSE) :].partition(THINK_OPEN)[0]
    return "" if THINK_OPEN in text else text


def extract_answer(text: str, truncated: bool = False) -> str | None:
    """Returns the final answer of a completion, stripped, or None if it states none."""
    return find_answer(text, truncated)[0]


def find_answer(text: str, truncated: bool = False) -> tuple[str | None, bool]:
    """Returns the final answer of a completion, and whether a statement in words gave it.

    Args:
        text: The completion, with what the prompt opened.
        truncated: Whether the token limit cut it off. An ``<answer>`` that is still open then is
            none: the 4 in it may be the beginning of 42. Else a stop string took its closing tag.
    """
    summary = after_thinking(text)
    boxed = last_boxes(summary)
    if boxed is not None:
        return boxed.strip() or None, False
    opened = summary.rfind(ANSWER_OPEN)
    start = summary.rfind(ANSWER_OPEN, 0, max(summary.rfind(ANSWER_CLOSE), 0))
    if start < 0 <= opened and not truncated and len(summary) - opened < _LONGEST_UNCLOSED:
        start, summary = opened, summary + ANSWER_CLOSE
    if start < 0:
        return last_statement(summary), True
    start += len(ANSWER_OPEN)
    # The first close after it: one tag too many must not become part of the answer.
    answer = summary[start : summary.index(ANSWER_CLOSE, start)].strip()
    stated = last_statement(answer)
    return stated or answer or None, stated is not None


def gold_text(gold: str) -> str:
    r"""Returns the answer that a gold states, as data sets publish it.

    A whole solution (one that ends in ``$\boxed{42}$``, ``#### 42`` or "The answer is 42.") is read
    as a completion is read. A bare gold comes back as it is, stripped, and so does a solution that
    states no answer: whoever loads problems has to refuse that.
    """
    plain = gold.isascii() and not (
        "box" in gold or "#" in gold or "nswer" in gold or "NSWER" in gold
    )
    if plain or _SOLUTION.search(gold) is None:  # as most golds, which are asked for often
        return gold.strip()
    return extract_answer(gold) or gold.strip()
