"""Training a reward model: the policy's architecture with a scalar head at the last token.

Pairs are learned by the Bradley-Terry loss, -log sigmoid(r_chosen - r_rejected), and single
responses by the logistic loss of their labels (report section 2.3.4: helpful pairwise, safety
point-wise). Left out: margins in the loss, which the report does not have, and sharding.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from transformers.utils import logging as hub_logging

from r1gym.core.checks import check_fields, check_least, check_one_of, check_share
from r1gym.core.errors import ConfigError, ModelNotFoundError, TrainingStopped
from r1gym.core.files import write_text
from r1gym.core.run import Run
from r1gym.envs.tokenizers import copy_tokenizer, load_tokenizer
from r1gym.models.checkpoint import WEIGHTS, resume_run, save_checkpoint
from r1gym.models.masters import Masters
from r1gym.models.policy import DTYPES, Policy, check_device, check_vocabulary
from r1gym.models.saving import save_model
from r1gym.models.schedule import warm_cosine
from r1gym.models.scoring import (
    GradedTexts,
    chat_template_of,
    from_pretrained,
    graded_part,
    scores_of,
)

_CHAT_TEMPLATE = "chat_template.jinja"


@dataclass(frozen=True)
class Pair:
    """Two responses to a question, of which one is preferred."""

    question: str
    chosen: str
    rejected: str


@dataclass(frozen=True)
class Labelled:
    """A response to a question, and whether it is good, such as safe."""

    question: str
    response: str
    label: bool


Example = Pair | Labelled


@dataclass(frozen=True)
class RewardTrainingConfig:
    """How a reward model is trained. The report: batches of 256, learning rate 6e-6, one epoch."""

    epochs: int = 3
    """Passes over the examples."""
    batch_size: int = 16
    """Pairs, or labelled responses, in a step."""
    learning_rate: float = 3e-3
    """Peak learning rate of AdamW."""
    warmup_steps: int = 5
    """Steps over which the learning rate rises; then it falls along a cosine to 0."""
    weight_decay: float = 0.01
    """Decoupled weight decay."""
    centre: float = 0.01
    """Weight of the squared sum of a pair's scores, which keeps scores around 0 (Eisenstein et
    al., arXiv 2312.09244); without it pairs leave their level open."""
    held_out: float = 0.1
    """Share of the examples that is kept back, to tell how often the model agrees with them."""
    max_tokens: int = 4096
    """The most tokens of question and response together."""
    microbatch: int = 64
    """The most texts in one forward and backward pass."""

    def __post_init__(self) -> None:
        check_fields(self, "training.")
        check_share("training.held_out", self.held_out)
        names = ("learning_rate", "warmup_steps", "weight_decay", "centre")
        least = {"epochs": 1, "batch_size": 1, "max_tokens": 8, "microbatch": 2}
        check_least(self, least | dict.fromkeys(names, 0), "training.")
        if self.held_out == 1:
            raise ConfigError("training.held_out must be below 1: something must be trained on.")


def pair_loss(chosen: Tensor, rejected: Tensor, centre: float = 0.0) -> Tensor:
    """Returns -log sigmoid(chosen - rejected) + centre (chosen + rejected)^2 of pairs, [pairs]."""
    return -F.logsigmoid(chosen - rejected) + centre * (chosen + rejected) ** 2


def label_loss(scores: Tensor, labels: Tensor) -> Tensor:
    """Returns -log sigmoid(score) of good responses and -log sigmoid(-score) of bad ones."""
    return F.binary_cross_entropy_with_logits(scores, labels, reduction="none")


def load_classifier(name: str, device: str = "cpu", dtype: str = "float32") -> Policy:
    """Returns a language model with a scalar head of zeros in place of its own.

    Args:
        name: A folder or hub id of a causal language model, or of a reward model to go on with.
        device: A torch device.
        dtype: The type to compute in.

    Raises:
        ModelNotFoundError: If it cannot be loaded, or its architecture has no such head.
    """
    check_one_of("dtype", dtype, DTYPES)
    check_device(device)
    loud = hub_logging.get_verbosity()
    hub_logging.set_verbosity(logging.ERROR)  # the new head is not in the files, and need not be
    try:
        options = {"num_labels": 1, "dtype": torch.float32, "output_loading_info": True}
        model, info = from_pretrained(AutoModelForSequenceClassification, name, options)
    except Exception as error:  # whatever its reader raises
        why = (str(error).splitlines() or [type(error).__name__])[0][:160]
        raise ModelNotFoundError(
            f"The model {name!r} cannot be a reward model: {why.rstrip('.')}."
        ) from error
    finally:
        hub_logging.set_verbosity(loud)
    tokenizer = load_tokenizer(getattr(model.config, "r1gym_tokenizer", None) or name)
    check_vocabulary(model, tokenizer.vocab_size)
    missing = set(info["missing_keys"])
    if lost := sorted(key for key in missing if key.startswith(f"{model.base_model_prefix}.")):
        raise ModelNotFoundError(f"The files of {name!r} lack {', '.join(lost[:3])}.")
    with torch.no_grad():
        for key, weight in model.named_parameters():
            if key in missing:
                weight.zero_()
    if model.config.get_text_config().pad_token_id is None:
        model.config.get_text_config().pad_token_id = tokenizer.pad_id
    model.config.id2label, model.config.label2id = {0: "score"}, {"score": 0}
    return Policy(model.eval(), tokenizer).to(device, dtype)


def load_graded_tokenizer(start: str, template: str | None, default: str) -> Any:
    """Returns a model's tokenizer with the chat template that a reward model of it reads by.

    Args:
        start: The model that the reward model is made of.
        template: The prompt template of questions; None for the tokenizer's own chat template.
        default: The prompt template where it has none.
    """
    tokenizer = from_pretrained(AutoTokenizer, start, {})
    if template is not None or not tokenizer.chat_template:
        tokenizer.chat_template = chat_template_of(default if template is None else template)
    return tokenizer


def save_classifier(
    trainer: RewardTrainer, start: str, tokenizer: Any, part: str, folder: Path
) -> None:
    """Writes a reward model as a folder that `transformers` and the reward `reward_model` load.

    Args:
        trainer: What has trained the classifier.
        start: The model that it was made of, whose tokenizer files are copied.
        tokenizer: What `load_graded_tokenizer` returned; its chat template is written.
        part: The part of a response that it was trained on.
        folder: Where to write.
    """
    network: Any = trainer.policy.model
    network.config.r1gym_part = part
    full = trainer.masters.state() if trainer.masters.are_copies else None
    save_model(network, trainer.policy.saved_dtype, folder, full)
    copy_tokenizer(start, folder)
    if AutoTokenizer.from_pretrained(folder).chat_template != tokenizer.chat_template:
        write_text(folder / _CHAT_TEMPLATE, tokenizer.chat_template)


class RewardTrainer:
    """Trains a classifier on preferences: `RewardTrainer(policy, texts, examples, config).learn()`.

    Args:
        policy: The classifier to train, in place, as `load_classifier` returns it.
        texts: What it reads.
        examples: What it learns from, all pairs or all labelled responses.
        config: The knobs.
        part: What is graded of a response, see `graded_part`.
        seed: The seed of the examples' order.
    """

    def __init__(
        self,
        policy: Policy,
        texts: GradedTexts,
        examples: Sequence[Example],
        config: RewardTrainingConfig,
        part: str = "summary",
        seed: int = 0,
    ) -> None:
        self.policy, self.config, self.seed = policy, config, seed
        self._texts, self._examples, self._part = texts, examples, part
        self.step = 0
        self.steps = config.epochs * math.ceil(len(examples) / config.batch_size)
        self.masters = Masters(policy.model)
        self.optimizer = torch.optim.AdamW(
            self.masters.weights.values(),
            lr=config.learning_rate,
            weight_decay=config.weight_decay,
        )
        self.masters.follow(self.optimizer)

    def learn(self, callback: Callable[[RewardTrainer, dict[str, float]], None]) -> None:
        """Trains to the end of the last epoch, from where the trainer stands.

        Args:
            callback: Called after each step with this trainer and the step's metrics.

        Raises:
            TrainingStopped: If the loss is not finite.
        """
        while self.step < self.steps:
            callback(self, self._train(self._batch()))

    def scores(self, examples: Sequence[Example]) -> list[tuple[float, ...]]:
        """Returns the scores of each example's texts: the chosen and the rejected, or the one."""
        found = []
        with torch.inference_mode():
            for part in _cut(examples, self.config.microbatch):
                scores = self._score(part).double()
                found += [tuple(row) for row in scores.view(len(part), -1).tolist()]
        return found

    def _batch(self) -> list[Example]:
        epoch, number = divmod(self.step, self.steps // self.config.epochs)
        order = np.random.default_rng([self.seed, epoch]).permutation(len(self._examples))
        size = self.config.batch_size
        return [self._examples[i] for i in order[number * size : (number + 1) * size]]

    def _train(self, batch: list[Example]) -> dict[str, float]:
        config = self.config
        self.optimizer.param_groups[0]["lr"] = warm_cosine(
            config.learning_rate, self.step, self.steps, config.warmup_steps
        )
        total = right = 0.0
        for part in _cut(batch, config.microbatch):
            scores = self._score(part).float()
            losses, agreed = _losses(part, scores, config.centre)
            (losses.sum() / len(batch)).backward()  # type: ignore[no-untyped-call]
            total += float(losses.sum().detach())
            right += float(agreed.sum())
        norm = float(torch.nn.utils.clip_grad_norm_(self.masters.weights.values(), 1.0))
        if not math.isfinite(total + norm):
            raise TrainingStopped(
                f"The loss or its gradient is not finite at step {self.step + 1} of the reward "
                "model: try a smaller learning rate."
            )
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        return {"train/loss": total / len(batch), "train/agreement": right / len(batch)}

    def _score(self, examples: Sequence[Example]) -> Tensor:
        """Returns scores, [examples, 2] of pairs and [examples, 1] of labelled responses."""
        texts = [text for example in examples for text in _texts_of(example, self._part)]
        encoded = [self._texts.encode(*text, self.config.max_tokens) for text in texts]
        return scores_of(self.policy.model, encoded).view(len(examples), -1)

    def save(self, run: Run) -> None:
        """Writes a checkpoint from which `resume` goes on to the bit."""
        weights = self.masters.state()  # no causal language model, as else in checkpoints
        state = {"step": self.step, "optimizer": self.optimizer.state_dict(), WEIGHTS: weights}
        save_checkpoint(run.checkpoints, self.step, self.policy, state)

    def resume(self, run: Run) -> bool:
        """Goes back to the run's last checkpoint. Returns False if there is none."""
        state = resume_run(run, self.policy, self.masters)
        if state is None:
            return False
        self.step = state["step"]
        self.optimizer.load_state_dict(state["optimizer"])
        return True


def _texts_of(example: Example, part: str) -> Iterator[tuple[str, str]]:
    pair = (example.chosen, example.rejected) if isinstance(example, Pair) else (example.response,)
    for text in pair:
        yield example.question, graded_part(text, part)


def _losses(part: Sequence[Example], scores: Tensor, centre: float) -> tuple[Tensor, Tensor]:
    """Returns each example's loss, and whether the scores agree with it."""
    if isinstance(part[0], Pair):
        chosen, rejected = scores.unbind(1)
        return pair_loss(chosen, rejected, centre), chosen > rejected
    labels = torch.tensor(
        [float(e.label) for e in part if isinstance(e, Labelled)], device=scores.device
    )
    return label_loss(scores[:, 0], labels), (scores[:, 0] > 0) == labels.bool()


def _cut(examples: Sequence[Example], microbatch: int) -> Iterator[Sequence[Example]]:
    """Yields examples in order, few enough for one pass."""
    most = max(1, microbatch // (2 if examples and isinstance(examples[0], Pair) else 1))
    for start in range(0, len(examples), most):
        yield examples[start : start + most]
