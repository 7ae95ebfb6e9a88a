"""Whether sampler and trainer agree: the same model, the same tokens, the same log-probabilities.

Where they do not, a policy is trained on probabilities of tokens that it did not have, and nothing
in its metrics shows it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from r1gym.core.errors import ConfigError
from r1gym.models.batches import make_batches
from r1gym.models.forward import forward
from r1gym.models.logprobs import token_logprobs
from r1gym.models.policy import Policy
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import RolloutEngine, Sampling
from r1gym.rollout.play import complete

_SAMPLES = 2  # of each prompt
# The logits behind log-probs are tens. Rounding moves one by a few units in the last of its places:
# 1e-6 of it in float32, 1/256 in bfloat16 and 1/2048 in float16.
BOUNDS = {
    torch.float64: 1e-3, torch.float32: 1e-3, torch.bfloat16: 0.5, torch.float16: 0.1,
}  # fmt: skip
"""The most that sampler and trainer may differ, in nats, by the type that they compute in."""


def check_agreement(
    policy: Policy,
    prompts: Sequence[Sequence[int]] = (),
    max_tokens: int = 12,
    engine: RolloutEngine | None = None,
) -> float:
    """Samples one small batch and compares its log-probs with those of plain forward passes.

    It draws from a generator of its own and leaves the policy as it is.

    Args:
        policy: The policy, on the device and in the type that it will be trained in.
        prompts: Token ids of prompts, best of different lengths; a few made-up ones if none.
        max_tokens: The most tokens of a completion; prompts and completions must fit the model.
        engine: What samples; the embedded engine if None.

    Returns:
        The largest difference of a token's log-probability, in nats: between the sampler and a
        plain forward pass, and between the trainer and that pass.

    Raises:
        ConfigError: If it is more than rounding explains, or no number.
    """
    prompts = prompts or made_up_prompts(policy.tokenizer.vocab_size)
    gap = largest_gap(policy, prompts, max_tokens, engine or EmbeddedEngine(policy))
    if math.isnan(gap):
        raise ConfigError(
            "The model's log-probabilities are no numbers, so its weights are broken: take another "
            "model, or an earlier checkpoint."
        )
    if gap > BOUNDS[policy.dtype]:
        raise ConfigError(
            f"Sampler and trainer disagree: log-probabilities differ by {gap:.2g} nats (at most "
            f"{BOUNDS[policy.dtype]:g} is rounding), so {type(policy.model).__name__} would be "
            "trained on wrong ones; take another model, or a shorter context."
        )
    return gap


def largest_gap(
    policy: Policy, prompts: Sequence[Sequence[int]], max_tokens: int, engine: RolloutEngine
) -> float:
    """Returns the largest difference of a sampled log-probability, as `check_agreement` does."""
    groups = complete(engine, prompts, _SAMPLES, Sampling(max_tokens), seed=0)
    turns = [turn for group in groups for turn in group]
    asked = [list(prompt) for prompt in prompts for _ in range(_SAMPLES)]
    tokens = [turn.token_ids for turn in turns]
    pad_id = policy.tokenizer.pad_id
    gaps = []
    with torch.no_grad():
        plain = [_plain_logprobs(policy, *pair) for pair in zip(asked, tokens, strict=True)]
        for batch in make_batches(asked, tokens, 4096, pad_id, policy.device):
            exact = batch.align(plain)
            sampled = batch.align([turn.logprobs or () for turn in turns])
            trained = token_logprobs(policy.model, batch)
            gaps += [(found - exact).abs().max() for found in (sampled, trained)]
    return float(torch.stack(gaps).max())  # NaN if one is, which Python's own max may pass over


def made_up_prompts(vocabulary: int) -> list[list[int]]:
    """Returns a few short prompts of different lengths in a vocabulary of some size."""
    return [[(17 * i + 5 * length) % vocabulary for i in range(length)] for length in (3, 7, 4)]


def _plain_logprobs(policy: Policy, prompt: list[int], tokens: Sequence[int]) -> list[float]:
    """One sequence, no padding, no cache, none of the batches that the trainer cuts."""
    ids = torch.tensor([[*prompt, *tokens]], device=policy.device)
    logits = forward(policy.model, ids[:, :-1], len(tokens), use_cache=False).logits
    logprobs = logits[0].float().log_softmax(-1)
    picked = logprobs.gather(1, ids[0, len(prompt) :, None])[:, 0]
    return [float(value) for value in picked]
