"""Advantages of steps: what each step of a completion is worth, by roll-outs from where it ends.

VinePPO (A. Kazemnejad et al., arXiv 2410.01679). The value of a prefix is the mean reward of a few
completions of it, which the policy samples; the advantage of a step is the value behind it less
that before it. No critic has to be trained, and no token is blamed for what another one did. It
costs: each step but the last of each completion is gone on with `vine_rollouts` times.

Two values are known without it. Before the first step it is the mean reward of the others of the
group, and behind the last one it is the completion's own reward. Left out: trajectories of several
turns, and steps that end elsewhere than with a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from math import isnan
from statistics import fmean
from typing import Any

from torch import Tensor

from r1gym.agents.episodes import Rollout, rewards_of
from r1gym.agents.learner import Learner
from r1gym.core.errors import ConfigError
from r1gym.core.seeds import mixed
from r1gym.core.types import Trajectory, Turn
from r1gym.envs.task import TokenTask
from r1gym.envs.tokenizers import Tokenizer
from r1gym.rollout.engine import RolloutEngine, Sampling
from r1gym.rollout.play import complete

_VINE = 2**20  # apart from the samplings of a step, which are counted from 0
Prefix = tuple[int, int]
"""The start of a trajectory: its row, and how many of its tokens."""


def check_vine(task: TokenTask) -> None:
    """Raises ConfigError if trajectories of a task may have several turns."""
    if task.turns > 1:
        raise ConfigError(
            "The advantage vine is for tasks of a single turn: choose another, or no interaction."
        )


def vine_advantages(
    learner: Learner[Any, Any], rollout: Rollout, rewards: Tensor
) -> tuple[list[list[float]], dict[str, float]]:
    """Returns the advantage of every token of a rollout, with what it took.

    Of several processes each samples its share of the prefixes.

    Args:
        learner: Its engine samples, and its tokens are counted; its ``config`` says how many.
        rollout: What was said.
        rewards: What it is paid, [groups, group_size]; NaN marks what could not be graded.
    """
    world, config = learner.world, learner.config
    ends = [step_ends(ids, learner.policy.tokenizer) for ids in rollout.token_ids]
    prefixes = [(row, end) for row, stops in enumerate(ends) for end in stops[:-1]]
    mine = world.share(prefixes) if learner.samples_here else prefixes[: 0 if world.rank else None]
    said = [e.trajectory for e in rollout.episodes]
    seed = mixed(learner.seed, learner.step, _VINE, world.rank)
    value = partial(
        prefix_values, learner.engine, learner.task, said, mine, config.vine_rollouts,
        learner.sampling, seed,
    )  # fmt: skip
    parts = world.together(value)
    values = iter([one for found, _ in parts for one in found])
    by_row = [[next(values) for _ in stops[:-1]] for stops in ends]
    tokens = sum(part for _, part in parts)
    learner.tokens += tokens
    return token_advantages(rewards, ends, by_row), {"rollout/vine_tokens": float(tokens)}


def step_ends(token_ids: Sequence[int], tokenizer: Tokenizer) -> list[int]:
    """Returns where the steps of a completion end, in tokens: behind each line, and at its end."""
    lines = [end for end, token in enumerate(token_ids, 1) if "\n" in tokenizer.decode([token])]
    return [*(end for end in lines if end < len(token_ids)), len(token_ids)]


def prefix_values(
    engine: RolloutEngine,
    task: TokenTask,
    said: Sequence[Trajectory],
    prefixes: Sequence[Prefix],
    rollouts: int,
    sampling: Sampling,
    seed: int,
) -> tuple[list[float], int]:
    """Returns the mean reward of completions that go on from prefixes, and the tokens it took.

    A completion that would pass the token limit is cut off there. Those that cannot be graded do
    not count; a prefix none of whose completions can be has the value NaN.

    Args:
        engine: Samples them.
        task: Scores them.
        said: Trajectories of a single turn.
        prefixes: Starts of them.
        rollouts: Completions of each.
        sampling: How to sample; its limit is that of a whole completion.
        seed: The randomness.
    """
    values, tokens = [float("nan")] * len(prefixes), 0
    for number, places in enumerate(_calls(engine, said, prefixes, sampling.max_tokens)):
        asked = [prefixes[place] for place in places]
        prompts = [[*said[row].prompt_ids, *said[row].token_ids[:end]] for row, end in asked]
        room = replace(sampling, max_tokens=sampling.max_tokens - min(end for _, end in asked))
        groups = complete(engine, prompts, rollouts, room, mixed(seed, number + 1))
        whole = [
            _joined(task, said[row], end, turn, sampling.max_tokens)
            for (row, end), turns in zip(asked, groups, strict=True)
            for turn in turns
        ]
        rewards = rewards_of(task.score_trajectories(whole))
        tokens += sum(len(turn.token_ids) for turns in groups for turn in turns)
        for place, index in zip(places, range(0, len(rewards), rollouts), strict=True):
            known = [one for one in rewards[index : index + rollouts] if not isnan(one)]
            values[place] = fmean(known) if known else float("nan")
    return values, tokens


def token_advantages(
    rewards: Tensor, ends: Sequence[Sequence[int]], values: Sequence[Sequence[float]]
) -> list[list[float]]:
    """Returns the advantage of each token: that of its step.

    Args:
        rewards: Rewards, [groups, group_size]; NaN marks a completion whose grader failed, whose
            tokens get 0.
        ends: Where the steps of each completion end, see `step_ends`.
        values: The value behind each step but the last; NaN where it is unknown, which counts as
            that of the step before.

    Returns:
        For each completion a number for each of its tokens.
    """
    known = ~rewards.isnan()
    totals = rewards.nan_to_num(nan=0.0).sum(1, keepdim=True)
    others = (totals - rewards) / (known.sum(1, keepdim=True) - 1).clamp(min=1)
    rows = zip(rewards.flatten().tolist(), others.flatten().tolist(), ends, values, strict=True)
    return [_of_tokens(*row) for row in rows]


def _of_tokens(
    reward: float, value: float, ends: Sequence[int], values: Sequence[float]
) -> list[float]:
    if isnan(reward):
        return [0.0] * ends[-1]
    tokens: list[float] = []
    for end, found in zip(ends, [*values, reward], strict=True):
        after = value if isnan(found) else found
        tokens += [after - value] * (end - len(tokens))
        value = after
    return tokens


def _calls(
    engine: RolloutEngine, said: Sequence[Trajectory], prefixes: Sequence[Prefix], most: int
) -> list[list[int]]:
    """Returns which prefixes, by place, are gone on with at once.

    All, where the engine has room for the longest with the tokens that the shortest is still to
    get; else those of one length at a time, which need no more room than whole completions.
    """
    if not prefixes:
        return []
    lengths = [end for _, end in prefixes]
    longest = max(len(said[row].prompt_ids) + end for row, end in prefixes)
    everything = list(range(len(prefixes)))
    if engine.most_tokens is None or longest + most - min(lengths) <= engine.most_tokens:
        return [everything]
    return [[n for n in everything if lengths[n] == one] for one in sorted(set(lengths))]


def _joined(task: TokenTask, one: Trajectory, end: int, turn: Turn, most: int) -> Trajectory:
    ids = (*one.token_ids[:end], *turn.token_ids)
    text = task.tokenizer.decode(ids[:most])
    cut = Turn(text, ids[:most], None, turn.truncated or len(ids) > most)
    return replace(one, turns=(cut,), graded=None)
