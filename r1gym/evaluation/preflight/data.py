"""Is anything trained on that is evaluated on?"""

from __future__ import annotations

from r1gym.evaluation.preflight.check import Check, Status
from r1gym.problems.problem_set import ProblemSet

_DRAWN = 2_000  # of a set without an end


def check_shared(train: ProblemSet, test: ProblemSet) -> Check:
    """Warns of questions that are trained on and evaluated on; two files with any are refused."""
    if shared := shared_questions(train, test):
        detail = (
            f"at least {len(shared)} are trained on and evaluated on, {shared[0][:60]!r} for one: "
            "the evaluation will flatter; take them out of one of the two"
        )
        return Check("shared questions", Status.WARNING, detail)
    return Check("shared questions", Status.OK, "none is trained on and evaluated on")


def shared_questions(train: ProblemSet, test: ProblemSet) -> list[str]:
    """Returns the questions that stand in both sets, but for blanks, in the order of the alphabet.

    Rows at hand are all read; of problems drawn when asked for the first thousands are compared,
    and nothing where both sets are such: their splits are disjoint.
    """
    if not train.stored() and not test.stored():
        return []
    return sorted(_questions(train) & _questions(test))


def _questions(problems: ProblemSet) -> set[str]:
    first = (problems[i] for i in range(min(len(problems), _DRAWN)))
    return {" ".join(problem.question.split()) for problem in (*problems.stored(), *first)}
