"""Reinforcement learning on a learned step scorer: the hack, and what retraining costs (4.2)."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

import matplotlib.pyplot as plt

from r1gym.agents.grpo import GRPO
from r1gym.agents.prm.labels import monte_carlo_labels
from r1gym.agents.prm.solutions import labelled
from r1gym.agents.trained import find_algorithm
from r1gym.claims.experiment import Found
from r1gym.claims.experiments.prm_parts import Sampled, kept, sampled
from r1gym.claims.materials import distilled, task
from r1gym.core.types import Verdict
from r1gym.envs.task import TokenTask
from r1gym.models.policy import Policy, load_policy, save_policy
from r1gym.models.step_training import (
    LabelledSteps,
    StepTrainer,
    StepTrainingConfig,
    new_step_classifier,
    save_step_classifier,
)
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import Sampling
from r1gym.rollout.play import play

_EVERY = 10  # steps between two looks at the test split
_LOST = 0.1  # of accuracy, while the score is above its start: the hack has begun


@dataclass(frozen=True)
class _Course:
    """What the test split showed over training: every so many steps, the start included."""

    score: list[float]
    accuracy: list[float]

    @property
    def begins(self) -> int:
        """The step by which the score had risen and the accuracy fallen; -1 if never."""
        for place, (score, accuracy) in enumerate(zip(self.score, self.accuracy, strict=True)):
            if score > self.score[0] and accuracy < self.accuracy[0] - _LOST:
                return place * _EVERY
        return -1


def run(
    folder: Path,
    seed: int,
    steps: int = 80,
    over: str = "min",
    questions: int = 700,
    student: int = 250,
) -> Found:
    """GRPO on a value head that was trained on Monte-Carlo labels, then on one that was retrained.

    About a minute a seed, and another for the retrained one; the policy is made once.

    Args:
        folder: The experiment's.
        seed: The seed of all.
        steps: GRPO steps of 16 questions x 16.
        over: How the steps' values become a reward, see `r1gym.agents.prm.rerank.OVER`.
        questions: Questions whose solutions are labelled, 4 of each.
        student: Steps of fine-tuning that the policy has had, see `prm_rerank`.

    Returns:
        ``score`` and ``accuracy``: of the test split at temperature 1, every 10 steps. ``rises``:
        the score's gain, ``falls``: the accuracy's loss, at the end. ``begins``: the step of the
        hack, see `_Course.begins`. ``again_rises``, ``again_falls``, ``again_begins``: with the
        head that was trained on solutions of the hacked policy as well. ``labels_seconds``,
        ``head_seconds``, ``grpo_seconds``, ``retraining_seconds``: what each took.
    """
    model, asked = distilled(folder, "w32l2", seed, student), task("train", seed)
    begun = time.process_time()
    examples = _labelled(model, sampled(model, asked, questions, 4, seed), seed)
    at_labels = time.process_time()
    home = _trained_head(kept(folder, "prm"), model, examples, seed)
    at_head = time.process_time()
    policy = load_policy(model)
    first = _reinforce(policy, home, seed, steps, over)
    save_policy(policy, kept(folder, "hacked"))
    at_grpo = time.process_time()
    hacked = sampled(str(folder / "hacked"), asked, questions, 4, seed + 1)
    # The roll-outs are the old policy's: those of the hacked one would call nothing right.
    more = [*examples, *_labelled(model, hacked, seed)]
    home = _trained_head(kept(folder, "retrained"), model, more, seed)
    at_again = time.process_time()
    second = _reinforce(load_policy(model), home, seed, steps, over)
    return {
        "score": first.score,
        "accuracy": first.accuracy,
        "rises": first.score[-1] - first.score[0],
        "falls": first.accuracy[0] - first.accuracy[-1],
        "begins": first.begins,
        "again_score": second.score,
        "again_accuracy": second.accuracy,
        "again_rises": second.score[-1] - second.score[0],
        "again_falls": second.accuracy[0] - second.accuracy[-1],
        "again_begins": second.begins,
        "labels_seconds": at_labels - begun,
        "head_seconds": at_head - at_labels,
        "grpo_seconds": at_grpo - at_head,
        "retraining_seconds": at_again - at_grpo,
    }


def _labelled(model: str, found: Sampled, seed: int) -> list[LabelledSteps]:
    engine = EmbeddedEngine(load_policy(model), 2048)
    labels = monte_carlo_labels(engine, found.task, found.solutions, 4, seed).labels
    return labelled(found.solutions, labels)


def _trained_head(home: Path, model: str, examples: list[LabelledSteps], seed: int) -> Path:
    classifier = new_step_classifier(model)
    StepTrainer(classifier, examples, StepTrainingConfig(), seed).learn()
    save_step_classifier(classifier, home)
    return home


def _reinforce(policy: Policy, prm: Path, seed: int, steps: int, over: str) -> _Course:
    """Trains a policy on the scorer alone. Returns what the test split showed on the way."""
    course = _Course([], [])
    tasks = {split: _paid_by(prm, task(split, seed), over) for split in ("train", "test")}

    def look(trainer: GRPO, *_: Any) -> None:
        if trainer.step % _EVERY == 0:
            score, accuracy = _seen(trainer.policy, tasks["test"], seed)
            course.score.append(score)
            course.accuracy.append(accuracy)

    config = replace(find_algorithm("grpo").config, steps=steps)
    trainer = GRPO(policy, tasks["train"], config, seed, EmbeddedEngine(policy, 512))  # type: ignore[arg-type]
    look(trainer)
    trainer.learn([look], progress_bar=False)
    return course


def _paid_by(prm: Path, asked: TokenTask, over: str) -> TokenTask:
    paid = {"weight": 1.0, "options": {"model": str(prm)}, "over": over}
    return TokenTask(replace(asked.spec, rewards={"accuracy": 0.0, "step_scorer": paid}))


def _seen(policy: Policy, asked: TokenTask, seed: int) -> tuple[float, float]:
    """Returns the mean score and the accuracy of 128 questions, 4 samples each."""
    problems = [asked.problem_set[i] for i in range(128)]
    sampling = Sampling(asked.max_tokens)
    groups = play(EmbeddedEngine(policy, 2048), asked, problems, 4, sampling, seed)
    episodes = asked.score_trajectories([one for group in groups for one in group])
    parts = [episode.score.parts for episode in episodes]
    score = fmean(part["step_scorer"].value or 0.0 for part in parts)
    return score, fmean(part["accuracy"].verdict is Verdict.CORRECT for part in parts)


def draw(results: list[Found], picture: Path) -> None:
    """Draws the score and the accuracy of each seed over the steps."""
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), sharey=True)
    titles = ("GRPO on a PRM's score", "on a PRM that was retrained")
    for axis, prefix, title in zip(axes, ("", "again_"), titles, strict=True):
        for found in results:
            for name, colour in (("score", "tab:orange"), ("accuracy", "tab:blue")):
                curve = found[f"{prefix}{name}"]
                at = [_EVERY * place for place in range(len(curve))]  # type: ignore[arg-type]
                axis.plot(at, curve, color=colour, label=name if found is results[0] else None)
        axis.set(title=title, xlabel="GRPO step", ylim=(0, 1))
    axes[0].set_ylabel(f"test questions; a line for each of {len(results)} seeds")
    axes[0].legend()
    figure.tight_layout()
    figure.savefig(picture, dpi=120)
    plt.close(figure)
