"""Whether a run has learned, and why not: the doctor's questions, put to its own metrics.

Pure functions of what a run has logged. Left out: what only another run could tell, such as
whether another learning rate would have done; the checks say what was seen and what is tried first.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from r1gym.core.errors import R1GymError
from r1gym.evaluation.preflight import Check, Status
from r1gym.inspection.compare import compare
from r1gym.report.stages import numbers
from r1gym.report.table import heading

Rows = Sequence[Mapping[str, float]]
_FEW_STEPS = 10  # too few to tell anything by
_PART = 5  # the first fifth of training against the last
_SURE = 2.0  # standard errors


@dataclass(frozen=True)
class Outcome:
    """What became of a run.

    Attributes:
        learned: Whether accuracy rose; None if there is too little to tell by.
        text: What was measured, in a sentence.
        worse: Whether it fell.
    """

    learned: bool | None
    text: str
    worse: bool = False


def outcome(results: Sequence[Mapping[str, Any]], rows: Rows) -> Outcome:
    """Returns whether a run has learned.

    Args:
        results: The evaluations of its model on the same questions, from before to after.
        rows: The log of its training.
    """
    if len(results) > 1:
        with suppress(R1GymError):  # without the completions the log must do
            [found] = compare(results[0]["file"], results[-1]["file"])
            change, after = found.paired.difference, heading(results[-1])
            points, low, high = (100 * v for v in (change.mean, change.low, change.high))
            text = (
                f"pass@1 on the same {found.questions:,} questions, {after} against before: "
                f"{points:+.1f} points [{low:+.1f}, {high:+.1f}]"
            )
            return Outcome(change.low > 0, text, change.high < 0)
    name = "rollout/accuracy" if any("rollout/accuracy" in r for r in rows) else _REWARD
    what = "accuracy" if name != _REWARD else "the mean reward"
    if (moved := _moved(_values(rows, name))) is None:
        return Outcome(None, f"There are too few steps to tell whether {what} rose")
    by, error = moved
    text = (
        f"{what} in training, the last fifth of its steps against the first: {by:+.3f} "
        f"(standard error {error:.3f})"
    )
    return Outcome(by > _SURE * error, text, by < -_SURE * error)


def health(rows: Rows, prefix: str = "grpo") -> list[Check]:
    """Returns what a log says of the health of its training, a check each.

    Args:
        rows: The lines of ``metrics.jsonl``.
        prefix: What the options of the algorithm begin with.
    """
    rows = [row for row in rows if _REWARD in row]
    if not rows:
        return []
    return [check for one in _CHECKS for check in one(rows, prefix)]


def told(found: Outcome, checks: Sequence[Check]) -> str:
    """Returns a run's outcome and its checks as HTML."""
    warnings = [check for check in checks if check.status is Status.WARNING]
    leads = {True: "It learned: ", None: "", False: "It learned nothing that can be told: "}
    lead = "It got worse: " if found.worse else leads[found.learned]
    why = "".join(f"<li><b>{html.escape(c.name)}</b>: {html.escape(c.detail)}</li>"
                  for c in warnings)  # fmt: skip
    title = {True: "What to look at", None: "What its metrics say"}.get(found.learned, "Why")
    if why:
        why = f"<p>{title}:</p><ul>{why}</ul>"
    elif found.learned is False:
        why = (
            "<p>Its own metrics look healthy, so that more steps, a larger learning rate or more "
            "questions in the evaluation are what to try.</p>"
        )
    kind = "told flag" if found.learned is False or warnings else "told"
    return f'<div class="{kind}"><b>{lead}</b>{html.escape(found.text)}.{why}{_all(checks)}</div>'


def _all(checks: Sequence[Check]) -> str:
    if not checks:
        return ""
    fine = sum(check.status is Status.OK for check in checks)
    lines = "".join(
        f"<tr><td>{html.escape(c.name)}</td><td>{_word(c)}</td><td>{html.escape(c.detail)}</td>"
        "</tr>"
        for c in checks
    )
    return (
        f"<details><summary>{fine} of {len(checks)} checks of its metrics are fine</summary>"
        f'<table class="left">{lines}</table></details>'
    )


def _word(check: Check) -> str:
    kind = "correct" if check.status is Status.OK else "other"
    return f'<span class="{kind}">{check.status.value}</span>'


_REWARD = "rollout/ep_rew_mean"


def _values(rows: Rows, name: str) -> list[float]:
    return [value for _, value in numbers(rows, name)]


def _mean(rows: Rows, name: str) -> float | None:
    values = _values(rows, name)
    return float(np.mean(values)) if values else None


def _moved(values: Sequence[float]) -> tuple[float, float] | None:
    """Returns how much a curve rose from its first fifth to its last, and the standard error."""
    if len(values) < _FEW_STEPS:
        return None
    few = max(_PART, len(values) // _PART)
    first, last = np.asarray(values[:few]), np.asarray(values[-few:])
    error = sqrt((first.var(ddof=1) + last.var(ddof=1)) / few)
    return float(last.mean() - first.mean()), error


def _check(name: str, is_fine: bool, fine: str, fault: str) -> Check:
    return Check(name, Status.OK if is_fine else Status.WARNING, fine if is_fine else fault)


def _steps(rows: Rows, prefix: str) -> list[Check]:
    count = len(rows)
    fault = f"{count} are too few to see anything: --{prefix}.steps"
    return [_check("steps", count >= _FEW_STEPS, f"{count}", fault)]


def _groups(rows: Rows, _: str) -> list[Check]:
    share = _mean(rows, "rollout/zero_variance_share")
    if share is None:
        return []
    accuracy = _mean(rows, "rollout/accuracy")
    detail = f"{share:.0%} without variance"
    if accuracy is not None:
        detail = f"{accuracy:.0%} correct, {detail}"
    advice = "these teach nothing"
    if accuracy is not None and (accuracy < 0.1 or accuracy > 0.9):
        advice += ": give it easier problems" if accuracy < 0.1 else ": give it harder problems"
    return [_check("groups", share < 0.8, detail, f"{detail}, and {advice}")]


def _gradients(rows: Rows, prefix: str) -> list[Check]:
    norms, rates = _values(rows, "train/grad_norm"), _values(rows, "train/learning_rate")
    found = []
    if norms:
        detail = f"norm {np.mean(norms):.2g} in the mean"
        fault = "there was none, so that the weights are what they were"
        found.append(_check("gradient", max(norms) > 0, detail, fault))
    if len(rates) > 1:
        rising = rates[-1] > rates[-2]
        fault = f"still warming up at the end: lower --{prefix}.warmup-steps or give it more steps"
        found.append(_check("learning rate", not rising, f"{rates[-1]:.2g} at the end", fault))
    return found


def _kl(rows: Rows, prefix: str) -> list[Check]:
    """Checks whether the policy has gone anywhere, where there is a reference to tell by."""
    values = _values(rows, "train/kl")
    if not any(values):
        return []
    most = max(values)
    detail = f"at most {most:.2g} nats a token from the reference"
    if most > 1:
        fault = f"{detail}, which is far: a smaller --{prefix}.learning-rate"
        return [_check("distance", False, "", fault)]
    fault = f"{detail}, so that it has hardly moved: a larger --{prefix}.learning-rate"
    return [_check("distance", most > 1e-4, detail, fault)]


def _answers(rows: Rows, prefix: str) -> list[Check]:
    found = []
    for name, key, most, advice in (
        ("token limit", "truncated_share", 0.3, f"cut off: raise --{prefix}.max-tokens"),
        ("answers", "unparseable_share", 0.5,
         "without a readable answer: another --template, or examples of the form first"),
        ("grading", "failed_share", 0.02, "not graded: `r1gym doctor` says what fails"),
    ):  # fmt: skip
        share = _mean(rows, f"rollout/{key}")
        if share is not None:
            what = advice.partition(":")[0]
            found.append(
                _check(name, share <= most, f"{share:.1%} {what}", f"{share:.1%} {advice}")
            )
    return found


def _entropy(rows: Rows, prefix: str) -> list[Check]:
    values = _values(rows, "train/entropy")
    if not values:
        return []
    few = max(1, len(values) // _PART)
    first, last = float(np.mean(values[:few])), float(np.mean(values[-few:]))
    detail = f"{first:.3f} nats a token at first, {last:.3f} at the end"
    fault = (
        f"{detail}: its completions are all but the same, and the groups with them; a smaller "
        f"--{prefix}.learning-rate, or a KL coefficient"
    )
    return [_check("entropy", last > 0.005, detail, fault)]


def _paid(rows: Rows, _: str) -> list[Check]:
    """Checks whether what was paid for is what is wanted."""
    reward, accuracy = (_moved(_values(rows, name)) for name in (_REWARD, "rollout/accuracy"))
    if reward is None or accuracy is None:
        return []
    rose = [by > _SURE * error for by, error in (reward, accuracy)]
    detail = f"the reward moved by {reward[0]:+.2f}, accuracy by {accuracy[0]:+.2f}"
    fault = f"{detail}: it learned what else is paid for, such as the format"
    return [_check("reward", not (rose[0] and not rose[1]), detail, fault)]


_CHECKS: tuple[Callable[[Rows, str], list[Check]], ...] = (
    *(_steps, _groups, _gradients, _kl, _answers, _entropy, _paid),
)
