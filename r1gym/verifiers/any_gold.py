"""Several golds, any of which is right: a verifier is shown one after the other until one is met.

The one place that knows it. The reward sum asks so in batches (`r1gym.verifiers.execution`), and
every registered class is made to when it is called directly, so that no verifier reads more than
``problem.answer``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from r1gym.core.types import Completion, Problem, Score, Verdict

Made = TypeVar("Made", bound=Callable[..., Any])


def reads(verifier: object, field: str) -> bool:
    """Returns whether a verifier reads a field of problems; True if it does not say."""
    fields = getattr(verifier, "reads", None)
    return fields is None or field in fields


def with_gold(problem: Problem, number: int) -> Problem:
    """Returns the problem with one of its golds alone, or with none if it has none."""
    return replace(problem, answer=[*problem.golds, ""][number], other_answers=())


def is_met(score: Score | None) -> bool:
    """Returns whether a gold is met, so that the others need not be shown."""
    return score is not None and score.verdict is Verdict.CORRECT


def better(first: Score | None, second: Score) -> Score:
    """Returns the score that counts: a gold that is met, or else one that could not be graded."""
    if first is None or is_met(second):
        return second
    if first.value is None or second.value is None:
        return first if first.value is None else second
    return second if second.value > first.value else first


def seeing_every_gold(made: Made) -> Made:
    """Returns a class of verifiers whose ``score`` sees every gold of a problem; others as is."""
    alone = getattr(made, "score", None)
    if not isinstance(made, type) or alone is None:
        return made

    @functools.wraps(alone)
    def score(self: Any, problem: Problem, completion: Completion) -> Score:
        if not problem.other_answers or not reads(self, "answer"):
            return alone(self, problem, completion)  # type: ignore[no-any-return]
        found: Score | None = None
        for number in range(len(problem.golds)):
            found = better(found, alone(self, with_gold(problem, number), completion))
            if is_met(found):
                break
        assert found is not None  # there are other answers, so there is a gold
        return found

    made.score = score  # type: ignore[attr-defined]
    return made
