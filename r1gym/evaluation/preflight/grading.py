"""How long a verification takes, what judges judge, and whether groups can teach."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import Any

from r1gym.core.types import Episode, Verdict
from r1gym.envs.task import TokenTask
from r1gym.evaluation.preflight.check import Check, Status
from r1gym.evaluation.preflight.golds import Trial
from r1gym.evaluation.preflight.sample import asks_somebody

MEDIAN_LIMIT = 0.1  # seconds; a step of 512 completions then waits for a minute at most
SLOWEST_LIMIT = 5.0  # seconds


def check_speed(task: TokenTask, trials: list[Trial]) -> Check:
    """Checks the time of a verification; the first one, which loads things, does not count."""
    seconds = [s for trial in trials for s in trial.seconds][1:]
    median, slowest = statistics.median(seconds), max(seconds)
    found = f"median {1000 * median:.2g} ms, slowest {1000 * slowest:.2g} ms"
    if asks_somebody(task):
        return Check("verification", Status.OK, f"{found}; no limit, as it asks somebody")
    limits = f"limits {1000 * MEDIAN_LIMIT:g} and {1000 * SLOWEST_LIMIT:g} ms"
    too_slow = median > MEDIAN_LIMIT or slowest > SLOWEST_LIMIT
    return Check("verification", Status.FAIL if too_slow else Status.OK, f"{found} ({limits})")


def check_judges(task: TokenTask) -> list[Check]:
    """Asks every component that has a `probe` whether it judges, and resists injections."""
    checks = []
    for name, part in task.reward.components.items():
        probe: Callable[[], Any] | None = getattr(part.bare, "probe", None)
        if probe is not None:
            result = probe()
            status = Status.OK if result.passed else Status.FAIL
            checks.append(Check(name, status, "; ".join(result.lines)))
    return checks


def check_variance(zero_variance_share: float, episodes: Sequence[Episode]) -> Check:
    """Judges a rollout's groups: without different rewards in a group there is nothing to learn.

    Args:
        zero_variance_share: The share of groups whose completions all earned the same.
        episodes: The rollout's completions with their scores.
    """
    correct = sum(e.score.verdict is Verdict.CORRECT for e in episodes) / len(episodes)
    detail = f"{correct:.0%} correct, {zero_variance_share:.0%} of groups without variance"
    if zero_variance_share == 1:
        return Check("groups", Status.WARNING, f"{detail}: there is nothing to learn from them")
    if correct in (0, 1):
        return Check("groups", Status.WARNING, f"{detail}: only other components can teach")
    return Check("groups", Status.OK, detail)
