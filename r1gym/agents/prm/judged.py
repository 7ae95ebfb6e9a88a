"""Labels of steps by a language model that is asked where a solution goes wrong first."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from r1gym.agents.prm.solutions import Labels, Solution
from r1gym.envs.task import TokenTask
from r1gym.verifiers.judge.reply import JudgeFailure
from r1gym.verifiers.judge.steps import StepJudge


@dataclass(frozen=True)
class Judged:
    """A judge's labels.

    Attributes:
        labels: 1 before the first wrong step and 0 from there on; None for all steps of a solution
            of which the judge gave no verdict.
        failed: How many those are.
        reason: Why the first of them has none.
    """

    labels: Labels
    failed: int
    reason: str


def judge_labels(judge: StepJudge, task: TokenTask, solutions: Sequence[Solution]) -> Judged:
    """Labels steps by a judge, several solutions at once.

    Args:
        judge: The judge.
        task: Its tokenizer tells the texts of steps.
        solutions: What is labelled.
    """

    def ask(solution: Solution) -> tuple[tuple[float | None, ...], str]:
        steps = solution.texts(task.tokenizer)
        try:
            wrong = judge.first_wrong(solution.problem.question, steps)
        except JudgeFailure as failure:
            return (None,) * len(steps), str(failure)
        return tuple(float(wrong is None or i < wrong) for i in range(len(steps))), ""

    with ThreadPoolExecutor(judge.concurrency) as pool:
        found = list(pool.map(ask, solutions))
    failures = [why for _, why in found if why]
    return Judged([labels for labels, _ in found], len(failures), (failures or [""])[0])
