"""The format reward (report section 2.2.2): the thinking and the answer within their tags.

Left out: what stands between the tags. The report's rule asks for the structure alone.
"""

from __future__ import annotations

import re
from typing import Self

from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.protocol import register_verifier
from r1gym.verifiers.response import (
    ANSWER_CLOSE,
    ANSWER_OPEN,
    THINK_CLOSE,
    THINK_OPEN,
)

_ORDER = (THINK_OPEN, THINK_CLOSE, ANSWER_OPEN, ANSWER_CLOSE)
_TAG = re.compile("|".join(_ORDER))


@register_verifier("format")
class Format:
    """Pays 1 for ``<think>...</think><answer>...</answer>`` and nothing around it but space.

    Each tag must stand exactly once and the answer must not be empty. The thinking may be: the
    report's rule asks for the tags and not for any content between them.

    Under a prompt that ends with ``<think>`` a completion starts inside the thinking, and must not
    open it again.
    """

    reads: frozenset[str] = frozenset()

    def for_template(self, template: str) -> Self:
        """Returns the same format reward, if it can be earned under a prompt.

        Args:
            template: The prompt with ``{question}`` in it. Only what follows the question can be
                the start of the assistant's turn; tags that are all closed, with words after
                them, are instructions.

        Raises:
            ConfigError: If no completion of this prompt could have the format.
        """
        turn = template.rpartition("{question}")[2].rstrip()
        if turn.endswith((THINK_CLOSE, ANSWER_OPEN)):
            raise ConfigError(
                f"The template ends with {_TAG.findall(turn)[-1]}, so no completion could earn the "
                f"format reward: end it before the tags or with {THINK_OPEN}, or take 'format' "
                "out of the rewards."
            )
        return self

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns 1 if the completion keeps the format."""
        fault = _find_fault(completion)
        if fault is None:
            return Score(1.0, Verdict.CORRECT)
        return Score(0.0, Verdict.TRUNCATED if completion.truncated else Verdict.WRONG, fault)


def _find_fault(completion: Completion) -> str | None:
    if completion.opening == THINK_OPEN and THINK_OPEN in completion.written:
        return f"{THINK_OPEN} comes again; the prompt has opened the thinking"
    text = rest = completion.text
    between = []
    for tag in _ORDER:
        if text.count(tag) != 1:
            return f"{tag} stands {text.count(tag)} times, not once"
        before, found, rest = rest.partition(tag)
        if not found:
            return f"{tag} is out of order"
        between.append(before)
    before_think, _, before_answer, answer = between
    if any(outside.strip() for outside in (before_think, before_answer, rest)):
        return "there is text outside the tags"
    return None if answer.strip() else "the answer is empty"
