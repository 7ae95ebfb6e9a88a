"""The stage that trains a reward model on preferences, and measures it on some kept back.

model, preferences -> a scalar head in place of the model's own -> training -> agreement
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np

from r1gym.agents.progress import progress_bar
from r1gym.core.checks import check_fields, check_least
from r1gym.core.errors import ConfigError, RunError
from r1gym.core.files import whole_folder, write_text
from r1gym.envs.templates import CHAT, check_template, load_template
from r1gym.evaluation.estimators import wilson_interval
from r1gym.models.reward_training import (
    Example,
    Pair,
    RewardTrainer,
    RewardTrainingConfig,
    load_classifier,
    load_graded_tokenizer,
    save_classifier,
)
from r1gym.models.scoring import GradedTexts, graded_part
from r1gym.recipes.preference_files import read_preferences
from r1gym.recipes.stage import Artifacts, Kind, Kinds, Stage
from r1gym.recipes.workplace import Workplace

REPORT = "agreement.json"
_FOLDER = "model"
_FEW_QUESTIONS = 10  # below, a question on one side alone would be too coarse a split
_BINS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True)
class RewardModelling(Stage):
    """Trains a reward model on pairs of responses, or on labelled ones."""

    title: ClassVar[str] = "The reward model"
    uses: ClassVar[tuple[str, ...]] = ("dtype",)
    heeds: ClassVar[tuple[str, ...]] = ()

    name: str = "reward_model"
    start: str = "base"
    """The artifact that it starts from, a model."""
    preferences: str = "pairs"
    """The artifact that it learns from, a file."""
    result: str = "reward_model"
    """The artifact that it makes, a folder that the reward `reward_model` loads."""
    part: Literal["summary", "response"] = "summary"
    """What it sees of a response: what follows the thinking, or all."""
    template: str = ""
    """The prompt template that questions are dressed in; empty for the tokenizer's chat template,
    or else its own."""
    training: RewardTrainingConfig = field(default_factory=RewardTrainingConfig)
    """How it is trained."""
    seed: int = 0
    """The seed of the examples' order, and of which are kept back."""

    def __post_init__(self) -> None:
        check_fields(self)
        check_least(self, {"seed": 0})

    @property
    def needs(self) -> Kinds:
        """A model and preferences."""
        return {self.start: Kind.MODEL, self.preferences: Kind.PAIRS}

    @property
    def makes(self) -> Kinds:
        """The reward model."""
        return {self.result: Kind.REWARD_MODEL}

    def check_problems(self, at: Workplace) -> None:
        """Finds a template that is none."""
        if self.template:
            check_template(self.template)

    def run(self, at: Workplace, given: Artifacts) -> Artifacts:
        """Trains, or goes on training."""
        examples, dropped = self._examples(given[self.preferences])
        training, held_out, by = hold_out(examples, self.training.held_out, self.seed)
        start, settings = given[self.start], at.settings
        policy = load_classifier(start, settings.device, settings.dtype)
        own = load_template(self.template or None, policy.tokenizer)
        template = own if self.template not in ("", CHAT) else None
        tokenizer = load_graded_tokenizer(start, template, own)
        texts = GradedTexts(policy.model, tokenizer)
        check_shows(texts, self.part)
        trainer = RewardTrainer(policy, texts, training, self.training, self.part, self.seed)
        trainer.resume(at.record)
        with progress_bar("Reward model", trainer.steps, trainer.step) as bar:

            def after_step(trainer: RewardTrainer, metrics: dict[str, float]) -> None:
                is_last = trainer.step == trainer.steps
                if is_last:
                    found = measure(trainer.scores(held_out), held_out)
                    metrics |= {f"held_out/{n}": found[n] for n in ("agreement", "confidence")}
                at.record.log(metrics, trainer.step)
                if is_last or trainer.step % settings.save_every == 0 or at.stopper.requested:
                    trainer.save(at.record)
                bar.set_postfix({"loss": f"{metrics['train/loss']:.3f}"}, refresh=False)
                bar.update()
                at.stopper.check(f"step {trainer.step} of {trainer.steps} of the reward model")

            trainer.learn(after_step)
        report = measure(trainer.scores(held_out), held_out) | {
            "trained_on": len(training), "held_out_by": by, "without_text": dropped,
        }  # fmt: skip
        folder = at.folder / _FOLDER
        with whole_folder(folder) as draft:
            save_classifier(trainer, start, tokenizer, self.part, draft)
            write_text(draft / REPORT, json.dumps(report, indent=2) + "\n")
        print(_told(report))
        return {self.result: str(folder)}

    def describe(self) -> str:
        """Returns how it is trained."""
        config = self.training
        return (
            f"The model {self.start!r} with a scalar head at the last token, which sees the "
            f"{self.part}, trained on {self.preferences!r} for {config.epochs} passes in batches "
            f"of {config.batch_size}, learning rate {config.learning_rate:g}; "
            f"{config.held_out:.0%} are kept back to measure it."
        )

    def _examples(self, place: str) -> tuple[list[Example], int]:
        """Returns the examples with text in the graded part, and the number of the others.

        Raises:
            RunError: If there are none.
        """
        found = read_preferences(place)
        kept = [one for one in found if all(graded_part(t, self.part) for t in _responses(one))]
        if not kept:
            raise RunError(
                f"None of the {len(found)} examples in {place} says anything after its thinking: "
                "there is nothing that a reward model could grade."
            )
        return kept, len(found) - len(kept)


def check_shows(texts: GradedTexts, part: str) -> None:
    """Checks that the model is shown the part that it is to grade.

    Raises:
        ConfigError: If the chat template takes the thinking away, as some do.
    """
    said, alone = (texts.encode("q", text, 4096) for text in ("<think>thus</think>so", "so"))
    if part == "response" and said == alone:
        raise ConfigError(
            "The model's chat template takes the thinking out of responses, so that part=response "
            "would be the summary alone: give a --template, which is used in its place."
        )


def hold_out(
    examples: Sequence[Example], share: float, seed: int
) -> tuple[list[Example], list[Example], str]:
    """Returns what is trained on, what is kept back, and by what they are told apart.

    No question is on both sides, unless there are too few different ones for that.

    Raises:
        RunError: If nothing would be left on one of the sides.
    """
    questions = {one.question for one in examples}
    by = "question" if len(questions) >= _FEW_QUESTIONS else "example"
    keys = [one.question if by == "question" else str(i) for i, one in enumerate(examples)]
    often = Counter(keys)
    wanted, back, count = share * len(examples), set(), 0
    for key in sorted(often, key=lambda key: _hash(f"{seed} {key}")):
        if count >= wanted:
            break
        back.add(key)
        count += often[key]
    kept = [one for one, key in zip(examples, keys, strict=True) if key not in back]
    held = [one for one, key in zip(examples, keys, strict=True) if key in back]
    if not kept or (share and not held):
        raise RunError(
            f"{len(examples)} examples are too few to keep {share:.0%} of them back: bring more."
        )
    return kept, held, by


def measure(scores: Sequence[tuple[float, ...]], examples: Sequence[Example]) -> dict[str, Any]:
    """Returns how often scores agree with preferences, and how far they are to be believed.

    Args:
        scores: What `RewardTrainer.scores` returned.
        examples: The examples.

    Returns:
        The ``agreement`` with its 95 % interval (Wilson), the mean ``confidence``, which equals it
        for a calibrated model, and both by bins of the confidence.
    """
    surer = [_confidence(score, one) for score, one in zip(scores, examples, strict=True)]
    right = [float(p > 0.5) if p != 0.5 else 0.5 for p in surer]
    sure = [max(p, 1 - p) for p in surer]
    count = len(right)
    bins = []
    for low, high in pairwise(_BINS):
        inside = [i for i, p in enumerate(sure) if low <= p < high or p == high == 1]
        if inside:
            bins.append(
                {
                    "from": low,
                    "to": high,
                    "examples": len(inside),
                    "confidence": _mean([sure[i] for i in inside]),
                    "agreement": _mean([right[i] for i in inside]),
                }
            )
    return {
        "held_out": count,
        "agreement": _mean(right),
        "interval": list(wilson_interval(round(sum(right)), count)),
        "confidence": _mean(sure),
        "mean_score": _mean([value for score in scores for value in score]),
        "calibration": bins,
    }


def _confidence(score: tuple[float, ...], example: Example) -> float:
    """Returns the probability that the model gives to what was preferred."""
    if isinstance(example, Pair):
        return float(_sigmoid(score[0] - score[1]))
    return float(_sigmoid(score[0] if example.label else -score[0]))


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value >= 0 else 1 - 1 / (1 + math.exp(value))


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def _responses(example: Example) -> tuple[str, ...]:
    return (example.chosen, example.rejected) if isinstance(example, Pair) else (example.response,)


def _told(report: dict[str, Any]) -> str:
    if not report["held_out"]:
        return f"Trained on {report['trained_on']} examples; none was kept back."
    low, high = report["interval"]
    return (
        f"Agrees with {report['agreement']:.1%} of {report['held_out']} examples kept back "
        f"(95 % interval {low:.1%} to {high:.1%})."
    )


def read_report(folder: Path) -> dict[str, Any]:
    """Returns what was measured of a reward model of ours."""
    found: dict[str, Any] = json.loads((folder / REPORT).read_text("utf-8"))
    return found
