"""Training a step scorer: a policy with a scalar head that reads the hidden state where steps end.

The loss is the binary cross-entropy between the head's value and a step's label, which may lie
between 0 and 1, as shares of right roll-outs do (arXiv 2312.08935). Left out: sharding.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from transformers import AutoConfig, AutoModelForTokenClassification
from transformers.utils import logging as hub_logging

from r1gym.core.checks import check_fields, check_least, check_whole
from r1gym.core.errors import ConfigError, ModelNotFoundError, TrainingStopped
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.models.policy import Policy, check_device, check_vocabulary
from r1gym.models.saving import save_tokenizer
from r1gym.models.schedule import warm_cosine
from r1gym.models.scoring import from_pretrained
from r1gym.models.step_classifier import (
    OWN_TOKENS,
    cut_readings,
    outputs_at_ends,
    read_tokens,
)


@dataclass(frozen=True)
class LabelledSteps:
    """A completion, cut into steps, with what is known of them.

    Attributes:
        prompt: Token ids of its prompt.
        steps: Its token ids, cut into steps.
        labels: For each step how right all is up to its end, from 0 to 1; None if unknown.
    """

    prompt: tuple[int, ...]
    steps: tuple[tuple[int, ...], ...]
    labels: tuple[float | None, ...]

    def __post_init__(self) -> None:
        if len(self.steps) != len(self.labels):
            raise ConfigError(
                f"There are {len(self.steps)} steps and {len(self.labels)} labels: give one each."
            )
        for label in self.labels:
            if label is not None and not 0 <= label <= 1:
                raise ConfigError(f"A step's label must be a number from 0 to 1, not {label!r}.")


@dataclass(frozen=True)
class StepTrainingConfig:
    """How a step scorer is trained."""

    epochs: int = 3
    """Passes over the completions."""
    batch_size: int = 128
    """Completions in a step."""
    learning_rate: float = 2e-3
    """Peak learning rate of AdamW."""
    warmup_steps: int = 20
    """Steps over which the learning rate rises; then it falls along a cosine to 0."""
    weight_decay: float = 0.01
    """Decoupled weight decay."""
    microbatch_tokens: int = 8192
    """The most padded tokens in one forward and backward pass."""

    def __post_init__(self) -> None:
        check_fields(self, "training.")
        least = {"epochs": 1, "batch_size": 1, "microbatch_tokens": 1}
        names = ("learning_rate", "warmup_steps", "weight_decay")
        check_least(self, least | dict.fromkeys(names, 0), "training.")


def new_step_classifier(
    start: str, device: str = "cpu", more_layers: int = 0, seed: int = 0
) -> Policy:
    """Returns a causal language model with a scalar head of zeros in place of its own.

    Args:
        start: A folder or hub id of a causal language model, or of a step scorer to go on with.
        device: A torch device.
        more_layers: Layers to put behind its last one. The layer that knows what token should come
            is its last, so that a comparison with the token that did takes layers behind it.
        seed: The seed of their weights.

    Raises:
        ModelNotFoundError: If it cannot be loaded, or its architecture has no such head.
    """
    check_device(device)
    check_whole("more_layers", more_layers, least=0)
    loud = hub_logging.get_verbosity()
    hub_logging.set_verbosity(logging.ERROR)  # the new weights are not in the files
    try:
        config = _deeper(from_pretrained(AutoConfig, start, {"num_labels": 1}), more_layers)
        options = {"config": config, "dtype": torch.float32, "output_loading_info": True}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            model, info = from_pretrained(AutoModelForTokenClassification, start, options)
    except Exception as error:  # whatever its reader raises
        why = (str(error).splitlines() or [type(error).__name__])[0][:160]
        raise ModelNotFoundError(
            f"The model {start!r} cannot be a step scorer: {why.rstrip('.')}."
        ) from error
    finally:
        hub_logging.set_verbosity(loud)
    _check_missing(start, model, info["missing_keys"], more_layers)
    tokenizer = load_tokenizer(getattr(model.config, "r1gym_tokenizer", None) or start)
    check_vocabulary(model, tokenizer.vocab_size)
    model.config.id2label, model.config.label2id = {0: "right"}, {"right": 0}
    setattr(model.config, OWN_TOKENS, True)
    return Policy(model.to(device).eval(), tokenizer)


def _deeper(config: Any, more_layers: int) -> Any:
    text = config.get_text_config()
    text.num_hidden_layers += more_layers
    if kinds := getattr(text, "layer_types", None):
        text.layer_types = [*kinds, *kinds[-1:] * more_layers]
    return config


def _check_missing(start: str, model: Any, missing: Sequence[str], more_layers: int) -> None:
    """Raises ModelNotFoundError if the files lack more than what is new; zeroes a new head."""
    own = f"{model.base_model_prefix}."
    old = model.config.get_text_config().num_hidden_layers - more_layers
    new = tuple(f".{old + i}." for i in range(more_layers))
    lost = [k for k in missing if k.startswith(own) and not any(n in k for n in new)]
    if lost:
        raise ModelNotFoundError(f"The files of {start!r} lack {', '.join(sorted(lost)[:3])}.")
    with torch.no_grad():
        for key, weight in model.named_parameters():
            if key in missing and not key.startswith(own):
                weight.zero_()


def save_step_classifier(classifier: Policy, folder: Path) -> None:
    """Writes a step scorer as a folder that `token_classifier` loads by its path."""
    network: Any = classifier.model
    network.save_pretrained(folder)
    save_tokenizer(classifier.tokenizer, folder)


class StepTrainer:
    """Trains a step scorer: `StepTrainer(classifier, examples, config).learn()`.

    Args:
        classifier: What `new_step_classifier` returned; it is trained in place.
        examples: What it learns from.
        config: The knobs.
        seed: The seed of the examples' order.

    Raises:
        ConfigError: If no step has a label.
    """

    def __init__(
        self,
        classifier: Policy,
        examples: Sequence[LabelledSteps],
        config: StepTrainingConfig | None = None,
        seed: int = 0,
    ) -> None:
        self.classifier, self.config = classifier, config or StepTrainingConfig()
        self.seed, self.step = seed, 0
        self._examples = [e for e in examples if any(label is not None for label in e.labels)]
        if not self._examples:
            raise ConfigError("No step has a label: there is nothing to train a step scorer on.")
        self._in_epoch = math.ceil(len(self._examples) / self.config.batch_size)
        self.steps = self.config.epochs * self._in_epoch
        self._optimizer = torch.optim.AdamW(
            classifier.model.parameters(),
            lr=self.config.learning_rate,
            weight_decay=self.config.weight_decay,
            fused=True,
        )

    def learn(self, callback: Callable[[int, float], None] | None = None) -> float:
        """Trains to the end of the last epoch. Returns the mean loss of the last tenth.

        Args:
            callback: Called after each step with its number and its loss.

        Raises:
            TrainingStopped: If the loss is not finite.
        """
        losses = []
        while self.step < self.steps:
            epoch, number = divmod(self.step, self._in_epoch)
            order = np.random.default_rng([self.seed, epoch]).permutation(len(self._examples))
            size = self.config.batch_size
            rows = order[number * size : (number + 1) * size]
            losses.append(self._train([self._examples[row] for row in rows]))
            self.step += 1
            if callback is not None:
                callback(self.step, losses[-1])
        tail = losses[-max(1, len(losses) // 10) :]
        return sum(tail) / len(tail) if tail else math.nan

    def _train(self, batch: Sequence[LabelledSteps]) -> float:
        config = self.config
        self._optimizer.param_groups[0]["lr"] = warm_cosine(
            config.learning_rate, self.step, self.steps, config.warmup_steps
        )
        readings = [read_tokens(example.prompt, example.steps) for example in batch]
        count = sum(label is not None for example in batch for label in example.labels)
        total = 0.0
        for rows in cut_readings(readings, config.microbatch_tokens):
            outputs = outputs_at_ends(self.classifier.model, [readings[row] for row in rows])[:, 0]
            labels = [label for row in rows for label in batch[row].labels]
            loss = _loss(outputs.float(), labels) / count
            loss.backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        norm = float(torch.nn.utils.clip_grad_norm_(self.classifier.model.parameters(), 1.0))
        if not math.isfinite(total + norm):
            raise TrainingStopped(
                f"The loss or its gradient is not finite at step {self.step + 1} of the step "
                "scorer: try a smaller learning rate."
            )
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        return total


def _loss(outputs: torch.Tensor, labels: Sequence[float | None]) -> torch.Tensor:
    """Returns the summed cross-entropy of the steps that have a label."""
    known = torch.tensor([label is not None for label in labels], device=outputs.device)
    wanted = torch.tensor([label or 0.0 for label in labels], device=outputs.device)
    losses = F.binary_cross_entropy_with_logits(outputs, wanted, reduction="none")
    return losses[known].sum()
