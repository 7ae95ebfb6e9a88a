"""What a rollout engine is: it samples completions from a policy.

An engine is handed prompts as token ids and returns token ids with the log-probabilities that they
were sampled with; text is never re-encoded. `r1gym.testing.check_engine` tries whether one keeps
what is promised here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any, Protocol

from r1gym.core.checks import check_fields, check_least
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.registry import Registry
from r1gym.core.types import Turn
from r1gym.models.policy import Policy


@dataclass(frozen=True)
class Sampling:
    """How to sample.

    Attributes:
        max_tokens: The most tokens in a turn, the end token included.
        temperature: Divides the logits; 0 takes the likeliest token.
        top_p: Samples from the smallest set of tokens with at least this probability.
        stop: Texts that end a turn as an end token does; they stay in its text.
    """

    max_tokens: int
    temperature: float = 1.0
    top_p: float = 1.0
    stop: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        check_least(self, {"max_tokens": 1, "temperature": 0})
        if not 0 < self.top_p <= 1:
            raise ConfigError(f"top_p must lie in (0, 1], got {self.top_p}.")
        if "" in self.stop:
            raise ConfigError("stop must be texts that are not empty.")


class RolloutEngine(Protocol):
    """Samples turns from a policy's weights."""

    @property
    def version(self) -> int:
        """The number of the weights that it samples with, as `sync` was told it."""

    @property
    def most_tokens(self) -> int | None:
        """The most tokens of a prompt with what is written after it; None for no limit."""

    def generate(
        self, prompts: Sequence[Sequence[int]], n: int, sampling: Sampling, seed: int
    ) -> list[list[Turn]]:
        """Samples `n` turns behind each prompt.

        Args:
            prompts: Token ids of each prompt.
            n: Turns a prompt.
            sampling: How to sample.
            seed: The only source of randomness: the same call gives the same turns.

        Returns:
            For each prompt its turns, with their tokens, the end token included when there is one,
            and the log-probabilities under the distribution that was sampled from; 0 for each token
            where nothing was left to chance (temperature 0).

        Raises:
            ConfigError: If a prompt with ``max_tokens`` is longer than `most_tokens`.
        """

    def sync(self, policy: Policy, version: int) -> float:
        """Takes over a policy's weights.

        Args:
            policy: The policy, as the trainer has it now.
            version: The number of its weights.

        Returns:
            The largest difference of a token's log-probability between engine and policy on a small
            batch, in nats; 0 for an engine that computes with the policy itself.

        Raises:
            TrainingStopped: If it is more than rounding explains.
        """

    def close(self) -> None:
        """Gives back what it holds. A second call does nothing."""


ENGINES: Registry[Callable[..., RolloutEngine]] = Registry(
    "engine",
    group="r1gym.engines",
    built_in={
        "embedded": "r1gym.rollout.embedded:EmbeddedEngine [train]",
        "transformers": "r1gym.rollout.transformers_generate:TransformersEngine [train]",
        "vllm": "r1gym.rollout.vllm:VLLMEngine [vllm]",
        "vllm_server": "r1gym.rollout.vllm_server:VLLMServerEngine [train]",
        "ray": "r1gym.rollout.ray_workers:RayEngine [ray]",
    },
    wants="a class or a function that makes an engine of a policy",
    fits=callable,
)
"""Engines by name. Each is called with the policy, with ``rows=`` and with options of its own, see
`make_engine`. One that computes with the policy's own weights says so by an attribute
``shares_weights``; GRPO and its kin weight samples of all others by how likely the trainer finds
them."""


def make_engine(
    name: str, policy: Policy, rows: int = 512, options: Mapping[str, Any] | None = None
) -> RolloutEngine:
    """Returns a new engine for a policy.

    Args:
        name: The engine's name.
        policy: The policy.
        rows: The most turns that it samples side by side, which bounds its memory.
        options: Keyword arguments of its own.

    Raises:
        UnknownNameError: If there is no engine of that name, or it has no such option.
        ConfigError: If a value is not allowed.
    """
    check_options(name, options or {})
    return ENGINES.get(name)(policy, rows=rows, **(options or {}))


def check_options(name: str, options: Mapping[str, Any]) -> None:
    """Finds what is wrong with an engine's options before there is a policy.

    An engine that takes any keyword argument may bring a static method ``check_options``.

    Raises:
        UnknownNameError: If there is no engine of that name, or it has no such option.
        ConfigError: If a value is not allowed.
    """
    engine = ENGINES.get(name)
    taken = signature(engine).parameters
    if all(one.kind is not one.VAR_KEYWORD for one in taken.values()):
        known = [one for one in taken if one not in ("policy", "rows")]
        if unknown := [one for one in options if one not in known]:
            hint = "" if known else "It has none."
            raise UnknownNameError(f"option of the engine {name!r}", unknown[0], known, hint)
    if (check := getattr(engine, "check_options", None)) is not None:
        check(options)


def shares_weights(engine: object) -> bool:
    """Returns whether an engine computes with the policy's own weights."""
    return bool(getattr(engine, "shares_weights", False))
