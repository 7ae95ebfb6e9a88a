"""The response: a completion with the tag that its prompt had opened, made once for all components.

A prompt that ends with ``<think>`` has begun the response. What the policy wrote after it holds no
``<think>`` of its own, and cut off it would pass for a summary, draft answers and all. So the
reward sum writes the tag in front before any component reads, and none has to know of templates.

Left out: other words that a prompt may put into the policy's mouth; no component needs them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from r1gym.core.types import Completion

THINK_OPEN, THINK_CLOSE = "<think>", "</think>"
ANSWER_OPEN, ANSWER_CLOSE = "<answer>", "</answer>"

_TAG = re.compile("</?(?:think|answer)>")


def opening_of(template: str) -> str:
    r"""Returns the tag that a prompt template leaves open behind the question, or else nothing.

    Args:
        template: The template's text, with ``{question}`` in it.

    Example:
        >>> opening_of("User: {question} Assistant: <think>\n")
        '<think>'
        >>> opening_of("Think in <think> </think>. User: {question} Assistant:")
        ''
    """
    turn = template.rpartition("{question}")[2].rstrip()
    if turn.endswith(ANSWER_OPEN):
        return ANSWER_OPEN
    return THINK_OPEN if _TAG.findall(turn)[-1:] == [THINK_OPEN] else ""


def opening_of_prompt(prompt: str | Sequence[Mapping[str, Any]]) -> str:
    """Returns the tag that a prompt ends with, or else nothing.

    Tags further up may be the question's own words, so only the very end counts.

    Args:
        prompt: The prompt's text, or its messages; what a chat template adds to those is not seen.
    """
    text = prompt if isinstance(prompt, str) else (prompt[-1].get("content") if prompt else "")
    turn = text.rstrip() if isinstance(text, str) else ""
    return next((tag for tag in (THINK_OPEN, ANSWER_OPEN) if turn.endswith(tag)), "")


def with_opening(completion: Completion, opening: str) -> Completion:
    """Returns a completion with the prompt's opening in front; one that has its own is left alone.

    Args:
        completion: What the policy wrote, or that with an opening already.
        opening: What the prompt left open; empty for nothing.
    """
    if not opening or completion.opening:
        return completion
    return replace(completion, text=opening + completion.text, opening=opening)
