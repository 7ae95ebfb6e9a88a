"""What the experiments on search share: the questions, the policy, and how answers are weighed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from r1gym.agents.search.expansion import Expander
from r1gym.agents.search.protocol import Searcher
from r1gym.agents.search.steps import Cut
from r1gym.agents.search.writers import EngineWriter
from r1gym.claims.materials import distilled, task, teacher
from r1gym.core.types import Completion, Problem, Verdict
from r1gym.envs.task import TokenTask
from r1gym.envs.templates import dress
from r1gym.evaluation.runner import first_distinct
from r1gym.models.policy import Policy, load_policy
from r1gym.models.step_likelihood import LikelihoodScorer
from r1gym.models.step_scorer import StepScorer
from r1gym.rollout.embedded import EmbeddedEngine

SIZE = "w32l2"
STEPS = Cut.of("newline")


@dataclass(frozen=True)
class Asked:
    """Questions of a split, as a policy is shown them.

    Attributes:
        task: The task.
        problems: The questions.
        prompts: Their prompts.
    """

    task: TokenTask
    problems: list[Problem]
    prompts: list[str]

    def right(self, answers: Sequence[Completion]) -> list[bool]:
        """Returns for each question whether its answer is right."""
        scores = self.task.score_batch(list(zip(self.problems, answers, strict=True)))
        return [score.verdict is Verdict.CORRECT for score in scores]


@dataclass(frozen=True)
class Weighed:
    """How a way of answering does: means over the questions.

    Attributes:
        accuracy: The share of right answers.
        tokens: Tokens sampled.
        seconds: Seconds of this process's own time.
    """

    accuracy: float
    tokens: float
    seconds: float


def ask(split: str, count: int, seed: int = 0) -> Asked:
    """Returns the first different questions of a split."""
    asked = task(split, seed)
    problems = first_distinct(asked.problem_set, count)
    return Asked(asked, problems, [dress(asked.template, one.question) for one in problems])


def student(folder: Path, seed: int, steps: int) -> Policy:
    """Returns the policy that searches: small, and fine-tuned on few of R1-Zero's samples."""
    return load_policy(distilled(folder, SIZE, seed, steps))


def likelihood(folder: Path, asked: Asked) -> StepScorer:
    """Returns the step scorer that takes no training: R1-Zero's least likely token so far."""
    return LikelihoodScorer(asked.task, model=teacher(folder))


def expander(policy: Policy, scorer: StepScorer, temperature: float = 1.0) -> Expander:
    """Returns what writes steps with a policy, a line each, and scores them."""
    writer = EngineWriter(EmbeddedEngine(policy), policy.tokenizer, temperature=temperature)
    return Expander(writer, scorer, STEPS)


def weigh(asked: Asked, answers: Sequence[Completion], tokens: float, seconds: float) -> Weighed:
    """Weighs answers to all questions, given what all of them cost."""
    count = len(answers)
    return Weighed(sum(asked.right(answers)) / count, tokens / count, seconds / count)


def weigh_search(asked: Asked, searcher: Searcher, seed: int) -> Weighed:
    """Weighs a searcher."""
    started = time.process_time()
    found = searcher.search(asked.prompts, asked.task.max_tokens, seed)
    seconds = time.process_time() - started
    tokens = sum(one.cost.tokens for one in found)
    return weigh(asked, [one.completion for one in found], tokens, seconds)
