"""The exact rule as a step scorer, for the families whose steps can be checked.

It knows a question's solution, so it is an oracle: it shows what search or reranking could do.
"""

from __future__ import annotations

from collections.abc import Sequence

from r1gym.models.step_scorer import Speech, Steps, question_of
from r1gym.problems.step_checks import right_steps


class ExactSteps:
    """Scores a beginning 1 if all of it is right, and else 0; see `right_steps`.

    Args:
        task: The task, of arithmetic and equations questions.
    """

    name = "exact"

    def __init__(self, task: Speech) -> None:
        self._task = task

    def score(self, prompts: Sequence[Sequence[int]], steps: Sequence[Steps]) -> list[list[float]]:
        """Returns for each completion the value of each step; see `StepScorer.score`.

        Raises:
            ConfigError: If a question's steps cannot be checked.
        """
        decode, values = self._task.tokenizer.decode, []
        for prompt, cut in zip(prompts, steps, strict=True):
            texts = [decode(step) for step in cut]
            values.append([float(r) for r in right_steps(question_of(self._task, prompt), texts)])
        return values
