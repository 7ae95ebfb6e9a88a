"""The nouns of r1gym, all frozen: Problem, Completion, Verdict, Score, Episode.

Left out on purpose: behaviour. Whoever makes, scores or trains on these lives in another room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from typing import Any


class Verdict(StrEnum):
    """What a verifier found, so that a broken grader never looks like a wrong answer.

    The first five describe the completion. The last three describe the grader: they carry no
    value, and the sample is masked out of training instead of being paid 0.
    """

    CORRECT = "correct"
    WRONG = "wrong"
    UNPARSEABLE = "unparseable"
    TRUNCATED = "truncated"
    TIMEOUT = "timeout"
    VERIFIER_ERROR = "verifier_error"
    INFRA_ERROR = "infra_error"
    JUDGE_FAILED = "judge_failed"

    @property
    def is_failure(self) -> bool:
        """True if the grader failed, so that nothing is known about the completion."""
        return self in _FAILURES


_FAILURES = (Verdict.VERIFIER_ERROR, Verdict.INFRA_ERROR, Verdict.JUDGE_FAILED)


@dataclass(frozen=True, slots=True)
class Problem:
    """One question with its gold answer.

    Attributes:
        id: A name that is unique within the problem set, for example ``"arithmetic/test/0/17"``.
        question: The text that the policy is shown, before any template.
        answer: The gold answer. It is read by verifiers only; environments never expose it.
        family: The name of the task family.
        level: Difficulty, 1 is the easiest; 0 if unknown.
        metadata: Anything else a verifier of the family needs.
        other_answers: More gold answers: a completion is right if it is by any of them.
    """

    id: str
    question: str
    answer: str
    family: str = ""
    level: int = 0
    metadata: Mapping[str, Any] = field(default_factory=dict, hash=False)
    other_answers: tuple[str, ...] = ()

    @property
    def golds(self) -> tuple[str, ...]:
        """All gold answers, any of which is right; none if the answer is empty."""
        return (self.answer, *self.other_answers) if self.answer else self.other_answers


@dataclass(frozen=True, slots=True)
class Completion:
    """What a policy wrote after the prompt.

    Attributes:
        text: The completion's text, without the prompt and without the end token. What components
            of a reward read begins with the prompt's `opening`.
        token_ids: The tokens as sampled, the end token included when there is one.
        logprobs: Natural-log probabilities of ``token_ids`` under the sampling policy.
        truncated: True if the token limit cut it off before the end token.
        opening: The tag at the start of `text` that the prompt had opened and the policy did not
            write; empty where there is none, and before the reward sum puts it there.
    """

    text: str
    token_ids: tuple[int, ...] = ()
    logprobs: tuple[float, ...] | None = None
    truncated: bool = False
    opening: str = ""

    @property
    def written(self) -> str:
        """What the policy wrote: the text without the opening."""
        return self.text[len(self.opening) :]


@dataclass(frozen=True, slots=True, init=False)
class Score:
    """A verifier's result: a value with the verdict that explains it.

    A reward sum is a verifier as well; its score has the components' scores in ``parts``.

    Attributes:
        value: The reward, or None if the grader failed (``verdict.is_failure``).
        verdict: What was found.
        reason: One line for a person who asks why.
        parts: Scores of the components, by name, unweighted; empty for a single component.
        info: What else was measured, such as times, for the info of an environment's last step.
            Two scores that differ in nothing else are equal.

    Raises:
        ValueError: If the value is not finite, or if it does not fit the verdict.
    """

    value: float | None
    verdict: Verdict
    reason: str
    parts: Mapping[str, Score] = field(hash=False)
    info: Mapping[str, Any] = field(compare=False)

    def __init__(  # a dataclass's own takes twice as long, and each verification makes one
        self,
        value: float | None,
        verdict: Verdict,
        reason: str = "",
        parts: Mapping[str, Score] | None = None,
        info: Mapping[str, Any] | None = None,
    ) -> None:
        if (verdict in _FAILURES) != (value is None):
            raise ValueError(
                f"a score has the value None exactly when the grader failed; "
                f"got value={value!r} with verdict {verdict.value!r}"
            )
        if value is not None and not isfinite(value):
            raise ValueError(f"a score's value must be finite, got {value!r}")
        assign = object.__setattr__
        assign(self, "value", value)
        assign(self, "verdict", verdict)
        assign(self, "reason", reason)
        assign(self, "parts", {} if parts is None else parts)
        assign(self, "info", {} if info is None else info)


@dataclass(frozen=True, slots=True)
class Episode:
    """A finished rollout: the problem, what the policy wrote, and how it was scored."""

    problem: Problem
    completion: Completion
    score: Score
