"""Feedback on wrong answers, and the bridge for a function of one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from r1gym.core.types import Problem, Score, Trajectory, Verdict
from r1gym.envs.templates import as_turn

Respond = Callable[[Problem, str, Score], str | None]
_FAULTS = {
    Verdict.WRONG: "The answer is wrong.",
    Verdict.UNPARSEABLE: "There is no answer.",
    Verdict.TRUNCATED: "There is no answer within the limit.",
    Verdict.TIMEOUT: "The answer takes too long.",
}


@dataclass(frozen=True)
class TryAgain:
    """Says what was wrong with an answer, and ends after a right one.

    Attributes:
        turns: The most turns.
        feedback_tokens: The most tokens of a feedback.
        discount: What the reward is multiplied by for each turn after the first.
    """

    turns: int = 3
    feedback_tokens: int = 64
    discount: float = 1.0

    def respond(self, so_far: Trajectory, score: Score) -> str | None:
        """Returns the feedback to an answer; None if it was right."""
        return try_again(so_far.problem, so_far.completion.text, score)


@dataclass(frozen=True)
class Responding:
    """An interaction of a function of the problem, the completion's text and its score.

    Attributes:
        function: Returns what follows, or None.
        turns: The most turns.
        feedback_tokens: The most tokens of what follows.
        discount: What the reward is multiplied by for each turn after the first.
    """

    function: Respond
    turns: int = 3
    feedback_tokens: int = 64
    discount: float = 1.0

    def respond(self, so_far: Trajectory, score: Score) -> str | None:
        """Returns what the function does."""
        return self.function(so_far.problem, so_far.completion.text, score)


def try_again(problem: Problem, completion: str, score: Score) -> str | None:
    """Returns what was wrong with an answer, by its verdict; None if it was right.

    It says nothing else, so the gold answer cannot leak. It has the form of a turn of the built-in
    templates. None as well if a grader failed: nothing is known that could be said.
    """
    fault = _FAULTS.get(score.verdict)
    return None if fault is None else as_turn(f"{fault} Try again.")
