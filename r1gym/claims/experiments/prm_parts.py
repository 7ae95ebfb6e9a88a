"""What the experiments with process reward models share: samples, planted errors, rankings."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from r1gym.agents.best_of_n import make_by_majority
from r1gym.agents.prm.calibration import auc_within
from r1gym.agents.prm.labels import exact_labels
from r1gym.agents.prm.rerank import OVER
from r1gym.agents.prm.solutions import Solution, sample_solutions
from r1gym.core.types import Completion, Verdict
from r1gym.envs.task import TokenTask
from r1gym.envs.templates import dress
from r1gym.models.policy import load_policy
from r1gym.models.step_scorer import StepScorer
from r1gym.rollout.embedded import EmbeddedEngine

_RESULT = re.compile(r"=(-?\d+)(?=\n|</think>)")
_OFF = (-10, -2, -1, 1, 2, 10)


@dataclass(frozen=True)
class Sampled:
    """A policy's solutions of some questions, as many of each.

    Attributes:
        task: What was asked.
        groups: The solutions of each question.
        right: Whether each has the right answer.
    """

    task: TokenTask
    groups: list[list[Solution]]
    right: list[list[bool]]

    @property
    def solutions(self) -> list[Solution]:
        """All of them, question after question."""
        return [solution for group in self.groups for solution in group]

    @property
    def accuracy(self) -> float:
        """The share of right ones."""
        return sum(map(sum, self.right)) / sum(map(len, self.right))


def sampled(model: str, task: TokenTask, questions: int, samples: int, seed: int) -> Sampled:
    """Samples solutions from a policy at temperature 1."""
    engine = EmbeddedEngine(load_policy(model), 2048)
    found = sample_solutions(engine, task, questions, samples, seed)
    episodes = task.score_trajectories([solution.trajectory for solution in found])
    right = [episode.score.verdict is Verdict.CORRECT for episode in episodes]
    starts = range(0, len(found), samples)
    return Sampled(
        task, [found[i : i + samples] for i in starts], [right[i : i + samples] for i in starts]
    )


def values_of(scorer: StepScorer, solutions: Sequence[Solution]) -> list[list[float]]:
    """Returns a step scorer's values."""
    return scorer.score([s.prompt for s in solutions], [s.steps for s in solutions])


def plant(found: Sampled, seed: int) -> list[tuple[Solution, Solution, int]]:
    """Returns right solutions with a copy of each in which one step is wrong, and which step.

    The result of a calculation is off by 1, 2 or 10; what follows is as it was.
    """
    rng, tokenizer = random.Random(seed), found.task.tokenizer
    solutions = [group[0] for group in found.groups]
    pairs = []
    for solution, labels in zip(solutions, exact_labels(found.task, solutions), strict=True):
        texts = solution.texts(tokenizer)
        places = [i for i, text in enumerate(texts) if _RESULT.search(text)]
        if not all(labels) or not places:
            continue
        place = rng.choice(places)
        off = rng.choice(_OFF)
        wrong = _RESULT.sub(lambda result: f"={int(result[1]) + off}", texts[place], count=1)  # noqa: B023
        steps = [tuple(tokenizer.encode(wrong)) if i == place else step
                 for i, step in enumerate(solution.steps)]  # fmt: skip
        if place == len(steps) - 1 and solution.steps[-1][-1] in tokenizer.end_ids:
            steps[-1] = (*steps[-1], solution.steps[-1][-1])  # an end has no text
        pairs.append((solution, replace(solution, steps=tuple(steps)), place))
    return pairs


def auc_of_planted(scorer: StepScorer, pairs: Sequence[tuple[Solution, Solution, int]]) -> float:
    """Returns how often a step that is right is scored above the same step with a wrong result."""
    right = values_of(scorer, [one for one, _, _ in pairs])
    wrong = values_of(scorer, [one for _, one, _ in pairs])
    scores = [[a[i], b[i]] for a, b, (_, _, i) in zip(right, wrong, pairs, strict=True)]
    return auc_within(scores, [[True, False]] * len(pairs))


def best_of(
    found: Sampled, scorers: Mapping[str, StepScorer], sizes: Sequence[int], over: str = "min"
) -> dict[str, float]:
    """Returns the accuracy of the best of n by each scorer, by majority, and by an oracle.

    Args:
        found: The samples; the first n of each question are chosen among.
        scorers: The step scorers, by name.
        sizes: The numbers n.
        over: How the steps' values become one, see `r1gym.agents.prm.rerank.OVER`.

    Returns:
        ``majority_8``, ``NAME_8`` and so on, and ``NAME_auc`` among the samples of a question.
    """
    result: dict[str, float] = {}
    vote = make_by_majority(found.task)
    said = [[one.trajectory.completion for one in group] for group in found.groups]
    prompts = [dress(found.task.template, group[0].problem.question) for group in found.groups]
    for n in sizes:
        right = [group[:n] for group in found.right]
        chosen = [_place(vote(p, s[:n]), s) for p, s in zip(prompts, said, strict=True)]
        result[f"majority_{n}"] = _share(right, chosen)
        result[f"oracle_{n}"] = sum(map(any, right)) / len(right)
    for name, scorer in scorers.items():
        flat = [OVER[over](row) for row in values_of(scorer, found.solutions)]
        ends = [0]
        for group in found.groups:
            ends.append(ends[-1] + len(group))
        scores = [flat[start:end] for start, end in pairwise(ends)]
        for n in sizes:
            chosen = [row.index(max(row[:n])) for row in scores]
            result[f"{name}_{n}"] = _share(found.right, chosen)
        result[f"{name}_auc"] = auc_within(scores, found.right)
    return result


def _place(one: Completion, samples: Sequence[Completion]) -> int:
    return next(i for i, sample in enumerate(samples) if sample is one)


def _share(right: Sequence[Sequence[bool]], chosen: Sequence[int]) -> float:
    return sum(row[place] for row, place in zip(right, chosen, strict=True)) / len(chosen)


def kept(folder: Path, name: str) -> Path:
    """Returns a folder for a scorer inside an experiment's own."""
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    return place
