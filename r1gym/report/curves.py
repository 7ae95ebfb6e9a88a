"""The curves of a run as a picture: accuracy, response length, reward and health.

The run's page draws its own, see `r1gym.report.panels`; this is `curves.png`, for slides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from r1gym.core.run import read_metrics

_BLUE, _ORANGE, _GREY = "#2b6cb0", "#dd6b20", "#a0aec0"
Rows = Sequence[Mapping[str, float]]


def draw_curves(folder: Path) -> Figure:
    """Returns a figure of accuracy, response length, reward and health against training steps."""
    rows = read_metrics(folder)
    with matplotlib.rc_context({"axes.spines.top": False, "axes.spines.right": False}):
        figure = Figure(figsize=(10, 6.4), layout="constrained")
        (accuracy, length), (reward, health) = figure.subplots(2, 2)
        _line(accuracy, rows, "rollout/accuracy", "samples in training", _GREY, width=1)
        _line(accuracy, rows, "eval/pass@1", "pass@1, validation", _BLUE, marker="o")
        for name in sorted({n for row in rows for n in row if n.startswith("eval/cons@")}):
            _line(
                accuracy, rows, name, name.removeprefix("eval/") + " (majority vote)", _ORANGE, "s"
            )
        accuracy.set(title="Accuracy", ylim=(0, 1))
        _line(length, rows, "rollout/ep_len_mean", "mean response length", _BLUE)
        length.set(title="Response length", ylabel="tokens", ylim=(0, None))
        _line(reward, rows, "rollout/ep_rew_mean", "reward", _BLUE)
        _line(reward, rows, "rollout/format", "format kept", _ORANGE)
        reward.set(title="Reward", ylim=(0, None))
        _line(health, rows, "train/entropy", "entropy, nats a token", _BLUE)
        _line(health, rows, "rollout/zero_variance_share", "groups of equal reward", _ORANGE)
        _line(health, rows, "rollout/truncated_share", "truncated", _GREY)
        health.set(title="Health", ylim=(0, None))
        for axes in (accuracy, length, reward, health):
            axes.set_xlabel("training step")
            axes.grid(alpha=0.25)
            if axes.lines:
                axes.legend(frameon=False, fontsize=8)
    return figure


def _line(
    axes: Axes,
    rows: Rows,
    name: str,
    label: str,
    colour: str,
    marker: str = "",
    width: float = 1.6,
) -> None:
    points = [(row["step"], row[name]) for row in rows if name in row]
    if points:
        steps, values = zip(*points, strict=True)
        axes.plot(steps, values, label=label, color=colour, marker=marker, ms=4, lw=width)
