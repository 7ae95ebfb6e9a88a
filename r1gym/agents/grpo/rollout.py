"""The first half of a GRPO step: questions in, groups of completions with advantages out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from r1gym.agents import episodes
from r1gym.agents.episodes import describe, graded_lengths, play, rewards_of
from r1gym.agents.grpo.advantage import (
    group_advantages,
    reinforce_advantages,
    rloo_advantages,
    varied_groups,
)
from r1gym.agents.grpo.config import GRPOConfig
from r1gym.core.errors import TrainingStopped
from r1gym.core.types import Episode, Problem
from r1gym.envs.task import TokenTask
from r1gym.rollout.engine import RolloutEngine

_MOST_REFILLS = 4  # rounds of sampling in place of groups without variance


@dataclass(frozen=True)
class Rollout(episodes.Rollout):
    """Scored groups of completions, with one advantage a completion, [N]."""

    advantages: Tensor


def collect(
    engine: RolloutEngine,
    task: TokenTask,
    draw: Callable[[int], list[Problem]],
    config: GRPOConfig,
    generator: torch.Generator,
) -> Rollout:
    """Samples and scores one step's groups.

    Args:
        engine: Samples the completions.
        task: Dresses the problems and scores the completions.
        draw: Returns the next n problems of the training set.
        config: Group size, sampling, refilling and overlong handling.
        generator: The randomness of the sampling.

    Raises:
        TrainingStopped: If too many completions could not be graded.
    """
    size = config.group_size
    kept: list[Episode] = []
    prompts: list[list[int]] = []
    rounds: list[episodes.Rollout] = []  # all that was sampled
    zero_variance = 0
    for _ in range(_MOST_REFILLS):
        problems = draw(config.questions - len(kept) // size)
        fresh = play(engine, task, problems, config, generator)
        rounds.append(fresh)
        varied = varied_groups(_rewards(fresh.episodes, config)).tolist()
        zero_variance += varied.count(False)
        for i, is_varied in enumerate(varied):
            if is_varied or not config.refill:
                kept += fresh.episodes[i * size : (i + 1) * size]
                prompts += fresh.prompts[i * size : (i + 1) * size]
        if len(kept) == config.questions * size:
            break
    sampled = [episode for fresh in rounds for episode in fresh.episodes]
    if not kept:
        raise TrainingStopped(
            f"None of {len(sampled) // size} groups had different rewards, so there is nothing to "
            "learn from: make the problems easier or harder, or train the base model longer."
        )
    metrics = describe(sampled)
    metrics["rollout/zero_variance_share"] = zero_variance * size / len(sampled)
    for name in ("time/sampling_seconds", "time/scoring_seconds"):
        metrics[name] = sum(fresh.metrics[name] for fresh in rounds)
    return Rollout(
        episodes=kept,
        prompts=prompts,
        lengths=_lengths(kept, config),
        sampled_tokens=sum(fresh.sampled_tokens for fresh in rounds),
        metrics=metrics,
        advantages=_advantages(_rewards(kept, config), config).flatten(),
    )


def _advantages(rewards: Tensor, config: GRPOConfig) -> Tensor:
    if config.advantage == "rloo":
        return rloo_advantages(rewards)
    if config.advantage == "reinforce":
        return reinforce_advantages(rewards)
    return group_advantages(rewards, divide_by_std=config.loss != "dr_grpo")


def _rewards(group: Sequence[Episode], config: GRPOConfig) -> Tensor:
    """Returns the rewards, [groups, group_size], NaN where the grader failed."""
    rewards = rewards_of(group)
    if config.overlong == "soft":
        rewards = [
            reward - _overlong_penalty(len(e.completion.token_ids), config.max_tokens)
            for reward, e in zip(rewards, group, strict=True)
        ]
    return torch.tensor(rewards).view(-1, config.group_size)


def _overlong_penalty(length: int, limit: int) -> float:
    """Rises linearly from 0 to 1 over the last eighth of the limit (DAPO, equation 13)."""
    buffer = max(1, limit // 8)
    return min(1.0, max(0, length - (limit - buffer)) / buffer)


def _lengths(group: Sequence[Episode], config: GRPOConfig) -> Tensor:
    lengths = graded_lengths(group)
    if config.overlong == "mask":
        lengths[torch.tensor([e.completion.truncated for e in group])] = 0
    return lengths
