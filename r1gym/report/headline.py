"""The three figures that a run's page begins with: accuracy before and after, tokens, minutes."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from r1gym.report.chart import shown
from r1gym.report.course import trained
from r1gym.report.stages import StageView, numbers
from r1gym.report.table import heading

_SPENT = ("time/sampling_seconds", "time/scoring_seconds", "time/training_seconds")
_MOST = 3  # accuracies in one figure


@dataclass(frozen=True)
class Figure:
    """A large figure.

    Attributes:
        value: The figure, as it is shown.
        name: What it is.
        note: What else there is to know of it.
    """

    value: str
    name: str
    note: str = ""


def headline(
    stages: Sequence[StageView],
    results: Sequence[Mapping[str, Any]],
    tables: Sequence[Mapping[str, Any]] = (),
    result: str = "",
) -> list[Figure]:
    """Returns a run's three figures; fewer where it has nothing to show for one.

    Args:
        stages: Its stages.
        results: The evaluations of its model on the same questions, from before to after.
        tables: The tables that its stages have made.
        result: The artifact that is its result, which is a column of a table.
    """
    outcome = _accuracy(results) or _of_table(tables, result) or _in_training(stages)
    found = [outcome, _tokens(stages), _minutes(stages)]
    return [one for one in found if one is not None]


def figures(found: Sequence[Figure]) -> str:
    """Returns large figures as HTML."""
    boxes = "".join(
        f"<div><b>{html.escape(one.value)}</b>{html.escape(one.name)}"
        f"<small>{html.escape(one.note)}</small></div>"
        for one in found
    )
    return f'<div class="figures">{boxes}</div>' if boxes else ""


def seconds_of(stages: Sequence[StageView]) -> float:
    """Returns how long the stages took; of one that has not ended, what its log adds up to."""
    total = 0.0
    for one in stages:
        if one.entry is None:
            continue
        logged = sum(row.get(name, 0.0) for row in one.metrics for name in _SPENT)
        total += max(one.entry.seconds, 0.0 if one.entry.made is not None else logged)
    return total


def tokens_of(stages: Sequence[StageView]) -> int:
    """Returns how many tokens the policies have sampled in training."""
    logs = [[row.get("time/total_timesteps", 0.0) for row in one.metrics] for one in stages]
    return round(sum(max(log, default=0.0) for log in logs))


def _accuracy(results: Sequence[Mapping[str, Any]]) -> Figure | None:
    known = [one for one in results if one["pass_at"]["1"]["mean"] is not None]
    if not known:
        return None
    few = known if len(known) <= _MOST else [known[0], known[-1]]
    estimates = [one["pass_at"]["1"] for one in few]
    value = " → ".join(_percent(one["mean"]) for one in estimates)
    ranges = "; ".join(
        f"{heading(one)} {_percent(e['low'])} to {_percent(e['high'])}"
        for one, e in zip(few, estimates, strict=True)
    )
    asked = f"of {few[-1]['questions']:,} test questions right"
    when = ", before and after" if len(few) > 1 else f", {heading(few[0])}"
    return Figure(value, asked + when, f"pass@1 with 95 % intervals: {ranges}")


def _of_table(tables: Sequence[Mapping[str, Any]], result: str) -> Figure | None:
    for table in tables:
        columns, rows = table["columns"], table["rows"]
        if not columns or not rows:
            continue
        last = next((i for i, c in enumerate(columns) if c["model"] == result), len(columns) - 1)
        means = [rows[0]["cells"][i]["mean"] for i in (0, last)]
        if None in means:
            continue
        titles = f"{columns[0]['title']} and {columns[last]['title']}"
        value = " → ".join(map(_percent, means))
        return Figure(value, f"{rows[0]['name']}: {titles}", "on the same test questions")
    return None


def _in_training(stages: Sequence[StageView]) -> Figure | None:
    for one in reversed(stages):
        for name, what, unit in (
            ("rollout/accuracy", "of completions right", "%"),
            ("held_out/agreement", "of held-out pairs ordered right", "%"),
            ("rollout/ep_rew_mean", "mean reward", ""),
            ("train/loss", "loss", ""),
        ):
            values = [value for _, value in numbers(one.metrics, name)]
            if values:
                few = max(1, len(values) // 10)
                ends = sum(values[:few]) / few, sum(values[-few:]) / few
                value = " → ".join(shown(end, unit) for end in ends)
                note = f"means over the first and the last {few} of {len(values)} lines of its log"
                return Figure(value, f"{what}, in training of {one.stage.name}", note)
    return None


def _tokens(stages: Sequence[StageView]) -> Figure | None:
    learned = trained(stages)
    if not (tokens := tokens_of(stages)):
        steps = sum(int(one.metrics[-1]["step"]) for one in stages if one.metrics)
        return Figure(f"{steps:,}", "steps of training") if steps else None
    steps = sum(int(one.metrics[-1]["step"]) for one in learned)
    value = f"{tokens / 1e6:,.1f} M" if tokens >= 10_000_000 else f"{tokens:,}"
    return Figure(value, "tokens sampled to learn from", f"in {steps:,} steps")


def _minutes(stages: Sequence[StageView]) -> Figure | None:
    if not (seconds := seconds_of(stages)):
        return None
    minutes = seconds / 60
    value = f"{minutes:,.1f}" if minutes < 10 else f"{minutes:,.0f}"
    where = next((on for one in reversed(stages) if one.entry and (on := one.entry.on)), {})
    parts = [where.get("machine", "")]
    if not all(one.entry and one.entry.made is not None for one in stages):
        parts.append("so far: it has not ended")
    return Figure(value, "minutes", "; ".join(filter(None, parts)))


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share in (0, 1) or share >= 0.1 else f"{100 * share:.1f} %"
