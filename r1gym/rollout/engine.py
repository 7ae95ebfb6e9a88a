"""What a rollout engine is: it samples completions from a policy.

An engine is handed prompts as token ids and returns token ids with the log-probabilities that they
were sampled with; text is never re-encoded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch

from r1gym.core.checks import check_finite
from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion


@dataclass(frozen=True)
class Sampling:
    """How to sample.

    Attributes:
        max_tokens: The most tokens in a completion, the end token included.
        temperature: Divides the logits; 0 takes the likeliest token.
        top_p: Samples from the smallest set of tokens with at least this probability.
    """

    max_tokens: int
    temperature: float = 1.0
    top_p: float = 1.0

    def __post_init__(self) -> None:
        if self.max_tokens < 1:
            raise ConfigError(f"max_tokens must be at least 1, not {self.max_tokens}.")
        check_finite(self)
        if self.temperature < 0:
            raise ConfigError(f"temperature must not be negative, got {self.temperature}.")
        if not 0 < self.top_p <= 1:
            raise ConfigError(f"top_p must lie in (0, 1], got {self.top_p}.")


class RolloutEngine(Protocol):
    """What agents ask of a rollout engine."""

    @property
    def device(self) -> torch.device:
        """Where the generator that `generate` takes must be."""

    def generate(
        self,
        prompts: Sequence[Sequence[int]],
        group_size: int,
        sampling: Sampling,
        generator: torch.Generator,
    ) -> list[Completion]:
        """Samples `group_size` completions of each prompt.

        Args:
            prompts: Token ids of each prompt.
            group_size: Completions a prompt; a prompt is read once for its whole group.
            sampling: How to sample.
            generator: The only source of randomness, on the policy's device.

        Returns:
            ``len(prompts) * group_size`` completions; those of a prompt stand together.
        """
