r"""Finding the final answer in a completion, in one pass from the end.

The answer is the last ``\boxed{}`` after ``</think>``, else the last ``<answer>``; a box inside
``<answer>`` wins over the text around it. What stands only in the thinking does not count. Stated
answers without any mark ("the answer is 42") are left to the equivalence engine.
"""

from __future__ import annotations

THINK_OPEN, THINK_CLOSE = "<think>", "</think>"
ANSWER_OPEN, ANSWER_CLOSE = "<answer>", "</answer>"
_BOX = "\\boxed{"


def after_thinking(text: str) -> str:
    """Returns what follows the last ``</think>``; nothing if the thinking was never closed."""
    _, close, tail = text.rpartition(THINK_CLOSE)
    if close:
        return tail
    return "" if THINK_OPEN in text else text


def extract_answer(text: str) -> str | None:
    """Returns the final answer of a completion, stripped, or None if it states none."""
    summary = after_thinking(text)
    boxed = _last_box(summary)
    if boxed is not None:
        return boxed.strip() or None
    start = summary.rfind(ANSWER_OPEN, 0, max(summary.rfind(ANSWER_CLOSE), 0))
    if start < 0:
        return None
    start += len(ANSWER_OPEN)
    # The first close after it: one tag too many must not become part of the answer.
    return summary[start : summary.index(ANSWER_CLOSE, start)].strip() or None


def _last_box(text: str) -> str | None:
    r"""Returns the content of the last ``\boxed{...}`` whose braces balance."""
    end = len(text)
    while (start := text.rfind(_BOX, 0, end)) >= 0:
        content = _balanced(text, start + len(_BOX), end)
        if content is not None:
            return content
        end = start
    return None


def _balanced(text: str, start: int, end: int) -> str | None:
    """Returns the text from `start` to the brace that closes the one before it."""
    depth = 1
    for i in range(start, end):
        if text[i] == "}" and text[i - 1] != "\\":
            depth -= 1
            if depth == 0:
                return text[start:i]
        elif text[i] == "{" and text[i - 1] != "\\":
            depth += 1
    return None
