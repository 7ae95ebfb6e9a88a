"""Supervised fine-tuning on prompts with completions; also how the embedded base is pretrained.

Matrices inside the blocks are trained with Muon and everything else with AdamW, or another
optimiser, which trains all if Muon's rate is 0: on the embedded model Muon needs a third of the
examples that AdamW needs. Left
out: loss on the prompts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol, Self

import torch

from r1gym.agents.progress import showing
from r1gym.core.checks import check_fields, check_least
from r1gym.core.config import NEWER
from r1gym.core.errors import TrainingStopped
from r1gym.core.run import Run
from r1gym.models.adapters import adapter_weights
from r1gym.models.batches import make_batches
from r1gym.models.checkpoint import WEIGHTS, resume_run, save_checkpoint
from r1gym.models.logprobs import packs, token_logprobs
from r1gym.models.masters import Masters
from r1gym.models.optimizers import OptimizerName, make_optimizer
from r1gym.models.policy import Policy
from r1gym.models.world import World

Example = tuple[list[int], list[int]]  # token ids of a prompt and of its completion
_POOL = 16  # batches that are sorted by length together


class Corpus(Protocol):
    """Examples by position, the same at every call, so that training can resume anywhere."""

    def examples(self, start: int) -> Iterator[Example]:
        """Yields the examples from number `start` on."""


@dataclass(frozen=True)
class SFTConfig:
    """Supervised fine-tuning."""

    steps: int = 1000
    """Optimiser steps."""
    batch_size: int = 96
    """Examples in a step."""
    matrix_learning_rate: float = 0.02
    """Peak learning rate of Muon (K. Jordan, 2024), for the matrices inside the blocks; 0 trains
    them by AdamW as well, which is usual for a model that was pretrained by it."""
    learning_rate: float = 3e-3
    """Peak learning rate of the other optimizer, for embeddings and norms."""
    warmup_steps: int = 50
    """Steps over which the learning rates rise; then they fall along a cosine."""
    final_share: float = 0.05
    """The learning rates end at this share of their peak."""
    weight_decay: float = 0.01
    """Decoupled weight decay."""
    optimizer: OptimizerName = field(default="adamw", metadata=NEWER)
    """What trains all that Muon does not: adamw, adafactor or sgd."""

    def __post_init__(self) -> None:
        check_fields(self, "sft.")
        names = ("matrix_learning_rate", "learning_rate", "warmup_steps", "final_share")
        least = dict.fromkeys((*names, "weight_decay"), 0)
        check_least(self, {"steps": 1, "batch_size": 1} | least, "sft.")


def add_gradients(
    policy: Policy,
    examples: Sequence[Example],
    most_tokens: int,
    masks: Sequence[Sequence[bool]] | None = None,
    world: World | None = None,
) -> float:
    """Adds the gradients of the examples' loss to the policy's. Returns the loss.

    Of several processes each does it for its share of the examples, and returns its part.

    Args:
        policy: The policy to fine-tune.
        examples: Prompts with completions; the loss is the mean over all completion tokens.
        most_tokens: The most padded tokens in one forward and backward pass.
        masks: For each completion token whether it counts; None if all do.
        world: The processes that train together; None for one.
    """
    world = world or World()
    prompts, completions = [e[0] for e in examples], [e[1] for e in examples]
    count = sum(map(sum, masks)) if masks else sum(map(len, completions))
    total = 0.0
    if world.size > 1:
        lengths = [len(prompt) + len(completion) for prompt, completion in examples]
        most_tokens = min(most_tokens, max(max(lengths), -(-sum(lengths) // world.size)))
    batches = make_batches(
        prompts, completions, most_tokens, policy.tokenizer.pad_id, policy.device, masks,
        packs(policy.model),
    )  # fmt: skip
    for batch in world.deal(batches):
        logprobs = token_logprobs(policy.model, batch)
        loss = -(logprobs * batch.mask).sum() / count
        loss.backward()  # type: ignore[no-untyped-call]
        total += float(loss.detach())
    return total


class SFT:
    """Trains a policy on a corpus: `SFT(policy, corpus, config).learn()`.

    Args:
        policy: The policy to train, in place.
        corpus: What it learns from.
        config: The knobs.
    """

    def __init__(self, policy: Policy, corpus: Corpus, config: SFTConfig) -> None:
        self.policy, self.corpus, self.config = policy, corpus, config
        network: Any = policy.model
        ends = {
            id(network.get_input_embeddings().weight),
            id(network.get_output_embeddings().weight),
        }
        adapter = adapter_weights(policy.model)
        outer = {name for name, weight in network.named_parameters() if id(weight) in ends}
        blocks: list[torch.nn.Parameter] = []
        others: list[torch.nn.Parameter] = []
        self.masters = Masters(policy.model)
        for name, weight in self.masters.weights.items():
            is_matrix = weight.ndim == 2 and name not in outer and config.matrix_learning_rate
            is_matrix = is_matrix and not adapter  # its factors are no maps of their own
            (blocks if is_matrix else others).append(weight)
        decay = config.weight_decay
        self.optimizers: list[torch.optim.Optimizer] = [
            make_optimizer(config.optimizer, others, config.learning_rate, decay, (0.9, 0.95))
        ]
        if blocks:
            muon = torch.optim.Muon(blocks, lr=config.matrix_learning_rate, weight_decay=decay)
            self.optimizers.insert(0, muon)
        for optimizer in self.optimizers:
            self.masters.follow(optimizer)
        self.step = 0
        self.world, self.trained = World(), policy

    def learn(
        self,
        callback: Callable[[SFT, dict[str, float]], None] | None = None,
        *,
        progress_bar: bool = True,
    ) -> Self:
        """Trains until ``config.steps``, from where the trainer stands. Returns this trainer.

        Args:
            callback: Called after each step with this trainer and the step's metrics.
            progress_bar: Show a bar with each step's loss, on standard error.

        Raises:
            TrainingStopped: If the loss is not finite.
        """
        title, steps = type(self).__name__, self.config.steps
        with showing(progress_bar, title, steps, self.step) as show:
            for examples in self._batches():
                self.world.tell("train_on", examples)
                with self.world.watched():
                    metrics = self.train_on(examples)
                show(self.step, (), metrics)
                if callback is not None:
                    callback(self, metrics)
        return self

    def _batches(self) -> Iterator[list[Example]]:
        """Yields the batches of the steps that are left, each when the one before is trained on."""
        size = self.config.batch_size
        # Pools start at multiples of their size, so that a resumed run cuts the same batches.
        while self.step < self.config.steps:
            pool_start = self.step - self.step % _POOL
            pool = list(islice(self.corpus.examples(pool_start * size), _POOL * size))
            pool.sort(key=lambda example: len(example[0]) + len(example[1]))
            # A stride through the sorted pool, so that lengths do not rise in step with training.
            for i in range(self.step - pool_start, min(_POOL, self.config.steps - pool_start)):
                chosen = i * 7 % _POOL
                yield pool[chosen * size : (chosen + 1) * size]

    def train_on(self, examples: list[Example]) -> dict[str, float]:
        """Takes one step on a batch, all processes together. Returns its metrics.

        Raises:
            TrainingStopped: If the loss is not finite.
        """
        scale = self._learning_rate_scale()
        peaks = (self.config.matrix_learning_rate, self.config.learning_rate)[
            -len(self.optimizers) :
        ]
        for optimizer, peak in zip(self.optimizers, peaks, strict=True):
            optimizer.param_groups[0]["lr"] = peak * scale
        total = add_gradients(self.trained, examples, 8192, world=self.world)
        total = self.world.total({"loss": total})["loss"]
        norm = self.world.clip(self.masters.weights.values(), 1.0)
        if not math.isfinite(total + norm):
            raise TrainingStopped(
                f"The loss or its gradient is not finite at step {self.step + 1} of fine-tuning."
            )
        for optimizer in self.optimizers:
            self.world.step(optimizer)
            optimizer.zero_grad(set_to_none=True)
        self.world.spread()
        self.step += 1
        return {"train/loss": total, "train/learning_rate": peaks[-1] * scale}

    def _learning_rate_scale(self) -> float:
        config = self.config
        rise = min(1.0, (self.step + 1) / max(1, config.warmup_steps))
        fall = 0.5 * (1 + math.cos(math.pi * self.step / config.steps))
        return rise * (config.final_share + (1 - config.final_share) * fall)

    def save(self, run: Run) -> None:
        """Writes a checkpoint from which `resume` goes on to the bit."""
        self.world.tell("state")
        save_checkpoint(run.checkpoints, self.step, self.policy, self.state())

    def state(self) -> dict[str, Any]:
        """Returns all, beside the policy, that the trainer needs to go on to the bit."""
        state = {WEIGHTS: self.world.weights(self.masters)} if self.masters.are_copies else {}
        return state | {
            "step": self.step,
            "optimizers": [self.world.state(optimizer) for optimizer in self.optimizers],
        }

    def enter(self, world: World) -> None:
        """Trains together with other processes from now on, each of which has called this."""
        self.world = world
        self.trained = world.wrap(self.policy, self.masters, self.optimizers)

    def resume(self, run: Run) -> bool:
        """Goes back to the run's last checkpoint. Returns False if there is none."""
        state = resume_run(run, self.policy, self.masters)
        if state is None:
            return False
        self.load_state(state)
        return True

    def load_state(self, state: dict[str, Any]) -> None:
        """Goes on from what `state` returned."""
        self.step = state["step"]
        if WEIGHTS in state:  # told by another process
            self.masters.load(state[WEIGHTS])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
