"""Advantages of steps that a process reward model has scored (process supervision).

DeepSeekMath, arXiv 2402.03300, section 4.1.3: the values of all steps of a group's completions are
compared with their mean, in standard deviations, and a token's advantage is the sum of those of its
own step and of the steps behind it.

Left out: trajectories of several turns.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, pstdev
from typing import Any

from r1gym.core.errors import ConfigError
from r1gym.core.types import Episode
from r1gym.envs.task import TokenTask

_TINY = 1e-4  # as in `r1gym.agents.grpo.advantage`


def check_process(task: TokenTask) -> None:
    """Raises ConfigError if no reward of a task tells the values of steps, or it has turns."""
    tells = [c for c in task.reward.components.values() if getattr(c.bare, "tells_steps", False)]
    if len(tells) != 1 or not tells[0].weight or task.turns > 1:
        raise ConfigError(
            "The advantage process is for tasks of a single turn with one reward that scores "
            'steps: give {"step_scorer": {"weight": 1.0, ...}}.'
        )


def process_advantages(episodes: Sequence[Episode], group_size: int) -> list[list[float]]:
    """Returns the advantage of every token of a rollout.

    Args:
        episodes: Groups of trajectories, one after the other. One that could not be graded, or has
            no step, gets 0 and counts in no mean.
        group_size: The trajectories of a group.
    """
    found: list[list[float]] = []
    for start in range(0, len(episodes), group_size):
        group = episodes[start : start + group_size]
        steps = [_steps(episode) for episode in group]
        values = [value for row, _ in steps for value in row]
        mean, spread = (fmean(values), pstdev(values)) if values else (0.0, 0.0)
        for episode, (row, ends) in zip(group, steps, strict=True):
            compared = [(value - mean) / (spread + _TINY) for value in row]
            tokens = len(episode.trajectory.token_ids)
            found.append(_of_tokens(compared, ends) if row else [0.0] * tokens)
    return found


def _steps(episode: Episode) -> tuple[list[float], list[int]]:
    """Returns the values of an episode's steps, and where they end."""
    if episode.score.value is None:
        return [], []
    infos: list[Any] = [part.info for part in episode.score.parts.values()]
    return next(((i["steps"], i["ends"]) for i in infos if "steps" in i), ([], []))


def _of_tokens(compared: Sequence[float], ends: Sequence[int]) -> list[float]:
    tokens: list[float] = []
    for place, (start, end) in enumerate(pairwise([0, *ends])):
        tokens += [sum(compared[place:])] * (end - start)
    return tokens
