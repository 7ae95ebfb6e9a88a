"""Labels of steps without people: by roll-outs from each of them, and by the exact rule.

A step's Monte-Carlo label is the share of right ones among completions that go on from it (Wang et
al. 2023, arXiv 2312.08935). It says what the policy makes of a beginning and not whether that is
right: a wrong step may be mended, or the answer guessed, and a right one be followed by slips.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import isnan
from typing import cast

from r1gym.agents.grpo.vine import prefix_values
from r1gym.agents.prm.solutions import Labels, Solution
from r1gym.core.checks import check_number, check_whole
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.envs.task import TokenTask
from r1gym.problems.step_checks import right_steps
from r1gym.rollout.engine import RolloutEngine, Sampling
from r1gym.verifiers import RewardSum


@dataclass(frozen=True)
class RolledOut:
    """Monte-Carlo labels, and what they took.

    Attributes:
        labels: The labels.
        prefixes: Different beginnings that were gone on with.
        tokens: Tokens that were sampled.
    """

    labels: Labels
    prefixes: int
    tokens: int


def monte_carlo_labels(
    engine: RolloutEngine,
    task: TokenTask,
    solutions: Sequence[Solution],
    rollouts: int = 4,
    seed: int = 0,
    temperature: float = 1.0,
) -> RolledOut:
    """Labels each step with the share of right ones among completions that go on from it.

    The last step's label is that of the solution itself. What several solutions begin with is gone
    on with once.

    Args:
        engine: Samples the completions from the policy.
        task: Says which are right.
        solutions: What is labelled.
        rollouts: Completions of each beginning.
        seed: The randomness.
        temperature: Of the sampling.

    Raises:
        ConfigError: If a value is not allowed.
    """
    check_whole("rollouts", rollouts, least=1)
    check_number("temperature", temperature, above=0)
    said = [solution.trajectory for solution in solutions]
    places: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[int, int]] = {}
    keys = []
    for row, solution in enumerate(solutions):
        ends = list(accumulate(map(len, solution.steps)))[:-1]
        keys.append([(solution.prompt, said[row].token_ids[:end]) for end in ends])
        for key, end in zip(keys[-1], ends, strict=True):
            places.setdefault(key, (row, end))
    sampling = Sampling(task.max_tokens, temperature)
    graded = _by_correctness(task)
    values, tokens = prefix_values(
        engine, graded, said, list(places.values()), rollouts, sampling, seed
    )
    by_key = dict(zip(places, values, strict=True))
    own = [episode.score.value for episode in graded.score_trajectories(said)]
    labels = [
        (*(_known(by_key[key]) for key in row), _known(float("nan") if last is None else last))
        for row, last in zip(keys, own, strict=True)
    ]
    return RolledOut(labels, len(places), tokens)


def exact_labels(task: TokenTask, solutions: Sequence[Solution]) -> Labels:
    """Labels each step 1 if all up to its end is right, and else 0, by `right_steps`.

    Raises:
        ConfigError: If a question's steps cannot be checked.
    """
    return [
        tuple(map(float, right_steps(s.problem.question, s.texts(task.tokenizer))))
        for s in solutions
    ]


def outcome_labels(task: TokenTask, solutions: Sequence[Solution]) -> Labels:
    """Labels every step of a solution 1 if its answer is right, and else 0."""
    graded = _by_correctness(task).score_trajectories([s.trajectory for s in solutions])
    pairs = zip(graded, solutions, strict=True)
    return [(episode.score.value,) * len(solution.steps) for episode, solution in pairs]


class _Correctness:
    """A reward of 1 for what another one calls correct, and else 0: format and the like aside."""

    def __init__(self, reward: RewardSum) -> None:
        self._reward = reward

    def score_batch(self, pairs: Sequence[tuple[Problem, Completion]]) -> list[Score]:
        return [
            Score(None if s.value is None else float(s.verdict is Verdict.CORRECT), s.verdict)
            for s in self._reward.score_batch(pairs)
        ]


def _by_correctness(task: TokenTask) -> TokenTask:
    graded = copy.copy(task)
    graded.reward = cast("RewardSum", _Correctness(task.reward))
    return graded


def _known(value: float) -> float | None:
    return None if isnan(value) else value
