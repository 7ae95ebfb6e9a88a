"""What the trainer makes of tokens that an engine with weights of its own has sampled.

Left out: leaving out whole completions that are too far off; the canary after each sync stops a run
whose engine is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch

from r1gym.agents.episodes import Rollout
from r1gym.agents.grpo.loss import importance_weights, kl_penalty


@dataclass(frozen=True)
class Mismatch:
    """Trainer and engine side by side, at the tokens that the policy wrote.

    Attributes:
        logprobs: The trainer's log-probs, by trajectory.
        weights: What each token weighs, see `r1gym.agents.grpo.loss.importance_weights`.
        metrics: How far they are apart, by name. The means are over those tokens alone.
    """

    logprobs: list[list[float]]
    weights: list[list[float]]
    metrics: dict[str, float]

    @classmethod
    def of(cls, logprobs: list[list[float]], rollout: Rollout, cap: float, step: int) -> Self:
        """Compares.

        Args:
            logprobs: The trainer's log-probs of the policy's tokens, before it trains on them.
            rollout: What was written, with the engine's.
            cap: The largest weight.
            step: The trainer's step, to tell how old the engine's weights were.
        """
        ours = torch.tensor([value for row in logprobs for value in row])
        theirs = torch.tensor([value for row in rollout.logprobs for value in row])
        weights = importance_weights(ours, theirs, cap)
        gaps = (ours - theirs).abs()
        ages = [step - episode.trajectory.version for episode in rollout.episodes]
        metrics = {
            "train/engine_gap_mean": float(gaps.mean()),
            "train/engine_gap_max": float(gaps.max()),
            "train/engine_kl": float(kl_penalty(theirs, ours).mean()),  # of samples of the engine
            "train/importance_weight": float(weights.mean()),
            "train/importance_capped": float((ours - theirs > np.log(cap)).float().mean()),
            "train/staleness": float(np.mean(ages)),
        }
        return cls(logprobs, _by_row(weights.tolist(), logprobs), metrics)


def _by_row(values: list[float], like: Sequence[Sequence[float]]) -> list[list[float]]:
    ends = np.cumsum([len(row) for row in like])
    return [values[end - len(row) : end] for row, end in zip(like, ends, strict=True)]
