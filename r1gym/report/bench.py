"""A bench's cells as a table and as learning curves, per token and per second."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from r1gym.core.errors import RunError
from r1gym.core.files import explained, write_text
from r1gym.evaluation.estimators import bootstrap_interval
from r1gym.inspection.answer_costs import Point, draw_costs

Cell = dict[str, Any]
_COLUMNS = (
    "agent", "before", "after", "length", "tokens/answer", "ms/answer",
    "ms/update", "tokens/s", "MB",
)  # fmt: skip


def load_cells(folder: Path) -> list[Cell]:
    """Returns the finished cells of a bench, by environment, agent and seed.

    Raises:
        RunError: If the folder holds none, or a file that is none.
    """
    cells = [_read(path) for path in (folder / "cells").glob("*.json")]
    if not cells:
        there = Path("runs") / folder
        is_meant = any((there / "cells").glob("*.json"))
        hint = f"write {there}" if is_meant else "run `r1gym bench agents` first"
        raise RunError(f"{folder} holds no cell of a bench: {hint}.")
    return sorted(cells, key=lambda cell: (cell["env"], cell["agent"], cell["seed"]))


def _read(path: Path) -> Cell:
    with explained(path):
        text = path.read_text("utf-8", errors="replace")
    try:
        cell: Cell = json.loads(text)
        _ = cell["env"], cell["agent"], cell["seed"], cell["updates"], cell["memory_mb"]
        _ = cell["curve"][0]["accuracy"], cell["curve"][-1]["length"]
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise RunError(
            f"{path} is no cell of a bench ({error!r}): delete it and run the bench again, which "
            "makes that cell anew."
        ) from error
    return cell


def rows(cells: Sequence[Cell]) -> list[list[str]]:
    """Returns a table's rows, one an agent, the most accurate first.

    The interval is a bootstrap's over seeds.
    """
    agents = sorted({cell["agent"] for cell in cells}, key=lambda a: -_final(_of(cells, a)))
    return [[agent, *_measures(_of(cells, agent))] for agent in agents]


def _of(cells: Sequence[Cell], agent: str) -> list[Cell]:
    return [cell for cell in cells if cell["agent"] == agent]


def _final(cells: Sequence[Cell]) -> float:
    return float(mean(cell["curve"][-1]["accuracy"] for cell in cells))


def _measures(cells: Sequence[Cell]) -> list[str]:
    last = [cell["curve"][-1] for cell in cells]
    learnt = cells[0]["updates"] > 0
    seconds = sum(cell["learning_seconds"] for cell in cells)
    updates = sum(cell["updates"] for cell in cells)
    return [
        f"{mean(cell['curve'][0]['accuracy'] for cell in cells):.3f}",
        _with_interval([point["accuracy"] for point in last]),
        f"{mean(point['length'] for point in last):.1f}",
        _mean_of(last, "answer_tokens", 1),
        _mean_of(last, "answer_seconds", 1000),
        f"{1000 * seconds / updates:,.0f}" if learnt else "-",
        f"{sum(cell['tokens'] for cell in cells) / seconds:,.0f}" if learnt else "-",
        f"{mean(cell['memory_mb'] for cell in cells):,.0f}",
    ]


def _mean_of(points: Sequence[dict[str, float]], name: str, scale: float) -> str:
    """Returns a mean; cells of before that was measured have none."""
    if any(name not in point for point in points):
        return "-"
    return f"{scale * mean(point[name] for point in points):.1f}"


def cost_points(cells: Sequence[Cell]) -> list[Point]:
    """Returns what an answer costs each agent at the end, of the cells that tell."""
    found: dict[str, list[dict[str, float]]] = {}
    for cell in cells:
        if "answer_tokens" in (last := cell["curve"][-1]):
            found.setdefault(cell["agent"], []).append(last)
    return [
        Point(
            agent,
            [one["accuracy"] for one in its],
            [one["answer_tokens"] for one in its],
            [one["answer_seconds"] for one in its],
        )
        for agent, its in found.items()
    ]


def _with_interval(values: Sequence[float]) -> str:
    if len(values) == 1:
        return f"{values[0]:.3f}"
    low, high = bootstrap_interval(values)
    return f"{mean(values):.3f} [{low:.3f}, {high:.3f}]"


def print_bench(folder: Path) -> None:
    """Prints a table for each environment; writes `bench.md` and the curves into the folder."""
    cells = load_cells(folder)
    pages = []
    for env in sorted({cell["env"] for cell in cells}):
        here = [cell for cell in cells if cell["env"] == env]
        seeds = len({cell["seed"] for cell in here})
        title = f"{env}: accuracy on the test split, {seeds} {'seed' if seeds == 1 else 'seeds'}"
        table = Table(
            title=title,
            box=SIMPLE,
            padding=(0, 1, 0, 0),
            caption="in brackets: 95 % bootstrap interval over seeds",
        )
        for column in _COLUMNS:
            # At a slash a heading may be broken, so that it is not cut.
            table.add_column(
                column.replace("/", " /"), justify="left" if column == "agent" else "right"
            )
        lines = rows(here)
        for line in lines:
            table.add_row(*line)
        Console().print(table)
        pages += [f"{title}\n", _markdown(lines)]
        picture = folder / f"{env.replace('/', '-')}.png"
        with explained(picture):
            draw_bench(here, env).savefig(picture, dpi=110)
        print(f"Curves      {picture}")
        if points := cost_points(here):
            picture = picture.with_name(f"{picture.stem}-cost.png")
            with explained(picture):
                draw_costs(points, env).savefig(picture, dpi=110)
            print(f"Costs       {picture}")
        if failed := sum(point.get("failed", 0) for cell in here for point in cell["curve"]):
            print(f"Not graded  {failed} completions, which count in no accuracy")
    write_text(folder / "bench.md", "\n".join(pages))
    print(f"Table       {folder / 'bench.md'}")


def _markdown(lines: Sequence[Sequence[str]]) -> str:
    head = ["| " + " | ".join(_COLUMNS) + " |", "|---|" + "--:|" * (len(_COLUMNS) - 1)]
    return "\n".join([*head, *("| " + " | ".join(line) + " |" for line in lines)]) + "\n"


def draw_bench(cells: Sequence[Cell], title: str) -> Figure:
    """Returns accuracy per token and per second: the mean over seeds, and each seed thinly."""
    with matplotlib.rc_context({"axes.spines.top": False, "axes.spines.right": False}):
        figure = Figure(figsize=(10, 4), layout="constrained")
        panels = figure.subplots(1, 2, sharey=True)
        for axes, unit in zip(panels, ("tokens", "seconds"), strict=True):
            for number, agent in enumerate(dict.fromkeys(cell["agent"] for cell in cells)):
                _draw_agent(axes, _of(cells, agent), unit, agent, f"C{number}")
            axes.set(xlabel=f"{unit} of learning", ylim=(0, 1))
            axes.grid(alpha=0.25)
        panels[0].set(ylabel="accuracy, test split", title=title)
        panels[1].legend(frameon=False, fontsize=8)
    return figure


def _draw_agent(axes: Any, cells: Sequence[Cell], unit: str, agent: str, colour: str) -> None:
    curves = [
        ([point[unit] for point in cell["curve"]], [point["accuracy"] for point in cell["curve"]])
        for cell in cells
    ]
    if all(len(x) == 1 for x, _ in curves):  # it does not learn
        axes.axhline(mean(y[0] for _, y in curves), label=agent, color=colour, ls=":")
        return
    for x, y in curves:
        axes.plot(x, y, color=colour, lw=0.6, alpha=0.4)
    grid = np.linspace(0, min(x[-1] for x, _ in curves), 50)
    middle = np.mean([np.interp(grid, x, y) for x, y in curves], axis=0)
    axes.plot(grid, middle, color=colour, lw=1.8, label=agent)
