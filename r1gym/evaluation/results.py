"""Evaluations on disk: ``evals/<split>-step-<n>.json`` and, beside it, every completion."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from r1gym.core.errors import RunError
from r1gym.core.files import explained, write_text
from r1gym.core.types import Episode
from r1gym.evaluation.runner import EvalConfig, EvalResult


def save_result(
    folder: Path, split: str, step: int, config: EvalConfig, result: EvalResult, label: str = ""
) -> Path:
    """Writes an evaluation into a run's folder. Returns the path of its summary.

    Args:
        folder: The run's folder.
        split: The split that was evaluated on.
        step: The training step of the policy.
        config: How it was evaluated.
        result: What was found.
        label: Keeps evaluations of other kinds apart from the run's own, which have none.
    """
    path = result_path(folder, split, step, label)
    summary = {
        "split": split,
        "step": step,
        "config": asdict(config),
        "pass_at": {str(k): asdict(estimate) for k, estimate in result.pass_at.items()},
        "cons_at": asdict(result.cons_at),
        "questions": len(result.episodes) // result.samples,
        "samples": result.samples,
        "mean_length": result.mean_length,
        "by_level": result.by_level,
        "failed": result.failed,
    }
    rows = "".join(json.dumps(episode_row(e)) + "\n" for e in result.episodes)
    write_text(path.with_suffix(".jsonl"), rows)
    write_text(path, json.dumps(summary, indent=2) + "\n")
    return path


def load_result(folder: Path, split: str, step: int, label: str = "") -> dict[str, Any] | None:
    """Returns the summary of an evaluation, or None if it was not made.

    Raises:
        RunError: If the file is broken.
    """
    path = result_path(folder, split, step, label)
    return _read(path) if path.exists() else None


def load_results(folder: Path, split: str) -> list[dict[str, Any]]:
    """Returns the summaries of a split's evaluations without label, in the order of steps.

    Raises:
        RunError: If a file is broken.
    """
    paths = sorted((folder / "evals").glob(f"{split}-step-*.json"))
    return [_read(path) for path in paths]


def _read(path: Path) -> dict[str, Any]:
    try:
        with explained(path):
            summary = json.loads(path.read_bytes())
        return {"split": summary["split"], "step": summary["step"], **summary}
    except (ValueError, TypeError, KeyError) as error:
        raise RunError(
            f"{path} is broken: delete it and run the same command again, which evaluates anew."
        ) from error


def episode_row(episode: Episode) -> dict[str, Any]:
    """Returns an episode as plain data, for files that people read. The gold answer is in it."""
    score = episode.score
    others = episode.problem.other_answers
    return {
        "id": episode.problem.id,
        "problem": episode.problem.question,
        "answer": episode.problem.answer,
        **({"other_answers": list(others)} if others else {}),
        "completion": episode.completion.text,
        "tokens": len(episode.completion.token_ids),
        "truncated": episode.completion.truncated,
        "reward": score.value,
        "verdict": score.verdict.value,
        "reason": score.reason,
        **{f"reward/{name}": part.value for name, part in score.parts.items()},
    }


def result_path(folder: Path, split: str, step: int, label: str = "") -> Path:
    """Returns where the summary of an evaluation lies."""
    return folder / "evals" / f"{split}{label}-step-{step:06d}.json"
