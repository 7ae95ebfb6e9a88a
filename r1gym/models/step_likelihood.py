"""How likely a policy finds what is written so far, as a step scorer that takes no training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import Literal

from r1gym.core.checks import check_number, check_one_of, check_whole
from r1gym.core.errors import ConfigError
from r1gym.models.fit import check_readable
from r1gym.models.policy import Policy, load_policy
from r1gym.models.reference import written_logprobs
from r1gym.models.step_scorer import Speech, Steps, check_speech

HOW = ("least", "mean")


class LikelihoodScorer:
    """Scores a beginning by the probabilities that a policy gives to its tokens.

    Args:
        task: The task.
        model: The policy, or its folder or hub id. It speaks the task's tokens.
        how: ``"least"``: the probability of the least likely token so far, which drops at the first
            token that the policy would not have written. ``"mean"``: the geometric mean.
        temperature: Divides the logits.
        device: A torch device, for a policy given by name.
        most_tokens: The most padded tokens in one forward pass.

    Raises:
        ConfigError: If the policy has other tokens, or a value is not allowed.
        ModelNotFoundError: If the policy cannot be loaded.
    """

    name = "likelihood"

    def __init__(
        self,
        task: Speech,
        *,
        model: str | Policy,
        how: Literal["least", "mean"] = "least",
        temperature: float = 1.0,
        device: str = "cpu",
        most_tokens: int = 16384,
    ) -> None:
        self._how = check_one_of("how", how, HOW)
        self._temperature = check_number("temperature", temperature, above=0)
        self._most_tokens = check_whole("most_tokens", most_tokens, least=1)
        self._policy = load_policy(model, device) if isinstance(model, str) else model
        check_speech(task, self._policy.tokenizer, self._policy.model.name_or_path or "given")

    def score(self, prompts: Sequence[Sequence[int]], steps: Sequence[Steps]) -> list[list[float]]:
        """Returns for each completion the value of each step; see `StepScorer.score`."""
        written = [[token for step in one for token in step] for one in steps]
        lengths = [len(prompt) + len(one) for prompt, one in zip(prompts, written, strict=True)]
        check_readable(self._policy.model, max(lengths, default=0))
        masks = [[True] * len(one) for one in written]
        found = written_logprobs(
            self._policy, prompts, written, masks, self._temperature, self._most_tokens
        )
        return [self._values(one, cut) for one, cut in zip(found, steps, strict=True)]

    def _values(self, logprobs: Sequence[float], steps: Steps) -> list[float]:
        ends = list(accumulate(map(len, steps)))
        if not all(ends):
            raise ConfigError("A completion's first step holds no token: cut it into others.")
        if self._how == "least":
            so_far = list(accumulate(logprobs, min))
        else:
            sums = accumulate(logprobs)
            so_far = [total / number for number, total in enumerate(sums, 1)]
        return [math.exp(so_far[end - 1]) for end in ends]
