"""Curves over several stages of training, one after another, as a picture.

The run's page draws its own, see `r1gym.report.panels`; this is `curves.png`, for slides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from r1gym.evaluation.hacking import find_hack, smoothed
from r1gym.report.stages import StageView

_COLOURS = ("#2b6cb0", "#dd6b20", "#276749", "#805ad5", "#a0aec0")
_SMOOTHED = 20  # steps whose mean is drawn
_PANELS = {
    "Accuracy": {"rollout/accuracy": "samples in training"},
    "Response length, tokens": {"rollout/ep_len_mean": "mean"},
    "Target language": {"rollout/language": "share of words"},
    "Reflection": {"rollout/reflection": "share of responses with such a word"},
}
Points = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


def trained(stages: Sequence[StageView]) -> list[StageView]:
    """Returns the stages that learned from rewards and have a log of it."""
    return [one for one in stages if any("rollout/ep_rew_mean" in row for row in one.metrics)]


def draw_course(stages: Sequence[StageView]) -> Figure | None:
    """Returns a figure of accuracy, length, language and reflection through all training.

    Args:
        stages: The stages of a run, in order.

    Returns:
        The figure; None unless at least two stages were trained on rewards.
    """
    shown = trained(stages)
    if len(shown) < 2:
        return None
    panels = {
        title: lines
        for title, lines in _PANELS.items()
        if any(name in row for one in shown for row in one.metrics for name in lines)
    }
    with matplotlib.rc_context({"axes.spines.top": False, "axes.spines.right": False}):
        figure = Figure(figsize=(10, 2.4 * len(panels)), layout="constrained")
        grid: list[Axes] = list(figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0])
        for axes, (title, lines) in zip(grid, panels.items(), strict=True):
            axes.set_title(title, loc="left", pad=14)
            axes.grid(alpha=0.25)
            for (name, label), colour in zip(lines.items(), _COLOURS, strict=False):
                _one_after_another(axes, shown, name, label, colour)
            axes.set_ylim(0, None)
        _boundaries(grid, shown)
        grid[-1].set_xlabel("training steps of all stages")
    return figure


def best_step(stages: Sequence[StageView]) -> tuple[float, str] | None:
    """Returns where what was wanted is best, over stages one after another, and its name.

    It is the component called quality, if there is one, and the first one otherwise. None if there
    are too few steps to tell.
    """
    names = _names(stages, wanted)
    name = "quality" if "quality" in names else names[0]
    rows = [row for row in _joined(stages) if f"rollout/{name}" in row]
    values = [row[f"rollout/{name}"] for row in rows]
    if len(values) < _SMOOTHED:
        return None
    return rows[find_hack(values, values, _SMOOTHED).best]["step"], name


def paid(one: StageView) -> list[str]:
    """Returns the reward components of a stage that are models."""
    return list(getattr(one.stage, "reward_models", None) or {})


def wanted(one: StageView) -> list[str]:
    """Returns the reward components of a stage that are only watched."""
    task = getattr(one.stage, "tasks", {}).get("train")
    rewards = (task.rewards if task is not None else None) or {}
    found = [
        n for n, spec in rewards.items() if isinstance(spec, Mapping) and not spec.get("weight", 1)
    ]
    return [n for n in found if any(f"rollout/{n}" in row for row in one.metrics)]


def _names(stages: Sequence[StageView], of: Callable[[StageView], list[str]]) -> list[str]:
    return list(dict.fromkeys(name for one in stages for name in of(one)))


def _one_after_another(
    axes: Axes, stages: Sequence[StageView], name: str, label: str, colour: str
) -> None:
    for steps, values in _points(stages, name):
        axes.plot(steps, values, color=colour, label=label, lw=1.6)
        label = f"_{label}"  # once is enough in the legend


def _points(stages: Sequence[StageView], name: str) -> list[Points]:
    """Returns the values of each stage, smoothed, at the steps of all stages together."""
    before, found = 0.0, []
    for one in stages:
        rows = [(before + row["step"], row[name]) for row in one.metrics if name in row]
        if rows:
            steps, values = zip(*rows, strict=True)
            width = min(_SMOOTHED, 1 + len(rows) // 5)
            found.append((np.asarray(steps, np.float64), smoothed(values, width)))
        before += one.metrics[-1]["step"]
    return found


def _joined(stages: Sequence[StageView]) -> list[dict[str, float]]:
    """Returns the logs of stages as one, with the steps of all together."""
    before, found = 0.0, []
    for one in stages:
        found += [row | {"step": before + row["step"]} for row in one.metrics]
        before += one.metrics[-1]["step"]
    return found


def _boundaries(grid: Sequence[Axes], stages: Sequence[StageView]) -> None:
    """Draws where a stage ends, and its name above the first panel."""
    before = 0.0
    for one in stages:
        steps = one.metrics[-1]["step"]
        grid[0].annotate(
            one.stage.name, (before + steps / 2, 1), xycoords=("data", "axes fraction"),
            ha="center", va="bottom", size=9, color="#4a5568",
        )  # fmt: skip
        before += steps
        for axes in grid:
            axes.axvline(before, color="#cbd5e0", lw=1)
    for axes in grid:
        axes.margins(x=0.01)
        if len(axes.get_legend_handles_labels()[0]) > 0:
            axes.legend(frameon=False, fontsize=8)
