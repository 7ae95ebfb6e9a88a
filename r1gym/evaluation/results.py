"""Evaluations on disk, by suite, split and step, each a summary with all completions beside it.

    evals/test-step-000120.json           the run's own task
    evals/math/test-step-000120.json      the suite "math"
    evals/math/test-step-000120-<digits>  the same with other settings than the suite's own

What an evaluation is stands in the summary; names of files only keep them apart. Older runs have
the settings in the names, and are read as well.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from r1gym.core.errors import RunError
from r1gym.core.files import explained, write_text
from r1gym.evaluation.estimators import Estimate
from r1gym.evaluation.rows import Row
from r1gym.evaluation.seeds import Spread

if TYPE_CHECKING:  # it samples, which needs torch, and what is stored is read without
    from r1gym.evaluation.runner import EvalConfig, EvalResult

Summary = dict[str, Any]
_NEEDED = {
    "step": int,
    "config": dict,
    "pass_at": dict,
    "cons_at": dict,
    "questions": int,
    "samples": int,
    "by_level": dict,
}


def save_result(
    folder: Path,
    split: str,
    step: int,
    config: EvalConfig,
    result: EvalResult,
    suite: str = "",
    *,
    changed: Mapping[str, Any] | None = None,
    about: Mapping[str, Any] | None = None,
) -> Path:
    """Writes an evaluation into a run's folder. Returns the path of its summary.

    Args:
        folder: The run's folder.
        split: The split that was evaluated on.
        step: The training step of the policy.
        config: How it was evaluated.
        result: What was found.
        suite: The name of the suite; empty for the run's own task.
        changed: Settings that are others than those of the suite, or of the run; with any the
            evaluation stands beside that with none.
        about: What else the summary is to hold, JSON values.
    """
    path = result_path(folder, split, step, suite, changed)
    summary = {
        "suite": suite,
        "split": split,
        "step": step,
        "config": asdict(config),
        "changed": dict(changed or {}),
        "pass_at": {str(k): plain_estimate(estimate) for k, estimate in result.pass_at.items()},
        "cons_at": plain_estimate(result.cons_at),
        "questions": len(result.rows) // result.samples,
        "samples": result.samples,
        "mean_length": result.mean_length,
        "by_level": result.by_level,
        "by_domain": result.by_domain,
        "shares": result.shares,
        "seeds": plain_spread(result.spread),
        "failed": result.failed,
        **(about or {}),
    }
    rows = "".join(json.dumps(row) + "\n" for row in result.rows)
    write_text(path.with_suffix(".jsonl"), rows)
    write_text(path, json.dumps(summary, indent=2) + "\n")
    return path


def take_over(summary: Path, folder: Path, split: str, step: int, config: EvalConfig) -> bool:
    """Puts an evaluation of the same policy, made elsewhere, into a run's folder.

    Args:
        summary: Where its summary lies.
        folder: The run's folder.
        split: The split, which must be its own.
        step: The training step that it is of here.
        config: How the policy is to be evaluated, as it must have been.

    Returns:
        Whether it could be: not if something else was asked, or its completions are gone.

    Raises:
        RunError: If a file is broken or cannot be written.
    """
    found, rows = read_summary(summary), summary.with_suffix(".jsonl")
    same = found["config"] == asdict(config) and found["split"] == split and not found["changed"]
    if not same or not rows.is_file():
        return False
    path = result_path(folder, split, step)
    write_text(path.with_suffix(".jsonl"), rows.read_text("utf-8"))
    found = {name: value for name, value in found.items() if name != "file"} | {"step": step}
    write_text(path, json.dumps(found, indent=2) + "\n")
    return True


def load_result(
    folder: Path, split: str, step: int, suite: str = "", changed: Mapping[str, Any] | None = None
) -> Summary | None:
    """Returns the summary of an evaluation, or None if it was not made; see `save_result`.

    Raises:
        RunError: If the file is broken.
    """
    path = result_path(folder, split, step, suite, changed)
    return read_summary(path) if path.exists() else None


def load_results(folder: Path, split: str, suite: str = "") -> list[Summary]:
    """Returns the summaries of a split's evaluations with nothing changed, in the order of steps.

    Raises:
        RunError: If a file is broken.
    """
    return [
        summary
        for summary in stored_results(folder, suite)
        if summary["split"] == split and not summary["changed"]
    ]


def stored_results(folder: Path, suite: str | None = None) -> list[Summary]:
    """Returns the summaries of all evaluations, by suite, split and step.

    Args:
        folder: The run's folder.
        suite: Only those of this suite; None for those of every one, the run's own task first.

    Raises:
        RunError: If a file is broken.
    """
    found = [read_summary(path) for path in _summaries(folder / "evals", suite)]
    return sorted(found, key=lambda s: (s["suite"], s["split"], s["step"], len(s["changed"])))


def _summaries(evals: Path, suite: str | None) -> Iterator[Path]:
    pattern = "*.json" if suite == "" else f"{suite or '*'}/*.json"
    for path in sorted([*evals.glob(pattern), *(evals.glob("*.json") if suite is None else ())]):
        if not path.name.startswith("."):  # a draft that a kill has left
            yield path


def read_summary(path: Path) -> Summary:
    """Returns a stored summary; what older runs left out is filled in.

    Raises:
        RunError: If the file cannot be read, or is broken.
    """
    try:
        with explained(path):
            summary = dict(json.loads(path.read_bytes()))
        split, step = str(summary["split"]), summary["step"]
        if wrong := [name for name, kind in _NEEDED.items() if type(summary[name]) is not kind]:
            raise TypeError(wrong)
        is_own = path.stem == f"{split}-step-{step:06d}"
        changed = summary.get("changed", {} if is_own else summary["config"])
        return {
            **summary, "suite": summary.get("suite", ""), "changed": changed, "file": str(path),
        }  # fmt: skip
    except (ValueError, TypeError, KeyError) as error:
        raise RunError(
            f"{path} is broken: delete it and run the same command again, which evaluates anew."
        ) from error


def plain_estimate(estimate: Estimate) -> dict[str, float | None]:
    """Returns an estimate as JSON values; None stands where there was nothing to count."""
    return {k: None if math.isnan(v) else v for k, v in asdict(estimate).items()}


def load_rows(summary: Summary) -> list[Row]:
    """Returns the completions of a stored evaluation, question by question.

    Raises:
        RunError: If they are gone, or a line is broken.
    """
    path = Path(summary["file"]).with_suffix(".jsonl")
    try:
        with explained(path):
            lines = path.read_text("utf-8").splitlines()
        rows = [dict(json.loads(line)) for line in lines]
        if len(rows) != summary["questions"] * summary["samples"]:
            raise ValueError(f"{len(rows)} lines")
    except (ValueError, TypeError) as error:
        raise RunError(
            f"{path} is broken ({error}): delete it with the .json beside it and run the same "
            "command again, which evaluates anew."
        ) from error
    return rows


def folder_of(summary: Summary) -> Path:
    """Returns the folder that a stored evaluation is kept in: a run's, or another's."""
    return Path(summary["file"]).parents[2 if summary["suite"] else 1]


def plain_spread(spread: Spread | None) -> dict[str, Any] | None:
    """Returns what is known of other seeds as JSON values."""
    return None if spread is None else asdict(spread)


def result_path(
    folder: Path, split: str, step: int, suite: str = "", changed: Mapping[str, Any] | None = None
) -> Path:
    """Returns where the summary of an evaluation lies, see `save_result`."""
    name = f"{split}-step-{step:06d}"
    if changed:
        text = json.dumps(dict(changed), sort_keys=True)
        name += f"-{hashlib.blake2b(text.encode(), digest_size=4).hexdigest()}"
    return folder / "evals" / suite / f"{name}.json"
