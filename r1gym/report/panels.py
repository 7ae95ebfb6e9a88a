"""The charts of a run's training: one quantity each, smoothed, with what was logged behind it.

Stages that learned from rewards stand one after another. What a run has not logged has no chart.
Lengths of right and wrong answers are those of the completions that were stored, a few a step, so
that runs of every version have them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any

import numpy as np

from r1gym.core.errors import R1GymError
from r1gym.evaluation.estimators import pass_at_k
from r1gym.evaluation.results import Summary, load_rows
from r1gym.report.chart import Chart, Line, Point
from r1gym.report.course import best_step, paid, trained, wanted
from r1gym.report.samples import read_samples
from r1gym.report.stages import StageView, numbers

Names = Mapping[str, str]
_SMOOTHED = 20  # steps whose mean is drawn
_ALWAYS = ("rollout/accuracy", "rollout/ep_rew_mean")
_PARTS = 12  # of training, in each of which lengths are averaged
_LOGGED: Sequence[tuple[str, str, Names]] = (
    ("Reward", "", {"rollout/ep_rew_mean": "mean of a step"}),
    ("Format", "%", {"rollout/format": "responses in the format"}),
    ("Groups", "%", {"rollout/zero_variance_share": "of equal rewards, which teach nothing"}),
    ("Faults", "%", {"rollout/truncated_share": "cut off", "rollout/unparseable_share": "no answer",
                     "rollout/failed_share": "not graded"}),
    ("Entropy", "nats", {"train/entropy": "of a token"}),
    ("Distance from the reference", "nats", {"train/kl": "KL of a token"}),
    ("Target language", "%", {"rollout/language": "words in it"}),
    ("Turns", "", {"rollout/turns_mean": "mean"}),
)  # fmt: skip


def panels(stages: Sequence[StageView]) -> list[Chart]:
    """Returns the charts of the stages that learned from rewards, one stage after another."""
    learned = trained(stages)
    if not learned:
        return [_losses(stages)]
    marks = _ends(learned) if len(learned) > 1 else ()
    made = [_accuracy(learned), _length(learned)]
    for title, unit, names in _LOGGED:
        if lines := _lines(learned, names):
            made.append(Chart(title, lines, unit))
    return [_marked(chart, marks) for chart in made]


def pass_at(results: Sequence[tuple[str, Summary]]) -> Chart:
    """Returns pass@k over k of several evaluations.

    Args:
        results: Each with what it is called.
    """
    lines = []
    for colour, (name, summary) in enumerate(results):
        points = _pass_points(summary)
        lines.append(Line(name, points, dotted=True, colour=colour))
    note = (
        "The chance that one of k answers is right. Where only pass@1 rose, training made likelier "
        "what the model could do before."
    )
    return Chart("pass@k", [one for one in lines if len(one.points) > 1], "%", "k", (), note, True)


def rewards(stages: Sequence[StageView]) -> list[Chart]:
    """Returns what was paid for and what was wanted, where both are known, one above the other.

    What was paid for are the values of reward models, what was wanted the reward components of
    weight 0 of the same stages. Where the first of them is best, training should have stopped.
    """
    learned = [one for one in trained(stages) if paid(one) and wanted(one)]
    if not learned:
        return []
    best = best_step(learned)
    marks = () if best is None else ((best[0], f"best {best[1]}"),)
    found = []
    for title, unit, names in (
        ("Paid for: reward models", "", {f"rollout/{n}": n for one in learned for n in paid(one)}),
        ("Wanted: true quality", "%", {f"rollout/{n}": n for one in learned for n in wanted(one)}),
    ):
        lines = _lines(learned, names)
        unit = unit if all(0 <= y <= 1 for line in lines for _, y in line.raw) else ""
        found.append(Chart(title, lines, unit, marks=marks))
    return found


def one_after_another(stages: Sequence[StageView], name: str) -> list[Point]:
    """Returns the values of a quantity at the steps of all stages together."""
    before, found = 0.0, []
    for one in stages:
        found += [(before + step, value) for step, value in numbers(one.metrics, name)]
        before += one.metrics[-1]["step"]
    return found


def line_of(name: str, points: Sequence[Point], colour: int = 0) -> Line:
    """Returns a smoothed line with its points behind it."""
    width = min(_SMOOTHED, 1 + len(points) // 5)
    means = _centred([y for _, y in points], width)
    steps = [x for x, _ in points]
    return Line(name, list(zip(steps, means, strict=True)), points if width > 1 else (),
                colour=colour)  # fmt: skip


def lengths(stage: StageView, before: float = 0.0) -> dict[str, list[Point]]:
    """Returns the mean length of right and of wrong completions through a stage's training.

    Args:
        stage: The stage.
        before: The steps of the stages before it.
    """
    rows = [one for one in read_samples(stage.home) if one.step and one.tokens is not None]
    if not rows:
        return {}
    last = rows[-1].step
    edges = np.linspace(0, last, min(_PARTS, last) + 1)
    found: dict[str, list[Point]] = {"right": [], "wrong": []}
    for low, high in pairwise(edges):
        part = [one for one in rows if low < one.step <= high]
        for name in found:
            of = [one.tokens for one in part if (one.verdict == "correct") is (name == "right")]
            known = [tokens for tokens in of if tokens is not None]
            if known:
                found[name].append((before + (low + high) / 2, sum(known) / len(known)))
    return found


def _centred(values: Sequence[float], width: int) -> list[float]:
    """Returns the mean of each value with those around it, so that no curve lags behind."""
    reach = width // 2
    return [float(np.mean(values[max(0, i - reach) : i + reach + 1])) for i in range(len(values))]


def _accuracy(stages: Sequence[StageView]) -> Chart:
    lines = _lines(stages, {"rollout/accuracy": "samples in training"})
    names = {name for one in stages for row in one.metrics for name in row}
    looks = {"eval/pass@1": "pass@1, validation"}
    looks |= {n: f"{n.removeprefix('eval/')}, validation" for n in sorted(names) if "/cons@" in n}
    for colour, (name, said) in enumerate(looks.items(), start=1):
        if points := one_after_another(stages, name):
            lines.append(Line(said, points, dotted=True, colour=colour))
    return Chart("Accuracy", lines, "%")


def _length(stages: Sequence[StageView]) -> Chart:
    lines = _lines(stages, {"rollout/ep_len_mean": "all"})
    before, sides = 0.0, dict[str, list[Point]]()
    for one in stages:
        for name, points in lengths(one, before).items():
            sides.setdefault(name, []).extend(points)
        before += one.metrics[-1]["step"]
    for name, colour in (("right", 2), ("wrong", 1)):
        if side := sides.get(name):
            lines.append(Line(f"{name} answers", side, dotted=True, colour=colour))
    note = "Right and wrong: means of the completions that were stored." if sides else ""
    return Chart("Response length", lines, "tokens", note=note)


def _losses(stages: Sequence[StageView]) -> Chart:
    """Returns the losses of stages that learned from examples."""
    shown = [one for one in stages if any("train/loss" in row for row in one.metrics)]
    lines = [
        line_of(one.stage.name, one_after_another([one], "train/loss"), colour)
        for colour, one in enumerate(shown)
    ]
    return Chart("Loss", lines, "nats")


def _lines(stages: Sequence[StageView], names: Names) -> list[Line]:
    """Returns the quantities that are logged, most of them only if they are not 0 throughout."""
    found = {name: one_after_another(stages, name) for name in names}
    known = {n: points for n, points in found.items() if any(y for _, y in points) or n in _ALWAYS}
    known = {name: points for name, points in known.items() if points}
    return [line_of(names[n], points, i) for i, (n, points) in enumerate(known.items())]


def _ends(stages: Sequence[StageView]) -> list[tuple[float, str]]:
    before, found = 0.0, []
    for one in stages:
        before += one.metrics[-1]["step"]
        found.append((before, one.stage.name))
    return found


def _marked(chart: Chart, marks: Iterable[tuple[float, str]]) -> Chart:
    values: dict[str, Any] = vars(chart) | {"marks": tuple(marks)}
    return Chart(**values)


def _pass_points(summary: Summary) -> list[Point]:
    """Returns pass@k for k = 1, 2, 4 and so on, of the completions where they are still there."""
    rows, samples = [], summary["samples"]
    with suppress(R1GymError):
        rows = load_rows(summary)
    if not rows or summary.get("failed"):  # what was not graded counts in no estimate
        known = {int(k): e["mean"] for k, e in summary["pass_at"].items()}
        return [(k, mean) for k, mean in sorted(known.items()) if mean is not None]
    ks = sorted({*(2**n for n in range(samples.bit_length()) if 2**n <= samples), samples})
    right = [
        sum(row["verdict"] == "correct" for row in rows[start : start + samples])
        for start in range(0, len(rows), samples)
    ]
    return [(k, float(np.mean([pass_at_k(samples, c, k) for c in right]))) for k in ks]
