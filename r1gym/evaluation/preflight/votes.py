"""Does a majority vote count equal answers as one?"""

from __future__ import annotations

from collections.abc import Sequence

from r1gym.core.types import Completion, Episode, Problem
from r1gym.envs.task import TokenTask
from r1gym.evaluation.preflight.check import Check, Status
from r1gym.evaluation.preflight.sample import brings_tests, right_text
from r1gym.evaluation.runner import summarise_episodes
from r1gym.verifiers.problem_checks import mutated

_FORMS = ("${}$", "({})", "{}+0", "{}.0")


def check_votes(task: TokenTask, problems: Sequence[Problem]) -> Check:
    """Checks cons@k: two ways to write the gold must outvote one wrong answer.

    Args:
        task: The task; its reward says which ways to write a gold are right.
        problems: The problems whose golds are tried.
    """
    name = "votes"
    tried = 0
    for problem in problems:
        if brings_tests(problem):
            continue
        wrong = mutated(problem.answer)
        forms = [form.format(problem.answer) for form in _FORMS]
        forms += [problem.answer.lower(), problem.answer.upper()]
        gold, minority = (_answered(task, problem, text) for text in (problem.answer, wrong))
        for form in forms:
            other = _answered(task, problem, form)
            if form == problem.answer or other.score != gold.score:
                continue
            tried += 1
            if summarise_episodes([[gold, other, minority]], 3, task.reward).cons_at.mean < 1:
                detail = f"{problem.answer!r} and {form!r} are one answer to {problem.id}"
                return Check(name, Status.WARNING, f"{detail} and count as two in cons@k")
    if not tried:
        return Check(name, Status.NOT_CHECKED, "no gold is right when written in another way")
    return Check(name, Status.OK, f"{tried} golds and the same in other words have one vote")


def _answered(task: TokenTask, problem: Problem, answer: str) -> Episode:
    completion = Completion(right_text(task, answer))
    return Episode.single(problem, completion, task.score(problem, completion))
