"""The engine ``transformers``: the library's own `generate`, slow and simple.

It is the control for faster engines, and samples models that the embedded engine does not know. It
computes with the policy's own weights. Left out: stopping at a stop text; what was written behind
one is cut off.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from transformers import GenerationConfig

from r1gym.core.types import Turn
from r1gym.models.fit import check_lengths
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import Sampling
from r1gym.rollout.turns import finished_turn


class TransformersEngine(EmbeddedEngine):
    """Samples with `generate` of `transformers`.

    Args:
        policy: The policy to sample from; its current weights are used at each call.
        rows: The most turns that are sampled side by side.
    """

    @torch.inference_mode()
    def generate(
        self, prompts: Sequence[Sequence[int]], n: int, sampling: Sampling, seed: int
    ) -> list[list[Turn]]:
        """Samples `n` turns behind each prompt; see `RolloutEngine.generate`.

        Raises:
            ConfigError: If a prompt with `max_tokens` is longer than the model's context.
        """
        check_lengths(self.most_tokens, [len(prompt) for prompt in prompts], sampling.max_tokens)
        asked = [prompt for prompt in prompts for _ in range(n)]
        turns: list[Turn] = []
        device = self.policy.device
        # It draws from the global stream.
        with torch.random.fork_rng([device] if device.type == "cuda" else []):
            torch.manual_seed(seed)
            for start in range(0, len(asked), self.rows):
                turns += self._complete(asked[start : start + self.rows], sampling)
        return [turns[place : place + n] for place in range(0, len(turns), n)]

    def _complete(self, prompts: Sequence[Sequence[int]], sampling: Sampling) -> list[Turn]:
        network: Any = self.policy.model
        tokenizer, device = self.policy.tokenizer, self.policy.device
        width = max(map(len, prompts))
        padded = [[tokenizer.pad_id] * (width - len(prompt)) + list(prompt) for prompt in prompts]
        lengths = torch.tensor([len(prompt) for prompt in prompts], device=device)
        is_token = torch.arange(width, device=device) >= width - lengths[:, None]
        found = network.generate(
            torch.tensor(padded, device=device),
            attention_mask=is_token.long(),
            generation_config=self._how(sampling),
        )
        ids = found.sequences[:, width:]
        logprobs = _logprobs(found.scores, ids, sampling)
        return [
            finished_turn(tokenizer, row, values, sampling.stop)
            for row, values in zip(ids.tolist(), logprobs.tolist(), strict=True)
        ]

    def _how(self, sampling: Sampling) -> GenerationConfig:
        """Every setting that changes a distribution: what is left out is taken from the model."""
        tokenizer, is_random = self.policy.tokenizer, sampling.temperature > 0
        return GenerationConfig(
            max_new_tokens=sampling.max_tokens,
            do_sample=is_random,
            temperature=sampling.temperature if is_random else 1.0,
            top_p=sampling.top_p if is_random else 1.0,
            top_k=0,
            min_p=0.0,
            typical_p=1.0,
            repetition_penalty=1.0,
            no_repeat_ngram_size=0,
            eos_token_id=list(tokenizer.end_ids),
            pad_token_id=tokenizer.pad_id,
            return_dict_in_generate=True,
            output_scores=True,
        )  # type: ignore[no-untyped-call]


def _logprobs(scores: Sequence[Tensor], ids: Tensor, sampling: Sampling) -> Tensor:
    """Returns the log-probs of tokens [rows, steps], given what was sampled from at each step."""
    if sampling.temperature == 0:
        return torch.zeros(ids.shape)
    logits = torch.stack(tuple(scores), 1).float()  # [rows, steps, vocab]
    return logits.log_softmax(-1).gather(-1, ids[..., None]).squeeze(-1)
