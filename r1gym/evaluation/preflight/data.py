"""Is anything trained on that is evaluated on?"""

from __future__ import annotations

from collections.abc import Iterable

from r1gym.evaluation.decontamination import WORDS, find_overlaps
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


def check_words(texts: Iterable[str], test: ProblemSet) -> Check:
    """Warns of questions that share ten words in a row with what is trained on.

    Args:
        texts: What is trained on, a text a row.
        test: What is evaluated on; problems that are drawn when asked for are not compared.
    """
    name = "shared words"
    asked = [problem.question for problem in test.stored()]
    if not asked:
        return Check(name, Status.NOT_CHECKED, "what is evaluated on is drawn, and no text at hand")
    overlap = find_overlaps(texts, {name: asked}, WORDS)[name]
    if not overlap.contaminated:
        return Check(
            name, Status.OK, f"no question has {WORDS} words in a row of the training data"
        )
    words = overlap.shared.most_common(1)[0][0]
    detail = (
        f"{len(overlap.contaminated)} of {len(asked)} questions have {WORDS} words in a row of "
        f"what is trained on, such as {words[:60]!r}; `r1gym decontaminate` takes such rows out"
    )
    return Check(name, Status.WARNING, detail)
