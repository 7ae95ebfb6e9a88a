"""R1-Zero: what reinforcement learning alone does to a base (Figures 2 and 3, Table 2)."""

from __future__ import annotations

from pathlib import Path
from statistics import mean

from r1gym.claims.experiment import Found
from r1gym.claims.materials import shared
from r1gym.core.run import read_metrics
from r1gym.evaluation.results import load_results
from r1gym.recipes import recipe
from r1gym.recipes.r1_zero import R1Zero


def run(folder: Path, seed: int) -> Found:
    """GRPO on rule rewards from the embedded base, evaluated on 256 questions of the test split.

    About 1.5 minutes a seed; the base, 2 minutes, is made once.

    Returns:
        ``before``, ``after``, ``gain``: pass@1. ``growth``: how many times as long the answers are.
        ``vote_after``: what the majority of 16 samples adds to pass@1 after training,
        ``vote_most``: the most that it added in an evaluation on the way. ``accuracy``, ``length``:
        the course over training. ``follows``: the correlation of length with accuracy over steps.
    """
    home = recipe.run(R1Zero(name=f"r1-zero-{seed}", seed=seed), shared(folder))
    before, after = load_results(home, "test")
    first, last = (float(one["pass_at"]["1"]["mean"]) for one in (before, after))
    rows = read_metrics(home)
    leads = [row["eval/cons@16"] - row["eval/pass@1"] for row in rows if "eval/pass@1" in row]
    steps = [row for row in rows if "rollout/accuracy" in row]
    accuracy = [row["rollout/accuracy"] for row in steps]
    length = [row["rollout/ep_len_mean"] for row in steps]
    return {
        "before": first,
        "after": last,
        "gain": last - first,
        "growth": after["mean_length"] / before["mean_length"],
        "vote_after": after["cons_at"]["mean"] - last,
        "vote_most": max(leads),
        "accuracy": accuracy,
        "length": length,
        "follows": correlation(accuracy, length),
    }


def correlation(one: list[float], other: list[float]) -> float:
    """Returns Pearson's correlation of two curves; 0 if one is flat."""
    a, b = ([value - mean(curve) for value in curve] for curve in (one, other))
    norm = (sum(x * x for x in a) * sum(y * y for y in b)) ** 0.5
    return sum(x * y for x, y in zip(a, b, strict=True)) / norm if norm else 0.0
