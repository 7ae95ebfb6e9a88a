"""The nouns of r1gym, all frozen: Problem, Completion, Verdict, Score, Turn, Trajectory, Episode.

Left out on purpose: behaviour. Whoever makes, scores or trains on these lives in another room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from numbers import Real
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

    A value from elsewhere, such as a NumPy number or a tensor without dimensions, is stored as a
    Python float, and a verdict's name as the verdict: logs, workers and training see no others.

    Raises:
        TypeError: If the value is no number; a truth value is none.
        ValueError: If the value is not finite, the verdict is none, or they do not fit each other.
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
        if type(value) is not float and value is not None:
            value = _as_float(value)
        if type(verdict) is not Verdict:
            verdict = _as_verdict(verdict)
        if type(reason) is not str:
            reason = "" if reason is None else str(reason)
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


def _as_float(value: object) -> float:
    """Returns a number of any kind as a Python float."""
    number = value
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        number = value.item()  # NumPy's numbers, and arrays and tensors without dimensions
    if isinstance(number, Real) and not isinstance(number, bool):
        try:
            return float(number)
        except OverflowError:
            raise ValueError(f"a score's value must fit a float, got {number!r:.40}...") from None
    shown = " ".join(repr(value).split())
    raise TypeError(f"a score's value must be a number or None, got {shown:.80}")


def _as_verdict(verdict: object) -> Verdict:
    """Returns the verdict that a name stands for."""
    try:
        return Verdict(verdict)  # type: ignore[arg-type]
    except ValueError:
        names = ", ".join(Verdict)
        shown = " ".join(repr(verdict).split())
        raise ValueError(f"a score's verdict must be one of {names}, got {shown:.80}") from None


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side wrote at a stretch.

    Attributes:
        text: The text, without an end token.
        token_ids: The tokens, the end token included when there is one; empty if unknown.
        logprobs: Natural-log probabilities of ``token_ids`` under the policy that sampled them;
            None for what the environment wrote, and where they are unknown.
        truncated: True if the token limit cut it off.
    """

    text: str
    token_ids: tuple[int, ...] = ()
    logprobs: tuple[float, ...] | None = None
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Trajectory:
    """What was said about a problem, in one turn or in several.

    Attributes:
        problem: What was asked.
        turns: The policy's turn, the environment's answer to it, the policy's next, and so on; the
            policy has the last word.
        prompt_ids: The tokens of the prompt; empty if unknown.
        version: The number of the weights that sampled it.
        graded: The score of the last turn, if whoever decided that it is the last had to know it,
            so that nobody grades it again.
    """

    problem: Problem
    turns: tuple[Turn, ...]
    prompt_ids: tuple[int, ...] = ()
    version: int = 0
    graded: Score | None = field(default=None, compare=False)

    @classmethod
    def single(cls, problem: Problem, completion: Completion) -> Trajectory:
        """Returns a trajectory of one turn."""
        turn = Turn(
            completion.text, completion.token_ids, completion.logprobs, completion.truncated
        )
        return cls(problem, (turn,))

    @property
    def token_ids(self) -> tuple[int, ...]:
        """All tokens after the prompt."""
        if len(self.turns) == 1:
            return self.turns[0].token_ids
        return tuple(token for turn in self.turns for token in turn.token_ids)

    @property
    def mask(self) -> tuple[bool, ...]:
        """For each of ``token_ids`` whether the policy wrote it."""
        if len(self.turns) == 1:
            return (True,) * len(self.turns[0].token_ids)
        return tuple(
            number % 2 == 0 for number, turn in enumerate(self.turns) for _ in turn.token_ids
        )

    @property
    def logprobs(self) -> tuple[float, ...] | None:
        """Log-probs of ``token_ids``, 0 where the policy did not write; None if unknown."""
        if any(turn.logprobs is None for turn in self.turns[::2]):
            return None
        if len(self.turns) == 1:
            return self.turns[0].logprobs
        return tuple(
            value for turn in self.turns for value in turn.logprobs or (0.0,) * len(turn.token_ids)
        )

    @property
    def policy_tokens(self) -> int:
        """How many of ``token_ids`` the policy wrote."""
        return sum(len(turn.token_ids) for turn in self.turns[::2])

    @property
    def truncated(self) -> bool:
        """True if the token limit cut off the last turn."""
        return self.turns[-1].truncated

    @property
    def completion(self) -> Completion:
        """The last turn, as verifiers read it."""
        last = self.turns[-1]
        return Completion(last.text, last.token_ids, last.logprobs, last.truncated)


@dataclass(frozen=True, slots=True)
class Episode:
    """A finished rollout: what was said about a problem, and how it was scored."""

    trajectory: Trajectory
    score: Score

    @classmethod
    def single(cls, problem: Problem, completion: Completion, score: Score) -> Episode:
        """Returns an episode of one turn."""
        return cls(Trajectory.single(problem, completion), score)

    @property
    def problem(self) -> Problem:
        """What was asked."""
        return self.trajectory.problem

    @property
    def completion(self) -> Completion:
        """What was scored: the policy's last turn."""
        return self.trajectory.completion
