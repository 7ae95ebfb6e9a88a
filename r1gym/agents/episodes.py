"""The first half of every training step: questions in, scored groups of completions out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from r1gym.agents.learner_config import LearnerConfig
from r1gym.core.errors import TrainingStopped
from r1gym.core.types import Episode, Problem, Verdict
from r1gym.envs.task import TokenTask
from r1gym.rollout.engine import RolloutEngine, Sampling


@dataclass(frozen=True)
class Rollout:
    """Scored groups of completions, `questions` x `group_size` of them, group after group.

    Attributes:
        episodes: Problem, completion and score of each.
        prompts: Token ids of each episode's prompt.
        lengths: Completion tokens that take part in the loss, [N]; 0 for masked completions.
        sampled_tokens: Completion tokens sampled, those of dropped groups included.
        metrics: What happened, by name.
    """

    episodes: list[Episode]
    prompts: list[list[int]]
    lengths: Tensor
    sampled_tokens: int
    metrics: dict[str, float]


def play(
    engine: RolloutEngine,
    task: TokenTask,
    problems: Sequence[Problem],
    config: LearnerConfig,
    generator: torch.Generator,
) -> Rollout:
    """Samples and scores a group of completions for each problem.

    Args:
        engine: Samples the completions.
        task: Dresses the problems and scores the completions.
        problems: What is asked.
        config: Group size and sampling.
        generator: The randomness of the sampling.

    Raises:
        TrainingStopped: If too many completions could not be graded.
    """
    started = time.perf_counter()
    encoded = [task.encode_prompt(problem) for problem in problems]
    sampling = Sampling(config.max_tokens, config.temperature)
    completions = engine.generate(encoded, config.group_size, sampling, generator)
    sampled = time.perf_counter()
    repeated = [problem for problem in problems for _ in range(config.group_size)]
    pairs = list(zip(repeated, completions, strict=True))
    scores = task.score_batch(pairs)
    episodes = [Episode(*pair, score) for pair, score in zip(pairs, scores, strict=True)]
    scored = time.perf_counter()
    check_failures(episodes, config)
    for episode in episodes:
        task.record(episode.problem, episode.score)
    metrics = describe(episodes)
    metrics["time/sampling_seconds"] = sampled - started
    metrics["time/scoring_seconds"] = scored - sampled
    return Rollout(
        episodes=episodes,
        prompts=[prompt for prompt in encoded for _ in range(config.group_size)],
        lengths=graded_lengths(episodes),
        sampled_tokens=sum(len(e.completion.token_ids) for e in episodes),
        metrics=metrics,
    )


def rewards_of(episodes: Sequence[Episode]) -> list[float]:
    """Returns the rewards, NaN where the grader failed."""
    return [float("nan") if e.score.value is None else e.score.value for e in episodes]


def graded_lengths(episodes: Sequence[Episode]) -> Tensor:
    """Returns the tokens of each completion, [N]; 0 where the grader failed."""
    return torch.tensor(
        [0 if e.score.value is None else len(e.completion.token_ids) for e in episodes]
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
    lengths = [len(e.completion.token_ids) for e in episodes]
    parts: dict[str, list[float]] = {}
    for score in known:
        for name, part in score.parts.items():
            parts.setdefault(name, []).append(part.value or 0.0)
    return {
        "rollout/ep_rew_mean": float(np.mean([score.value or 0.0 for score in known])),
        "rollout/ep_len_mean": float(np.mean(lengths)),
        **{f"rollout/{name}": float(np.mean(values)) for name, values in parts.items()},
        "rollout/truncated_share": float(np.mean([e.completion.truncated for e in episodes])),
        "rollout/unparseable_share": float(
            np.mean([score.verdict is Verdict.UNPARSEABLE for score in scores])
        ),
        "rollout/failed_share": 1 - len(known) / len(scores),
        # The mean surprise at one's own samples: an unbiased estimate of the entropy a token.
        "train/entropy": -sum(sum(e.completion.logprobs or ()) for e in episodes) / sum(lengths),
    }
