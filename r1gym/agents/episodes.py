"""What a training step knows of its rollout, and what it tells of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from r1gym.agents.learner_config import LearnerConfig
from r1gym.core.errors import TrainingStopped
from r1gym.core.types import Episode, Verdict
from r1gym.models.batches import Batch, make_batches
from r1gym.models.logprobs import packs
from r1gym.models.policy import Policy


@dataclass(frozen=True)
class Rollout:
    """Scored groups of trajectories, `questions` x `group_size` of them, group after group.

    Attributes:
        episodes: What was said, and its score.
        lengths: Tokens of the policy's that take part in the loss, [N]; 0 for masked trajectories.
        sampled_tokens: Tokens of the policy's that were sampled, those of dropped groups included.
        metrics: What happened, by name.
        advantages: What each was worth to the update, [N], a mean over its tokens where it is by
            token; None while that is not known, and of agents without any.
    """

    episodes: list[Episode]
    lengths: Tensor
    sampled_tokens: int
    metrics: dict[str, float]
    advantages: list[float] | None = None

    @cached_property
    def prompts(self) -> list[tuple[int, ...]]:
        """Token ids of each episode's prompt."""
        return [e.trajectory.prompt_ids for e in self.episodes]

    @cached_property
    def token_ids(self) -> list[tuple[int, ...]]:
        """Token ids of all turns behind each prompt."""
        return [e.trajectory.token_ids for e in self.episodes]

    @cached_property
    def masks(self) -> list[tuple[bool, ...]]:
        """For each of those whether the policy wrote it."""
        return [e.trajectory.mask for e in self.episodes]

    @cached_property
    def logprobs(self) -> list[list[float]]:
        """Log-probs of the policy's own tokens, as they were sampled."""
        return [policy_logprobs(episode) for episode in self.episodes]

    def batches(self, rows: Sequence[int], config: LearnerConfig, policy: Policy) -> list[Batch]:
        """Returns some of the trajectories, by row, as batches for the policy or its like."""
        return make_batches(
            [self.prompts[row] for row in rows],
            [self.token_ids[row] for row in rows],
            config.microbatch_tokens,
            policy.tokenizer.pad_id,
            policy.device,
            [self.masks[row] for row in rows],
            packs(policy.model),
        )


def policy_logprobs(episode: Episode) -> list[float]:
    """Returns the log-probs of the tokens that the policy wrote, as they were sampled."""
    turns = episode.trajectory.turns[::2]
    return [value for turn in turns for value in turn.logprobs or (0.0,) * len(turn.token_ids)]


def rewards_of(episodes: Sequence[Episode]) -> list[float]:
    """Returns the rewards, NaN where the grader failed."""
    return [float("nan") if e.score.value is None else e.score.value for e in episodes]


def graded_lengths(episodes: Sequence[Episode]) -> Tensor:
    """Returns the policy's tokens of each trajectory, [N]; 0 where the grader failed."""
    return torch.tensor(
        [0 if e.score.value is None else e.trajectory.policy_tokens for e in episodes]
    )


def check_failures(episodes: Sequence[Episode], config: LearnerConfig) -> None:
    """Raises TrainingStopped if too many completions could not be graded."""
    failed = [e.score for e in episodes if e.score.value is None]
    if len(failed) > config.max_failed_share * len(episodes):
        reason, count = Counter(score.reason for score in failed).most_common(1)[0]
        raise TrainingStopped(
            f"{len(failed)} of {len(episodes)} completions could not be graded "
            f"({config.prefix}.max_failed_share is {config.max_failed_share:g}); "
            f"{count} times: {reason}"
        )


def describe(episodes: Sequence[Episode]) -> dict[str, float]:
    """Returns means over the episodes, under Stable-Baselines3's names where it has one."""
    scores = [e.score for e in episodes]
    known = [score for score in scores if score.value is not None]
    lengths = [e.trajectory.policy_tokens for e in episodes]
    turns = [len(e.trajectory.turns) // 2 + 1 for e in episodes]
    parts: dict[str, list[float]] = {}
    for score in known:
        for name, part in score.parts.items():
            within = {f"{name}/{inner}": one for inner, one in part.parts.items()}
            for said, one in {name: part, **within}.items():
                if one.value is not None:  # of one that is only watched
                    parts.setdefault(said, []).append(one.value)
    return {
        "rollout/ep_rew_mean": float(np.mean([score.value or 0.0 for score in known])),
        "rollout/ep_len_mean": float(np.mean(lengths)),
        **({"rollout/turns_mean": float(np.mean(turns))} if max(turns) > 1 else {}),
        **{f"rollout/{name}": float(np.mean(values)) for name, values in parts.items()},
        "rollout/truncated_share": float(np.mean([e.trajectory.truncated for e in episodes])),
        "rollout/unparseable_share": float(
            np.mean([score.verdict is Verdict.UNPARSEABLE for score in scores])
        ),
        "rollout/failed_share": 1 - len(known) / len(scores),
        # The mean surprise at one's own samples: an unbiased estimate of the entropy a token.
        "train/entropy": -sum(map(sum, map(policy_logprobs, episodes))) / sum(lengths),
    }
