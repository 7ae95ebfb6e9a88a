"""The rating of an evaluation on contests, see `r1gym.evaluation.codeforces_runs`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from r1gym.core.types import Problem
from r1gym.evaluation.codeforces_runs import Samples, perform
from r1gym.evaluation.rows import Question
from r1gym.problems.code.contests import CONTEST, INDEX
from r1gym.problems.problem_set import ProblemSet


def rating_of_rows(
    asked: ProblemSet, problems: Sequence[Problem], questions: Sequence[Question]
) -> dict[str, Any] | None:
    """Returns what samples earn in the contests of their problems; None if those are in none.

    Args:
        asked: The problem set, which knows the contests.
        problems: What was asked.
        questions: What became of each, in the same order.

    Returns:
        JSON values: the ``rating`` with ``low`` and ``high``, the interval over contests; the
        ``share`` of competitors beaten; and ``orders``, how far the order of submissions moves it.
    """
    contests = getattr(asked, "contests", ())
    if not contests:
        return None
    samples: dict[str, dict[str, list[bool]]] = {}
    for problem, question in zip(problems, questions, strict=True):
        of_contest = samples.setdefault(str(problem.metadata[CONTEST]), {})
        right = [one.right for one in question.graded]
        of_contest[str(problem.metadata[INDEX])] = right
    played: dict[str, Samples] = dict(samples)
    there = [contest for contest in contests if contest.id in played]
    found = perform(there, played)
    return {
        "rating": found.rating.rating,
        "low": found.rating.low,
        "high": found.rating.high,
        "share": found.rating.share,
        "orders": list(found.orders),
        "contests": len(there),
    }
