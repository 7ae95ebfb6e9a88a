"""The reference policy: a frozen copy, run once a rollout; its log-probs are data from then on.

Of a model with an adapter there is no second copy: it is the model with its adapter off, or with
the weights that the adapter had when the reference last followed.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from r1gym.models.adapters import adapter_weights, as_started, has_adapter
from r1gym.models.batches import make_batches
from r1gym.models.logprobs import packs, token_logprobs
from r1gym.models.policy import Policy


class Reference:
    """What a policy is kept near to.

    Args:
        policy: The policy; the reference starts as its copy.
        every: Steps after which it becomes a copy of the policy again (report, section 2.1).
    """

    def __init__(self, policy: Policy, every: int) -> None:
        self._policy, self._every = policy, every
        self._has_adapter = has_adapter(policy.model)
        self._adapter = self._snapshot()
        self.model = policy.model
        if not self._has_adapter:
            self.model = copy.deepcopy(policy.model).requires_grad_(False)

    def logprobs(
        self,
        prompts: Sequence[Sequence[int]],
        completions: Sequence[Sequence[int]],
        masks: Sequence[Sequence[bool]],
        temperature: float,
        most_tokens: int,
    ) -> list[list[float]]:
        """Returns the log-probs of each completion's tokens that count; see `written_logprobs`."""
        frozen = replace(self._policy, model=self.model)
        with as_started(self.model, self._adapter) if self._has_adapter else nullcontext():
            return written_logprobs(frozen, prompts, completions, masks, temperature, most_tokens)

    def follow(self, step: int) -> None:
        """Becomes a copy of the policy, if a step that has just ended is one for it."""
        if step % self._every:
            return
        if self._has_adapter:
            self._adapter = self._snapshot()
        else:
            self.model.load_state_dict(self._policy.model.state_dict())

    def state_dict(self) -> dict[str, Any]:
        """Returns its weights; of an adapter only its own, and none while it is off."""
        return self._adapter or {} if self._has_adapter else dict(self.model.state_dict())

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Goes back to saved weights."""
        if self._has_adapter:
            self._adapter = state or None
        else:
            self.model.load_state_dict(state)

    def _snapshot(self) -> dict[str, Tensor] | None:
        """Returns the adapter's weights as they are; None if they add nothing, or there is none."""
        weights = {n: w.clone() for n, w in adapter_weights(self._policy.model).items()}
        is_off = all(not weight.any() for name, weight in weights.items() if "lora_B" in name)
        return None if is_off else weights


@torch.no_grad()
def written_logprobs(
    policy: Policy,
    prompts: Sequence[Sequence[int]],
    completions: Sequence[Sequence[int]],
    masks: Sequence[Sequence[bool]],
    temperature: float,
    most_tokens: int,
) -> list[list[float]]:
    """Returns the log-probs that a policy gives to what may be another's completions.

    Args:
        policy: The policy.
        prompts: Token ids of each prompt.
        completions: Token ids behind each prompt.
        masks: For each of those whether it counts.
        temperature: Divides the logits, as it did when they were sampled.
        most_tokens: The most padded tokens in one forward pass.

    Returns:
        For each completion one number for each of its tokens that count.
    """
    found: list[list[float]] = [[] for _ in completions]
    batches = make_batches(
        prompts, completions, most_tokens, policy.tokenizer.pad_id, policy.device, masks,
        packs(policy.model),
    )  # fmt: skip
    for batch in batches:
        values = token_logprobs(policy.model, batch, temperature)
        for row, tokens in zip(batch.rows, batch.split(values), strict=True):
            found[row] = tokens
    return found
