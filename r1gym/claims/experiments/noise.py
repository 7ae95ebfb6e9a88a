"""The verifier-noise lab: what learning makes of a verifier that errs.

    python -m r1gym.claims.experiments.noise FOLDER [--jobs 2] [--picture FILE]

runs the cells of the grid that are missing, five seeds each, and draws the picture.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from r1gym.claims.experiment import Cell, Found, run_cell
from r1gym.claims.experiments.learnt import FAST, TRUTH, learn, look
from r1gym.claims.materials import base
from r1gym.inspection.cells import run_missing
from r1gym.models.policy import load_policy

RATES = (0.0, 0.2, 0.4, 0.6, 0.8)
SEEDS = (0, 1, 2, 3, 4)
_END = 10  # steps that "paid" and "precision" are means over


def run(
    folder: Path,
    seed: int,
    false_positive: float = 0.0,
    false_negative: float = 0.0,
    steps: int = 40,
) -> Found:
    """GRPO from R1-Zero's base on an accuracy reward that errs at set rates.

    One cell of a grid, some 15 seconds; the base, 2 minutes, is made once.

    Args:
        folder: Where the base lies, beside it.
        seed: The seed of questions, sampling and errors.
        false_positive: The share of answers that are not right and are paid.
        false_negative: The share of right answers that are not paid.
        steps: GRPO steps of 16 questions x 8.

    Returns:
        ``before``, ``after``, ``gain``: pass@1 at temperature 1, of 128 test questions.
        ``youden``: the true-positive rate less the false-positive rate: 0 is a verifier that knows
        nothing. ``paid``: the mean reward of the last ten steps. ``precision``: the share of right
        ones among the completions that were paid there. ``length``: tokens of an answer.
        ``accuracy``: true accuracy in training.
    """
    errs = {"component": "auto", "false_positive": false_positive, "false_negative": false_negative}
    rewards = {"noisy": {"weight": 1.0, "seed": seed, **errs}, "accuracy": TRUTH}
    start = base(folder)
    before = look(load_policy(start)).pass_at[1].mean
    learnt = learn(start, replace(FAST, steps=steps), seed, rewards)
    after, accuracy = look(learnt.policy), learnt.course("rollout/accuracy")
    paid, right = mean(learnt.course("rollout/noisy")[-_END:]), mean(accuracy[-_END:])
    return {
        "before": before,
        "after": after.pass_at[1].mean,
        "gain": after.pass_at[1].mean - before,
        "youden": 1 - false_negative - false_positive,
        "paid": paid,
        "precision": (1 - false_negative) * right / paid if paid else 0.0,
        "length": after.mean_length,
        "accuracy": accuracy,
    }


def grid(home: Path) -> list[Cell]:
    """Returns the cells of the grid, all of a seed before the next."""
    return [
        Cell("noise", {"false_positive": fp, "false_negative": fn}, seed, home)
        for seed, fn, fp in product(SEEDS, RATES, RATES)
    ]


def draw_cells(results: Sequence[Mapping[str, Any]], picture: Path) -> None:
    """Draws accuracy after training over both rates, and against what the verifier knows.

    Args:
        results: Cells as they are stored, with their settings and what was found.
        picture: The file.
    """
    from matplotlib.figure import Figure

    cells: dict[tuple[float, float], list[float]] = {}
    for one in results:
        at = one["settings"]["false_positive"], one["settings"]["false_negative"]
        cells.setdefault(at, []).append(one["found"]["after"])
    figure = Figure(figsize=(11, 4.6), layout="constrained")
    rates, against = figure.subplots(1, 2)
    _draw_grid(rates, cells)
    for fp in sorted({fp for fp, _ in cells}):
        row = sorted((1 - fn - fp, values) for (at, fn), values in cells.items() if at == fp)
        against.errorbar(
            [x for x, _ in row], [mean(v) for _, v in row],
            [stdev(v) if len(v) > 1 else 0.0 for _, v in row],
            marker="o", capsize=2, label=f"{fp:g}",
        )  # fmt: skip
    before = mean(one["found"]["before"] for one in results)
    against.axvline(0, color="black", linestyle="--", linewidth=1)
    against.axhline(before, color="grey", linestyle=":", linewidth=1)
    against.set(
        xlabel="true-positive rate - false-positive rate", ylabel="accuracy after training",
        title="dashed: the verifier knows nothing; dotted: the base",
    )  # fmt: skip
    against.legend(title="false positives", fontsize="small")
    picture.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(picture, dpi=110)


def _draw_grid(axes: Any, cells: Mapping[tuple[float, float], Sequence[float]]) -> None:
    fps, fns = (sorted({at[axis] for at in cells}) for axis in (0, 1))
    values = [[mean(cells.get((fp, fn), [float("nan")])) for fp in fps] for fn in fns]
    axes.imshow(values, origin="lower", vmin=0, vmax=1, cmap="viridis")
    for (row, fn), (column, fp) in product(enumerate(fns), enumerate(fps)):
        if found := cells.get((fp, fn)):
            spread = f"\n±{stdev(found):.2f}" if len(found) > 1 else ""
            color = "black" if mean(found) > 0.6 else "white"
            text = f"{mean(found):.2f}{spread}"
            axes.text(column, row, text, ha="center", va="center", color=color, fontsize="small")
    axes.set_xticks(range(len(fps)), [f"{fp:g}" for fp in fps])
    axes.set_yticks(range(len(fns)), [f"{fn:g}" for fn in fns])
    step = fps[1] - fps[0] if len(fps) > 1 else 1.0
    # Rates add up to 1 along it: the true-positive rate is the false-positive rate.
    ends = [(-0.5, (1 - fns[0] - fps[0]) / step + 0.5), ((1 - fns[0] - fps[0]) / step + 0.5, -0.5)]
    axes.plot(*zip(*ends, strict=True), color="red", linestyle="--", linewidth=1.5)
    axes.set(
        xlim=(-0.5, len(fps) - 0.5), ylim=(-0.5, len(fns) - 0.5), xlabel="false-positive rate",
        ylabel="false-negative rate", title="accuracy after training; dashed: nothing to learn",
    )  # fmt: skip


def main() -> None:
    """Runs what is missing of the grid, and draws it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    cells = grid(options.folder)
    kept = options.folder / "cells"
    for line in run_missing(cells, run_cell, kept, options.jobs, "Noise"):
        print(f"Failed: {line}")
    files = [kept / cell.file for cell in cells if (kept / cell.file).exists()]
    results = [json.loads(file.read_text("utf-8")) for file in files]
    picture = options.picture or options.folder / "noise.png"
    draw_cells(results, picture)
    minutes = sum(one["seconds"] for one in results) / 60
    print(f"{len(results)} of {len(cells)} cells, {minutes:.1f} minutes of one core: {picture}")


if __name__ == "__main__":
    main()
