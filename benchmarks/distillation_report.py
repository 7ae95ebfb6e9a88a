"""What `distillation.py` has found, as tables and as a picture."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from statistics import mean
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

Result = dict[str, Any]
BAR, MINUTES = 0.35, 15
ARMS = ("base", "rl", "sampled", "on_policy", "sft_on_policy", "sft_rl", "sft")
CALLED = {
    "base": "the base model",
    "rl": "GRPO alone",
    "sampled": "the teacher's score\nof the sampled token",
    "on_policy": "the teacher's scores",
    "sft_on_policy": "its samples,\nthen its scores",
    "sft_rl": "its samples, then GRPO",
    "sft": "the teacher's samples",
}
COLOURS = dict(zip(ARMS, ("0.5", "C3", "C4", "C2", "C1", "C9", "C0"), strict=True))


def print_teacher(results: dict[str, Result], base: str) -> None:
    """Prints what the teacher is and took, all of which the students are spared."""
    teacher, samples, pretraining = (results[name] for name in ("teacher", "samples", base))
    print(
        f"teacher: pass@1 {_interval(teacher['pass@1'])}; pretraining {pretraining['seconds']:.0f} "
        f"s, GRPO {teacher['seconds']:.0f} s ({teacher['tokens']:,} tokens), "
        f"{samples['sampled']:,} samples {samples['seconds']:.0f} s, of which "
        f"{samples['examples']:,} are examples: {_teachers_seconds(results):.0f} s in all, its "
        "pretraining apart"
    )


def print_table(cells: list[Result], results: dict[str, Result]) -> None:
    """Prints a row a cell."""
    print(
        f"{'student':7} {'size':>7} {'seed':>4} {'arm':13} {'s':>5} {'+teacher':>8} "
        f"{'examples':>8} {'own tokens':>10} {'pass@1':>20} {'T 1: @1':>7} {'@8':>5} {'@64':>5} "
        f"{'length':>6}"
    )
    for cell in sorted(cells, key=lambda c: (c["parameters"], c["seed"], ARMS.index(c["arm"]))):
        wide, arm = cell["pass_at"], cell["arm"]
        cost = cell["seconds"] + _teachers_share(arm, results)
        print(
            f"{cell['size']:7} {cell['parameters']:>7,} {cell['seed']:>4} {arm:13} "
            f"{cell['seconds']:>5.1f} {cost:>8.0f} {cell.get('examples', 0):>8,} "
            f"{cell.get('own_tokens', 0):>10,} {_interval(cell['pass@1']):>20} "
            f"{wide['1']['mean']:>7.3f} {wide['8']['mean']:>5.2f} {wide['64']['mean']:>5.2f} "
            f"{cell['length']:>6.1f}"
        )


def print_shapes(cells: list[Result]) -> None:
    """Prints how the gap goes with the size, and where RL's pass@k falls below its base's."""
    for size in _sizes(cells):
        found = {arm: _mean(cells, size, arm) for arm in ("base", "rl", "sft")}
        if None in found.values():
            continue
        ks = sorted(map(int, cells[0]["pass_at"]))
        rl, base = (_curve(cells, size, arm, ks) for arm in ("rl", "base"))
        below = [k for k, ours, theirs in zip(ks, rl, base, strict=True) if ours < theirs]
        said = f"below the base's from k = {below[0]}" if below else "above the base's throughout"
        gap = found["sft"] - found["rl"]  # type: ignore[operator]
        print(f"{size}: sft leads rl by {gap:+.3f} pass@1; rl's pass@k is {said}")


def bars_missed(cells: list[Result], minutes: float, size: str) -> list[str]:
    """Returns the bars that are missed."""
    missed = [f"{minutes:.1f} minutes"] if minutes > MINUTES else []
    found = {(c["arm"], c["seed"]): c["pass@1"]["mean"] for c in cells if c["size"] == size}
    seeds = sorted({seed for arm, seed in found if arm == "sft"})
    for seed in seeds:
        if ("rl", seed) in found and (lead := found["sft", seed] - found["rl", seed]) < BAR:
            missed.append(f"{size} seed {seed}: sft leads rl by {lead:.3f}")
    return missed if seeds else [f"{size} was not run"]


def draw(cells: list[Result], size: str, path: Path) -> None:
    """Draws pass@1 by size, and pass@k at one size."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(11.5, 4.2), layout="constrained")
    sizes = _sizes(cells)
    for arm in ARMS:
        known = [(s, value) for s in sizes if (value := _mean(cells, s, arm)) is not None]
        if len(known) > 1:
            places = [_parameters(cells, s) for s, _ in known]
            left.plot(places, [v for _, v in known], "o-", color=COLOURS[arm])
        ours = [c for c in cells if c["size"] == size and c["arm"] == arm]
        if ours:
            ks = sorted(map(int, ours[0]["pass_at"]))
            low, middle, high = (
                [mean(c["pass_at"][str(k)][part] for c in ours) for k in ks]
                for part in ("low", "mean", "high")
            )
            right.plot(ks, middle, "o-", markersize=3, color=COLOURS[arm], label=CALLED[arm])
            right.fill_between(ks, low, high, color=COLOURS[arm], alpha=0.12, linewidth=0)
    places = [_parameters(cells, s) for s in sizes]
    left.set(xscale="log", xlabel="parameters of the student", ylabel="pass@1 (temperature 0.6)")
    left.set_xticks(places, [f"{p:,.0f}" for p in places])
    left.minorticks_off()
    right.set_xscale("log", base=2)
    right.xaxis.set_major_formatter("{x:.0f}")
    right.set(xlabel="k, the answers of a question", ylabel="pass@k (temperature 1)")
    right.set(title=f"the student of {_parameters(cells, size):,.0f} parameters")
    left.set(title="after the same seconds of learning")
    for axis in (left, right):
        axis.set_ylim(0, 1.02)
        axis.grid(alpha=0.25)
    figure.legend(*right.get_legend_handles_labels(), loc="outside right center", frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _teachers_seconds(results: dict[str, Result]) -> float:
    return float(results["teacher"]["seconds"] + results["samples"]["seconds"])


def _teachers_share(arm: str, results: dict[str, Result]) -> float:
    """Returns the seconds of the teacher that an arm stands on, its pretraining apart."""
    if arm in ("base", "rl"):
        return 0.0
    if arm in ("on_policy", "sampled"):
        return float(results["teacher"]["seconds"])
    return _teachers_seconds(results)


def _sizes(cells: Iterable[Result]) -> list[str]:
    known = {cell["size"]: cell["parameters"] for cell in cells}
    return sorted(known, key=lambda size: known[size])


def _parameters(cells: Iterable[Result], size: str) -> int:
    return next(int(cell["parameters"]) for cell in cells if cell["size"] == size)


def _mean(cells: Iterable[Result], size: str, arm: str) -> float | None:
    found = [c["pass@1"]["mean"] for c in cells if c["size"] == size and c["arm"] == arm]
    return mean(found) if found else None


def _curve(cells: Iterable[Result], size: str, arm: str, ks: list[int]) -> list[float]:
    ours = [c["pass_at"] for c in cells if c["size"] == size and c["arm"] == arm]
    return [mean(found[str(k)]["mean"] for found in ours) for k in ks]


def _interval(estimate: dict[str, float]) -> str:
    return f"{estimate['mean']:.3f} [{estimate['low']:.2f}, {estimate['high']:.2f}]"
