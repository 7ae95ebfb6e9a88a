"""All of R1 on the embedded bilingual model at three seeds: what `make r1` shows, against its bars.

The shapes of the report's stage table, with the limits that stand in the recipe's configuration;
25 minutes a seed at most; and a reward model that rises over the preference phases while true
quality falls by at least 0.04 and correctness by at least 0.08 from their best. A shape that fails
is told as failed. Exits with 1 if a bar is missed.

    python benchmarks/r1.py [--seeds 0 1 2] [--folder FOLDER] [--picture docs/images/r1-rewards.png]

With a folder, finished stages are not made again. The picture is of the last of the seeds.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch is loaded

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from r1gym.core.machine import describe_machine
from r1gym.core.run import read_metrics
from r1gym.evaluation.hacking import find_hack, smoothed
from r1gym.recipes.r1 import R1
from r1gym.recipes.recipe import run
from r1gym.recipes.stage_table import load_table

MOST_MINUTES = 25
FALLS = {"quality": 0.04, "general": 0.08}
PHASES = ("r1", "longer")
SMOOTHED = 20  # steps whose mean is drawn
LINES = {
    "Paid for: what the reward models say": {"helpful": "helpful", "harmless": "harmless"},
    "Wanted: what a general answer is worth": {"quality": "true quality", "general": "correct"},
}


def measure(seed: int, runs: Path) -> list[str]:
    """Runs one seed, prints its table, and returns the bars that it missed."""
    started = time.perf_counter()
    folder = run(R1(name=f"seed-{seed}", seed=seed), runs)
    minutes = (time.perf_counter() - started) / 60
    table = load_table(folder)
    assert table is not None
    print(f"\nseed {seed}, {minutes:.1f} minutes", flush=True)
    print_table(table)
    missed = [f"shape {shape['name']}" for shape in table["shapes"] if shape["passed"] is False]
    if minutes > MOST_MINUTES:
        missed.append(f"within {MOST_MINUTES} minutes")
    return missed + print_hack(folder)


def print_table(table: dict[str, Any]) -> None:
    """Prints a stage table, and what was expected of it."""
    print(f"{'':18}" + "".join(f"{column['title']:>23}" for column in table["columns"]))
    for row in table["rows"]:
        cells = [f"{c['mean']:.3f} [{c['low']:.3f}, {c['high']:.3f}]" for c in row["cells"]]
        print(f"{row['name']:18}" + "".join(f"{cell:>23}" for cell in cells))
    for shape in table["shapes"]:
        verdict = {True: "passed", False: "failed", None: "reported"}[shape["passed"]]
        told = "; ".join(f"{b['says']}: {b['value']:+.3f}" for b in shape["bounds"])
        print(f"shape {shape['name']} {verdict}: {told}")


def print_hack(folder: Path) -> list[str]:
    """Prints what the preference phases did to true quality. Returns the bars that it missed."""
    rows = [row for phase in PHASES for row in read_metrics(folder / phase) if row["step"]]
    missed = []
    for name, least in FALLS.items():
        hack = find_hack(
            [row["rollout/helpful"] for row in rows], [row[f"rollout/{name}"] for row in rows]
        )
        print(
            f"true {name}: best {hack.reached:.3f} at step {hack.best + 1} of {len(rows)}, "
            f"{hack.ended:.3f} at the end; the reward model rose {hack.proxy_risen:+.3f} in all, "
            f"{hack.proxy_rise:+.3f} since"
        )
        if hack.fall < least or hack.proxy_risen <= 0:
            missed.append(f"hacking of {name}")
    return missed


def draw(folder: Path, picture: Path) -> None:
    """Draws what the preference phases paid for above what was wanted, and where that was best."""
    rows = [row for phase in PHASES for row in read_metrics(folder / phase) if row["step"]]
    ends = np.cumsum([read_metrics(folder / phase)[-1]["step"] for phase in PHASES])
    best = (
        1 + find_hack(*([row[f"rollout/{n}"] for row in rows] for n in ("helpful", "quality"))).best
    )
    with matplotlib.rc_context({"axes.spines.top": False, "axes.spines.right": False}):
        figure = Figure(figsize=(8.2, 5.2), layout="constrained")
        for axes, (title, lines) in zip(
            figure.subplots(2, 1, sharex=True), LINES.items(), strict=True
        ):
            axes.set_title(title, loc="left", size=11)
            for (name, label), colour in zip(lines.items(), ("#2b6cb0", "#dd6b20"), strict=True):
                values = smoothed([row[f"rollout/{name}"] for row in rows], SMOOTHED)
                axes.plot(range(1, len(rows) + 1), values, color=colour, lw=1.8)
                axes.annotate(
                    label, (len(rows), values[-1]), xytext=(6, 0), textcoords="offset points",
                    va="center", color=colour, annotation_clip=False,
                )  # fmt: skip
            axes.axvline(ends[0], color="#cbd5e0", lw=1)
            axes.axvline(best, color="#9b2c2c", lw=1.2, ls="--")
            axes.set(ylim=(-0.03, 1), ylabel="mean of 20 steps")
            axes.grid(alpha=0.25)
        told = f"true quality is best: step {best}"
        axes.text(best + 3, 0.04, told, color="#9b2c2c", size=9)
        axes.set_xlabel(f"training step (stage r1 to step {ends[0]:.0f}, then stage longer)")
    figure.savefig(picture, dpi=110)


def main() -> int:
    """Measures every seed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--folder", type=Path, help="where the runs are kept")
    parser.add_argument("--picture", type=Path, help="a PNG of what was paid for and wanted")
    options = parser.parse_args()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        runs = options.folder or Path(folder)
        missed = {seed: measure(seed, runs) for seed in options.seeds}
        if options.picture:
            draw(runs / f"seed-{options.seeds[-1]}", options.picture)
    for seed, bars in missed.items():
        print(f"seed {seed}: " + (f"missed: {', '.join(bars)}" if bars else "all bars are met"))
    return int(any(missed.values()))


if __name__ == "__main__":
    sys.exit(main())
