"""What an answer costs an agent, and accuracy drawn against it.

An agent that searches tells its costs by itself (``costs``); of every other an answer costs the
tokens that it is made of. Seconds are those of the whole evaluation, grading included, for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

import matplotlib
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from r1gym.agents.search.protocol import Cost
from r1gym.core.types import Episode

_AXES = (("tokens", "tokens sampled an answer"), ("seconds", "milliseconds an answer"))


@dataclass(frozen=True)
class Point:
    """How an agent answers at one budget: means over questions, one value a seed.

    Attributes:
        label: The agent. Points whose labels differ in a number at their end are one line.
        accuracy: Its accuracy.
        tokens: Tokens sampled an answer.
        seconds: Seconds an answer.
    """

    label: str
    accuracy: Sequence[float]
    tokens: Sequence[float]
    seconds: Sequence[float]

    @property
    def line(self) -> str:
        """The label without the number at its end."""
        return self.label.rstrip("0123456789").rstrip("-_ ") or self.label


def answer_costs(
    episodes: Sequence[Episode], seconds: float, costs: Sequence[Cost] | None
) -> dict[str, float]:
    """Returns an answer's mean cost by name.

    Args:
        episodes: The answers.
        seconds: What all of them took.
        costs: What the agent says that they cost; None if it says nothing.
    """
    count = len(episodes)
    if costs is None:
        tokens, nodes = sum(e.trajectory.policy_tokens for e in episodes), count
    else:
        tokens, nodes = sum(cost.tokens for cost in costs), sum(cost.nodes for cost in costs)
    return {
        "answer_tokens": tokens / count,
        "answer_nodes": nodes / count,
        "answer_seconds": seconds / count,
    }


def draw_costs(points: Sequence[Point], title: str) -> Figure:
    """Returns accuracy against tokens and against seconds, both on logarithmic axes.

    A point is the mean over seeds, and its bar reaches from the least accurate seed to the most.
    """
    lines: dict[str, list[Point]] = {}
    for point in points:
        lines.setdefault(point.line, []).append(point)
    with matplotlib.rc_context({"axes.spines.top": False, "axes.spines.right": False}):
        figure = Figure(figsize=(10, 4.4), layout="constrained")
        panels = figure.subplots(1, 2, sharey=True)
        for axes, (unit, name) in zip(panels, _AXES, strict=True):
            for number, (line, its) in enumerate(lines.items()):
                _draw_line(axes, sorted(its, key=lambda p: mean(p.tokens)), unit, line, number)
            axes.set(xlabel=name, xscale="log")
            axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axes.xaxis.set_major_formatter("{x:g}")
            axes.xaxis.set_minor_formatter(NullFormatter())
            axes.grid(alpha=0.25)
        panels[0].set(ylabel="accuracy", title=title)
        panels[1].legend(frameon=False, fontsize=8, loc="lower right")
    return figure


def _draw_line(axes: Any, points: Sequence[Point], unit: str, line: str, number: int) -> None:
    scale = 1000 if unit == "seconds" else 1
    x = [scale * mean(getattr(point, unit)) for point in points]
    y = [mean(point.accuracy) for point in points]
    below = [middle - min(point.accuracy) for middle, point in zip(y, points, strict=True)]
    above = [max(point.accuracy) - middle for middle, point in zip(y, points, strict=True)]
    axes.errorbar(
        x, y, yerr=(below, above), label=line, color=f"C{number}", marker="osD^vPX*"[number % 8],
        ms=5, lw=1.4, elinewidth=0.8,
    )  # fmt: skip
