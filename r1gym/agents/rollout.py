"""Rollout engines: what samples completions from a policy.

An engine is handed prompts as token ids and returns token ids with the log-probabilities that they
were sampled with; text is never re-encoded. The embedded engine decodes with the training weights
themselves, so it has nothing to synchronise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from r1gym.agents.decoders import Decoder, make_decoder
from r1gym.agents.fit import check_lengths, context_length
from r1gym.agents.policy import Policy
from r1gym.core.checks import check_fields
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
        check_fields(self)
        if self.max_tokens < 1:
            raise ConfigError(f"max_tokens must be at least 1, not {self.max_tokens}.")
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


class EmbeddedEngine:
    """Samples with PyTorch in this process, with a KV cache.

    Finished rows leave the batch as soon as they are an eighth of it: late in a rollout only the
    longest completions cost time.

    Args:
        policy: The policy to sample from; its current weights are used at each call.
        max_rows: The most completions decoded side by side, which bounds the cache's memory.
    """

    def __init__(self, policy: Policy, max_rows: int = 512) -> None:
        self.policy = policy
        self.max_rows = max_rows

    @property
    def device(self) -> torch.device:
        """The policy's device."""
        return self.policy.device

    @torch.inference_mode()
    def generate(
        self,
        prompts: Sequence[Sequence[int]],
        group_size: int,
        sampling: Sampling,
        generator: torch.Generator,
    ) -> list[Completion]:
        """Samples `group_size` completions of each prompt; see `RolloutEngine.generate`.

        Raises:
            ConfigError: If a prompt with `max_tokens` is longer than the model's context.
        """
        lengths = [len(prompt) for prompt in prompts]
        self.check(lengths, sampling.max_tokens)
        at_once = max(1, self.max_rows // group_size)
        found: dict[int, list[Completion]] = {}  # by prompt
        with self.policy.autocast():
            decoder = make_decoder(self.policy.model, self.policy.tokenizer.pad_id)
            for chunk in _cut(lengths, at_once, decoder.one_length):
                ids, logprobs = _decode(
                    decoder, [prompts[i] for i in chunk],
                    group_size, sampling, generator, self.policy.tokenizer.end_ids,
                )  # fmt: skip
                completions = self._collect(ids, logprobs)
                for place, i in enumerate(chunk):
                    found[i] = completions[place * group_size : (place + 1) * group_size]
        return [completion for i in range(len(prompts)) for completion in found[i]]

    def check(self, lengths: Sequence[int], max_tokens: int) -> None:
        """Checks that prompts of these lengths, with a completion each, fit the model's context.

        Raises:
            ConfigError: If one does not.
        """
        check_lengths(context_length(self.policy.model), lengths, max_tokens)

    def _collect(self, ids: Tensor, logprobs: Tensor) -> list[Completion]:
        """Cuts the rows after their first end token and decodes them."""
        ends, decode = self.policy.tokenizer.end_ids, self.policy.tokenizer.decode
        completions = []
        for row, row_logprobs in zip(ids.tolist(), logprobs.tolist(), strict=True):
            found = [row.index(end) for end in ends if end in row]
            truncated = not found
            length = len(row) if truncated else min(found) + 1
            tokens = tuple(row[:length])
            completions.append(
                Completion(decode(tokens), tokens, tuple(row_logprobs[:length]), truncated)
            )
        return completions


def _cut(lengths: Sequence[int], at_once: int, one_length: bool) -> list[list[int]]:
    """Cuts prompts into batches, in their order, or length by length if a batch takes only one."""
    order = list(range(len(lengths)))
    kinds = [[i for i in order if lengths[i] == length] for length in sorted(set(lengths))]
    return [
        kind[start : start + at_once]
        for kind in (kinds if one_length else [order])
        for start in range(0, len(kind), at_once)
    ]


def _decode(
    decoder: Decoder,
    prompts: Sequence[Sequence[int]],
    group_size: int,
    sampling: Sampling,
    generator: torch.Generator,
    end_ids: Sequence[int],
) -> tuple[Tensor, Tensor]:
    """The sampling loop. Returns token ids and log-probs, both [rows, steps], padded with ends."""
    eos_id, *more_ends = end_ids
    logits = decoder.prefill(prompts, group_size, sampling.max_tokens)  # [rows, vocab]
    rows, device = logits.shape[0], logits.device
    ids = torch.full((rows, sampling.max_tokens), eos_id, device=device)
    logprobs = torch.zeros((rows, sampling.max_tokens), device=device)
    alive = torch.arange(rows, device=device)  # the row of `ids` that each decoded row writes to
    unfinished = torch.ones(rows, dtype=torch.bool, device=device)
    pick = _picker(sampling, generator)
    for step in range(sampling.max_tokens):
        tokens, token_logprobs = pick(logits)
        tokens = torch.where(unfinished, tokens, eos_id)
        ids[alive, step] = tokens
        logprobs[alive, step] = token_logprobs
        unfinished &= tokens != eos_id
        for end in more_ends:
            unfinished &= tokens != end
        left = int(unfinished.sum())
        if left == 0 or step == sampling.max_tokens - 1:
            return ids[:, : step + 1], logprobs[:, : step + 1]
        if left <= len(alive) - max(1, len(alive) // 8):
            keep = unfinished.nonzero().squeeze(1)
            decoder.keep(keep)
            alive, tokens, unfinished = alive[keep], tokens[keep], unfinished[keep]
        logits = decoder.step(tokens)
    raise AssertionError("the loop returns at its last step")


def _picker(
    sampling: Sampling, generator: torch.Generator
) -> Callable[[Tensor], tuple[Tensor, Tensor]]:
    """Returns a function from logits [rows, vocab] to sampled tokens and their log-probs [rows]."""

    def pick(logits: Tensor) -> tuple[Tensor, Tensor]:
        logits = logits.float()
        if sampling.temperature == 0:
            tokens = logits.argmax(-1)
            return tokens, torch.zeros_like(tokens, dtype=torch.float32)
        if sampling.temperature != 1:
            logits = logits / sampling.temperature
        if sampling.top_p < 1:
            logits = _nucleus(logits, sampling.top_p)
        logprobs = logits.log_softmax(-1)
        # The Gumbel-max trick with exponential noise: the same distribution as multinomial, in one
        # pass over the vocabulary.
        noise = torch.empty_like(logprobs).exponential_(generator=generator)
        tokens = (logprobs.exp() / noise).argmax(-1)
        return tokens, logprobs.gather(1, tokens[:, None]).squeeze(1)

    return pick


def _nucleus(logits: Tensor, top_p: float) -> Tensor:
    """Sets the logits outside the smallest set with probability `top_p` to minus infinity."""
    ordered, order = logits.sort(-1, descending=True)
    probabilities = ordered.softmax(-1)
    outside = probabilities.cumsum(-1) - probabilities >= top_p
    return logits.masked_fill(outside.scatter(1, order, outside), float("-inf"))
