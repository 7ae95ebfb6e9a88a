"""The embedded engine: it samples with PyTorch in this process.

It decodes with the training weights themselves, so it has nothing to synchronise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from r1gym.core.types import Turn
from r1gym.envs.tokenizers import Tokenizer
from r1gym.models.decoders import Decoder, make_decoder
from r1gym.models.fit import check_lengths, context_length
from r1gym.models.policy import Policy
from r1gym.rollout.engine import Sampling
from r1gym.rollout.turns import stop_tokens, stops


class EmbeddedEngine:
    """Samples with PyTorch in this process, with a KV cache.

    Finished rows leave the batch as soon as they are an eighth of it: late in a rollout only the
    longest turns cost time.

    Args:
        policy: The policy to sample from; its current weights are used at each call.
        rows: The most turns decoded side by side, which bounds the cache's memory.
    """

    shares_weights = True

    def __init__(self, policy: Policy, rows: int = 512) -> None:
        self.policy = policy
        self.rows = rows
        self.version = 0
        self._may_stop: dict[tuple[str, ...], Tensor] = {}  # tokens, by the stop texts

    @property
    def most_tokens(self) -> int | None:
        """The model's context."""
        return context_length(self.policy.model)

    @torch.inference_mode()
    def generate(
        self, prompts: Sequence[Sequence[int]], n: int, sampling: Sampling, seed: int
    ) -> list[list[Turn]]:
        """Samples `n` turns behind each prompt; see `RolloutEngine.generate`.

        Raises:
            ConfigError: If a prompt with `max_tokens` is longer than the model's context.
        """
        lengths = [len(prompt) for prompt in prompts]
        check_lengths(self.most_tokens, lengths, sampling.max_tokens)
        generator = torch.Generator(self.policy.device).manual_seed(seed)
        at_once = max(1, self.rows // n)
        found: dict[int, list[Turn]] = {}  # by prompt
        decoder = make_decoder(self.policy.model, self.policy.tokenizer.pad_id)
        for chunk in _cut(lengths, at_once, decoder.one_length):
            ids, logprobs, stopped = _decode(
                decoder, [prompts[i] for i in chunk],
                n, sampling, generator, self.policy.tokenizer, self._stop_tokens(sampling.stop),
            )  # fmt: skip
            turns = self._collect(ids, logprobs, stopped)
            for place, i in enumerate(chunk):
                found[i] = turns[place * n : (place + 1) * n]
        return [found[i] for i in range(len(prompts))]

    def _stop_tokens(self, stop: tuple[str, ...]) -> Tensor:
        """Returns which tokens may complete a stop text; a vocabulary may be large."""
        if stop not in self._may_stop:
            self._may_stop[stop] = torch.tensor(stop_tokens(self.policy.tokenizer, stop))
        return self._may_stop[stop].to(self.policy.device)

    def sync(self, policy: Policy, version: int) -> float:
        """Samples from `policy` from now on: the weights are the trainer's own."""
        self.policy, self.version = policy, version
        return 0.0

    def close(self) -> None:
        """Has nothing to give back."""

    def _collect(self, ids: Tensor, logprobs: Tensor, stopped: dict[int, int]) -> list[Turn]:
        """Cuts the rows after their first end token or stop, and decodes them."""
        ends, decode = self.policy.tokenizer.end_ids, self.policy.tokenizer.decode
        turns = []
        rows = zip(ids.tolist(), logprobs.tolist(), strict=True)
        for number, (row, row_logprobs) in enumerate(rows):
            found = [row.index(end) + 1 for end in ends if end in row]
            length = stopped.get(number) or min(found, default=len(row))
            tokens = tuple(row[:length])
            truncated = not found and number not in stopped
            turns.append(Turn(decode(tokens), tokens, tuple(row_logprobs[:length]), truncated))
        return turns


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
    n: int,
    sampling: Sampling,
    generator: torch.Generator,
    tokenizer: Tokenizer,
    may_stop: Tensor,
) -> tuple[Tensor, Tensor, dict[int, int]]:
    """The sampling loop.

    Returns token ids and log-probs, both [rows, steps], padded with ends, and the lengths of the
    rows that a stop text ended.
    """
    eos_id, *more_ends = tokenizer.end_ids
    logits = decoder.prefill(prompts, n, sampling.max_tokens)  # [rows, vocab]
    rows, device = logits.shape[0], logits.device
    ids = torch.full((rows, sampling.max_tokens), eos_id, device=device)
    logprobs = torch.zeros((rows, sampling.max_tokens), device=device)
    alive = torch.arange(rows, device=device)  # the row of `ids` that each decoded row writes to
    unfinished = torch.ones(rows, dtype=torch.bool, device=device)
    pick = _picker(sampling, generator)
    stopped: dict[int, int] = {}
    for step in range(sampling.max_tokens):
        tokens, token_logprobs = pick(logits)
        tokens = torch.where(unfinished, tokens, eos_id)
        ids[alive, step] = tokens
        logprobs[alive, step] = token_logprobs
        unfinished &= tokens != eos_id
        for end in more_ends:
            unfinished &= tokens != end
        if sampling.stop:
            for place in (unfinished & may_stop[tokens]).nonzero().flatten().tolist():
                row = int(alive[place])
                if stops(tokenizer, ids[row, : step + 1].tolist(), sampling.stop):
                    stopped[row] = step + 1
                    unfinished[place] = False
        left = int(unfinished.sum())
        if left == 0 or step == sampling.max_tokens - 1:
            return ids[:, : step + 1], logprobs[:, : step + 1], stopped
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
