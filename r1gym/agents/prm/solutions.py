"""Completions cut into steps, as they are labelled and scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from r1gym.agents.search.steps import Cut
from r1gym.core.errors import ConfigError
from r1gym.core.seeds import mixed
from r1gym.core.types import Problem, Trajectory
from r1gym.envs.task import TokenTask
from r1gym.envs.tokenizers import Tokenizer
from r1gym.models.step_training import LabelledSteps
from r1gym.rollout.engine import RolloutEngine, Sampling
from r1gym.rollout.play import play

Labels = Sequence[tuple[float | None, ...]]
"""For each solution a label for each of its steps, from 0 to 1; None if it is unknown."""


@dataclass(frozen=True)
class Solution:
    """A completion of one turn, cut into steps.

    Attributes:
        trajectory: What was said.
        steps: Its token ids, cut; joined, they are the completion's.
    """

    trajectory: Trajectory
    steps: tuple[tuple[int, ...], ...]

    @property
    def problem(self) -> Problem:
        """What was asked."""
        return self.trajectory.problem

    @property
    def prompt(self) -> tuple[int, ...]:
        """Token ids of the prompt."""
        return self.trajectory.prompt_ids

    def texts(self, tokenizer: Tokenizer) -> list[str]:
        """Returns the text of each step."""
        return [tokenizer.decode(step) for step in self.steps]


def cut_into_steps(
    trajectories: Sequence[Trajectory], tokenizer: Tokenizer, cut: str = "newline"
) -> list[Solution]:
    """Returns trajectories as solutions.

    Args:
        trajectories: What was said, in one turn each.
        tokenizer: The policy's.
        cut: Where steps end, see `r1gym.agents.search.steps`.

    Raises:
        ConfigError: If one has several turns, or no tokens.
    """
    where = Cut.of(cut)
    for one in trajectories:
        if len(one.turns) > 1 or not one.token_ids or not one.prompt_ids:
            raise ConfigError(
                f"Steps are cut from a single turn that a policy sampled; that of problem "
                f"{one.problem.id} has {len(one.turns)} turns and {len(one.token_ids)} tokens."
            )
    return [Solution(t, tuple(where.pieces(tokenizer, t.token_ids))) for t in trajectories]


def sample_solutions(
    engine: RolloutEngine,
    task: TokenTask,
    questions: int,
    samples: int,
    seed: int = 0,
    temperature: float = 1.0,
    cut: str = "newline",
) -> list[Solution]:
    """Returns solutions of a task's questions, drawn at random and sampled from a policy.

    Args:
        engine: Samples them.
        task: What is asked.
        questions: How many questions.
        samples: Solutions of each, one after the other.
        seed: The randomness of both.
        temperature: Of the sampling.
        cut: Where steps end.
    """
    order = task.problem_set.order(0, mixed(seed, 1))
    problems = [task.problem_set[int(order[i])] for i in range(min(questions, len(order)))]
    sampling = Sampling(task.max_tokens, temperature)
    groups = play(engine, task, problems, samples, sampling, mixed(seed, 2))
    return cut_into_steps([one for group in groups for one in group], task.tokenizer, cut)


def labelled(solutions: Sequence[Solution], labels: Labels) -> list[LabelledSteps]:
    """Returns solutions with labels as a step scorer is trained on them."""
    return [
        LabelledSteps(solution.prompt, solution.steps, tuple(found))
        for solution, found in zip(solutions, labels, strict=True)
    ]
