"""Choosing among samples by a step scorer: the best one, or a vote weighted by the scores.

min      a solution is worth its worst step
last     its last step, which has read all of it
product  all of its steps must be right
mean     the mean of its steps
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from r1gym.agents.search.steps import Cut
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem
from r1gym.envs.chat import ChatTemplate
from r1gym.envs.task import TokenTask
from r1gym.models.step_scorer import StepScorer, make_step_scorer
from r1gym.verifiers.votes import group_votes

OVER: Mapping[str, Callable[[Sequence[float]], float]] = {
    "min": min,
    "last": lambda values: values[-1],
    "product": math.prod,
    "mean": lambda values: sum(values) / len(values),
    "sum": sum,
}
"""How the values of a solution's steps become one score, by name."""
SHARES = ("min", "last", "product", "mean")
"""Those that lie between 0 and 1, as a vote's weight does."""


class StepRanker:
    """Scores completions by their steps.

    Args:
        task: The task.
        scorer: A step scorer, or the name of one.
        over: How the values of the steps become one score, see `OVER`.
        cut: Where steps end, such as ``"newline"`` or ``"tokens:16"``.
        options: The options of a scorer given by name.

    Raises:
        UnknownNameError: If there is no such scorer, way or option.
        ConfigError: If an option's value is not allowed.
    """

    def __init__(
        self,
        task: TokenTask,
        *,
        scorer: str | StepScorer = "token_classifier",
        over: str = "min",
        cut: str = "newline",
        options: Mapping[str, Any] | None = None,
    ) -> None:
        if over not in OVER:
            raise UnknownNameError("way from the steps' values to one", over, OVER)
        if options and not isinstance(scorer, str):
            raise ConfigError("A step scorer that is made takes no options: leave them out.")
        self._scorer = (
            make_step_scorer(scorer, task, options) if isinstance(scorer, str) else scorer
        )
        self._task, self._over, self._cut = task, OVER[over], Cut.of(cut)

    def scores(self, prompt: str, samples: Sequence[Completion]) -> list[float]:
        """Returns the scores of completions of a prompt; an empty one's is minus infinity.

        Raises:
            ConfigError: If a completion has no tokens though it has a text, as an endpoint's has.
        """
        tokenizer = self._task.tokenizer
        for sample in samples:
            if sample.text and not sample.token_ids:
                raise ConfigError(
                    "Step scorers read the tokens that were sampled, which this agent does not "
                    "give: choose by 'majority' or 'reward_model' instead."
                )
        places = [i for i, sample in enumerate(samples) if sample.token_ids]
        special = not isinstance(self._task.template, ChatTemplate)  # that writes its BOS itself
        ids = tokenizer.encode(prompt, special=special)
        steps = [self._cut.pieces(tokenizer, samples[i].token_ids) for i in places]
        found = [-math.inf] * len(samples)
        values = self._scorer.score([ids] * len(places), steps)
        for place, one in zip(places, values, strict=True):
            found[place] = self._over(one)
        return found

    def best(self, prompt: str, samples: Sequence[Completion]) -> Completion:
        """Returns the sample with the highest score; of equals the first."""
        scores = self.scores(prompt, samples)
        return samples[scores.index(max(scores))]


def weighted_vote(
    task: TokenTask, problem: Problem, samples: Sequence[Completion], scores: Sequence[float]
) -> Completion:
    """Returns the best sample with the answer whose scores are the highest in sum.

    Args:
        task: Its reward says which answers are the same, as far as the question alone tells.
        problem: The question; its gold answer is not read.
        samples: The samples. If none has an answer, the best one is returned.
        scores: A score of each, from 0 up; minus infinity for what was not scored.
    """
    votes = group_votes(task.reward, problem, samples)
    weights: dict[int, float] = defaultdict(float)
    for vote, score in zip(votes, scores, strict=True):
        if vote is not None:
            weights[vote] += max(0.0, score)
    won = max(weights, key=lambda vote: weights[vote]) if weights else None
    of_answer = [i for i, vote in enumerate(votes) if vote == won]
    return samples[max(of_answer, key=lambda i: scores[i])]
