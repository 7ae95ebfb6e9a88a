"""A function `(response, gold)` as a verifier that runs in worker processes."""

from __future__ import annotations

import inspect
from math import isfinite
from typing import Any, Self

from r1gym.core.checks import check_number
from r1gym.core.objects import load_object
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.any_gold import seeing_every_gold
from r1gym.verifiers.extract import gold_text
from r1gym.verifiers.response import opening_of, with_opening

_RIGHT_ABOVE = 0.5  # rewards of 1 and -1, of 1 and 0, and of 1 with 0.1 for the form


@seeing_every_gold
class FunctionGrader:
    """Grades with a function `(response, gold)`, or with a class that makes a verifier.

    What a function finds in ``response`` begins with the ``<think>`` that a prompt template opened,
    and ``gold`` is the answer that a gold states, should it be a whole solution.

    Args:
        place: Where it is, ``"module:name"``.
        deadline: Seconds that it may take.

    Raises:
        ConfigError: If there is nothing to call at that place.
    """

    memory_mb = 2048  # sympy's caches grow

    def __init__(self, *, place: str = "", deadline: float = 15.0) -> None:
        self.deadline = check_number("A grader's deadline", deadline, above=0)
        found: Any = load_object(place, "grader")
        self._verifier: Any = found() if inspect.isclass(found) else None
        self._function = found
        self._opening = ""
        self._place = place

    def for_template(self, template: str) -> Self:
        """Returns the grader for responses to prompts of a template."""
        fitted = type(self)(place=self._place, deadline=self.deadline)
        fitted._opening = opening_of(template)
        if hasattr(self._verifier, "for_template"):
            fitted._verifier = self._verifier.for_template(template)
        return fitted

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns what the grader says."""
        completion = with_opening(completion, self._opening)
        if self._verifier is not None:
            return read_result(self._verifier.score(problem, completion))
        return read_result(self._function(completion.text, gold_text(problem.answer)))


def read_result(result: object) -> Score:
    """Returns a grader's result as a score.

    Args:
        result: A Score; a truth value; a number, which is right above 0.5; or None for no opinion.
            Anything else is a failure of the grader.
    """
    if isinstance(result, Score):
        return result
    if result is None:
        return no_opinion("it returned None")
    try:
        value = float(result)  # type: ignore[arg-type]  # NumPy's and torch's numbers as well
    except (TypeError, ValueError):
        value = float("nan")
    if isinstance(result, str | bytes) or not isfinite(value):
        return Score(None, Verdict.VERIFIER_ERROR, f"the grader returned {result!r:.80}")
    return Score(value, Verdict.CORRECT if value > _RIGHT_ABOVE else Verdict.WRONG)


def no_opinion(why: str) -> Score:
    """Returns the score of a grader that does not judge such answers, which is no failure."""
    return Score(None, Verdict.VERIFIER_ERROR, f"no opinion: {why}", info={"opinion": False})
