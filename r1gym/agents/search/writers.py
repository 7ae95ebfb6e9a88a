"""Who writes the steps: a rollout engine, in token ids that are never re-encoded.

`endpoint_writer.py` has one that asks an endpoint. Left out: a cache of keys and values from one
call to the next; siblings share their prefix within a call.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from r1gym.agents.search.protocol import Prefix, Step
from r1gym.agents.search.steps import Cut
from r1gym.core.types import Completion, Turn
from r1gym.envs.tokenizers import Tokenizer
from r1gym.rollout.engine import RolloutEngine, Sampling
from r1gym.rollout.play import complete


class Writer(Protocol):
    """Writes steps behind prefixes."""

    def begin(self, prompt: str) -> Prefix:
        """Returns a prompt with nothing behind it."""

    def write(
        self, prefixes: Sequence[Prefix], n: int, cut: Cut, most: int, seed: int
    ) -> list[list[Step]]:
        """Samples `n` steps behind each prefix.

        Args:
            prefixes: Prompts with steps that have not ended.
            n: Steps a prefix.
            cut: Where a step ends.
            most: The most tokens of a whole completion; a step that reaches it is cut there.
            seed: The only source of randomness.
        """

    def completion(self, prefix: Prefix) -> Completion:
        """Returns the steps as a completion, truncated if the last does not end it."""


class EngineWriter:
    """Lets a rollout engine write.

    Args:
        engine: The engine.
        tokenizer: Its policy's tokenizer.
        special: Whether the tokenizer puts before a prompt what it does before a text.
        temperature: Divides the logits; 0 takes the likeliest token.
        top_p: The nucleus.
    """

    def __init__(
        self,
        engine: RolloutEngine,
        tokenizer: Tokenizer,
        *,
        special: bool = True,
        temperature: float = 1.0,
        top_p: float = 1.0,
    ) -> None:
        Sampling(1, temperature, top_p)  # checks these two
        self._engine, self._tokenizer, self._special = engine, tokenizer, special
        self._temperature, self._top_p = temperature, top_p

    def begin(self, prompt: str) -> Prefix:
        """Returns a prompt with nothing behind it."""
        return Prefix(prompt, tuple(self._tokenizer.encode(prompt, special=self._special)))

    def write(
        self, prefixes: Sequence[Prefix], n: int, cut: Cut, most: int, seed: int
    ) -> list[list[Step]]:
        """Samples `n` steps behind each prefix, all side by side."""
        if not prefixes:
            return []
        texts = [(*prefix.prompt_ids, *prefix.token_ids) for prefix in prefixes]
        left = [most - prefix.sampled for prefix in prefixes]
        longest = max(left) if cut.tokens is None else min(cut.tokens, max(left))
        if self._engine.most_tokens is not None:
            # A step that ends here for want of room is a step like any other: it is gone on from.
            longest = min(longest, self._engine.most_tokens - max(map(len, texts)))
        sampling = Sampling(longest, self._temperature, self._top_p, cut.stop)
        groups = complete(self._engine, texts, n, sampling, seed)
        return [
            [self._step(turn, rest) for turn in group]
            for group, rest in zip(groups, left, strict=True)
        ]

    def completion(self, prefix: Prefix) -> Completion:
        """Returns the steps as a completion."""
        known = [step.logprobs for step in prefix.steps if step.logprobs is not None]
        logprobs = tuple(value for values in known for value in values)
        return Completion(
            self._tokenizer.decode(list(prefix.token_ids)),
            prefix.token_ids,
            logprobs if len(known) == len(prefix.steps) else None,
            truncated=not prefix.ended,
        )

    def _step(self, turn: Turn, rest: int) -> Step:
        ids = turn.token_ids[:rest]
        text = turn.text if len(ids) == len(turn.token_ids) else self._tokenizer.decode(list(ids))
        logprobs = None if turn.logprobs is None else turn.logprobs[:rest]
        ended = ids[-1] in self._tokenizer.end_ids
        return Step(text, ids, logprobs, ended, sampled=len(turn.token_ids))
