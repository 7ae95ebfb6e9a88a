"""A policy's likelihood, trained into a step scorer: a logistic regression on its log-probs.

A head on hidden states must learn to check what is written; the policy that wrote it, or a better
one, has mostly computed what should stand there, and says so in its log-probs. The regression
learns from labels how much of that to believe, so that a value is a probability. Six numbers are
trained, in about a second, and a few hundred solutions are enough.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from r1gym.core.checks import check_whole
from r1gym.core.errors import ConfigError, ModelNotFoundError
from r1gym.core.files import write_text
from r1gym.models.fit import check_readable
from r1gym.models.policy import Policy, load_policy, save_policy
from r1gym.models.reference import written_logprobs
from r1gym.models.step_scorer import Speech, Steps, check_speech
from r1gym.models.step_training import LabelledSteps

_HEAD = "step_head.json"
FEATURES = ("least_here", "mean_here", "least_so_far", "mean_so_far", "log_tokens")
_FLOOR = -15.0  # below, a token is as unlikely as can be


def likelihood_features(logprobs: Sequence[float], steps: Steps) -> list[list[float]]:
    """Returns the `FEATURES` of each step of a completion, given its tokens' log-probs."""
    found, start = [], 0
    for end in accumulate(map(len, steps)):
        so_far = [max(_FLOOR, value) for value in logprobs[:end]]
        here = so_far[start:end] or so_far[-1:]
        if not so_far:
            raise ConfigError("A completion's first step holds no token: cut it into others.")
        found.append(
            [
                min(here), sum(here) / len(here), min(so_far), sum(so_far) / end,
                math.log(end),
            ]
        )  # fmt: skip
        start = end
    return found


class CalibratedLikelihood:
    """Scores a beginning by the probability that it is right, given a policy's log-probs of it.

    Args:
        task: The task, or what else has a ``tokenizer`` and a ``template``.
        model: A folder that `save_calibrated` wrote.
        device: A torch device.
        most_tokens: The most padded tokens in one forward pass.

    Raises:
        ConfigError: If its policy has other tokens than the task.
        ModelNotFoundError: If the folder holds no such scorer.
    """

    name = "calibrated_likelihood"

    def __init__(
        self, task: Speech, *, model: str, device: str = "cpu", most_tokens: int = 16384
    ) -> None:
        self._most_tokens = check_whole("most_tokens", most_tokens, least=1)
        self._weights = _read_head(Path(model) / _HEAD)
        self._policy = load_policy(model, device)
        check_speech(task, self._policy.tokenizer, model)

    def score(self, prompts: Sequence[Sequence[int]], steps: Sequence[Steps]) -> list[list[float]]:
        """Returns for each completion the value of each step; see `StepScorer.score`."""
        values = []
        for rows in _features(self._policy, prompts, steps, self._most_tokens):
            outputs = torch.tensor(rows).view(-1, len(FEATURES)) @ self._weights[:-1]
            values.append([float(one) for one in (outputs + self._weights[-1]).sigmoid()])
        return values


def fit_calibrated(
    policy: Policy, examples: Sequence[LabelledSteps], most_tokens: int = 16384
) -> Tensor:
    """Returns the weights of the `FEATURES`, and the offset, that fit labels best.

    Args:
        policy: Whose log-probs are read; it is not trained.
        examples: The labelled solutions.
        most_tokens: The most padded tokens in one forward pass.

    Raises:
        ConfigError: If no step has a label.
    """
    found = _features(
        policy, [e.prompt for e in examples], [e.steps for e in examples], most_tokens
    )
    pairs = [
        (row, label)
        for rows, example in zip(found, examples, strict=True)
        for row, label in zip(rows, example.labels, strict=True)
        if label is not None
    ]
    if not pairs:
        raise ConfigError("No step has a label: there is nothing to fit a step scorer to.")
    rows = torch.tensor([row for row, _ in pairs], dtype=torch.float64)
    wanted = torch.tensor([label for _, label in pairs], dtype=torch.float64)
    middle, spread = rows.mean(0), rows.std(0, correction=0) + 1e-6
    inputs = (rows - middle) / spread
    weights = torch.zeros(len(FEATURES) + 1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        outputs = inputs @ weights[:-1] + weights[-1]
        found = F.binary_cross_entropy_with_logits(outputs, wanted)
        found = found + 1e-4 * weights.square().sum()  # or separable labels have no end
        found.backward()  # type: ignore[no-untyped-call]
        return found

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    fitted = weights.detach()
    own = fitted[:-1] / spread
    return torch.cat([own, (fitted[-1] - own @ middle)[None]]).float()


def save_calibrated(policy: Policy, weights: Tensor, folder: Path) -> None:
    """Writes a scorer as a folder that `calibrated_likelihood` loads by its path."""
    save_policy(policy, folder)
    head = {"features": list(FEATURES), "weights": weights.tolist()}
    write_text(folder / _HEAD, json.dumps(head, indent=2) + "\n")


def _read_head(path: Path) -> Tensor:
    try:
        head: Any = json.loads(path.read_text("utf-8"))
        weights = torch.tensor(head["weights"], dtype=torch.float32)
        if tuple(head["features"]) != FEATURES or weights.shape != (len(FEATURES) + 1,):
            raise ValueError("it is of other features")
    except (OSError, ValueError, TypeError, KeyError) as error:
        why = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelNotFoundError(
            f"{str(path.parent)!r} holds no calibrated likelihood ({why}): give a folder that "
            "save_calibrated wrote."
        ) from error
    return weights


def _features(
    policy: Policy,
    prompts: Sequence[Sequence[int]],
    steps: Sequence[Steps],
    most_tokens: int,
) -> list[list[list[float]]]:
    written = [[token for step in one for token in step] for one in steps]
    lengths = [len(prompt) + len(one) for prompt, one in zip(prompts, written, strict=True)]
    check_readable(policy.model, max(lengths, default=0))
    masks = [[True] * len(one) for one in written]
    logprobs = written_logprobs(policy, prompts, written, masks, 1.0, most_tokens)
    return [likelihood_features(one, cut) for one, cut in zip(logprobs, steps, strict=True)]
