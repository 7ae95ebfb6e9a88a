"""The knobs that every agent has which learns from its own samples."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from r1gym.core.checks import check_fields, check_least
from r1gym.core.config import NEWER
from r1gym.core.errors import ConfigError
from r1gym.models.optimizers import OptimizerName

_LEAST: dict[str, float] = {
    **dict.fromkeys(("steps", "questions", "group_size", "inner_epochs", "minibatches"), 1),
    **dict.fromkeys(("max_tokens", "microbatch_tokens", "rollout_rows"), 1),
    **dict.fromkeys(
        (
            "learning_rate",
            "weight_decay",
            "warmup_steps",
            "max_failed_share",
            "shards",
            "staleness",
        ),
        0,
    ),
    "max_grad_norm": 1e-12,
}


@dataclass(frozen=True)
class LearnerConfig:
    """Sampling and optimisation."""

    prefix: ClassVar[str] = "learner"
    """What stands before the settings' names in messages, and on a command line."""

    steps: int = 200
    """Rollout and training steps."""
    questions: int = 32
    """Questions in a step; the report trains R1-Zero with 32."""
    group_size: int = 16
    """Completions a question; the report's G."""
    learning_rate: float = 3e-6
    """Peak learning rate; the report trains its 671B policy with 3e-6."""
    optimizer: OptimizerName = field(default="adamw", metadata=NEWER)
    """adamw, adafactor (whose learning rate is a share of the weights' size) or sgd: AdamW's states
    take 8 bytes a weight, theirs next to none."""
    warmup_steps: int = 10
    """Steps over which the learning rate rises linearly from 0."""
    weight_decay: float = 0.0
    """Decoupled weight decay."""
    max_grad_norm: float = 1.0
    """Gradients are scaled down to this norm."""
    inner_epochs: int = 1
    """Passes over each rollout."""
    minibatches: int = 1
    """Optimiser steps in a pass; the report splits 8,192 outputs into 16."""
    temperature: float = 1.0
    """Sampling temperature of the rollouts."""
    max_tokens: int = 64
    """The most tokens in a completion."""
    max_failed_share: float = 0.1
    """Training stops when a larger share of a step's completions could not be graded."""
    microbatch_tokens: int = 2048
    """The most padded tokens in one forward and backward pass."""
    shards: int = field(default=0, metadata=NEWER)
    """Parts that a step's questions are sampled in, each with a seed of its own; 0 for one in each
    process. The same number gives the same samples, however many processes there are. Each is
    scored while the next is sampled: several are for rewards that are slow, as code and judges."""
    staleness: int = field(default=0, metadata=NEWER)
    """1 samples and scores each rollout while the step before it trains, with the weights from
    before that step; it takes an engine with weights of its own."""
    rollout_rows: int = 512
    """The most completions that are sampled side by side: what the cache's memory allows."""

    def __post_init__(self) -> None:
        check_fields(self, f"{self.prefix}.")
        check_least(self, _LEAST, f"{self.prefix}.")
        if self.staleness > 1:
            raise ConfigError(f"{self.prefix}.staleness must be 0 or 1, not {self.staleness}.")
        if self.temperature <= 0:
            raise ConfigError(f"{self.prefix}.temperature must be above 0, not {self.temperature}.")
        if self.questions * self.group_size % self.minibatches:
            raise ConfigError(
                f"{self.prefix}.minibatches ({self.minibatches}) must divide questions x "
                f"group_size ({self.questions * self.group_size})."
            )
