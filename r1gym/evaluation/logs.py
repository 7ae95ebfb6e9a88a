"""Stored evaluations as other tools' logs: those of inspect, and of lm-evaluation-harness.

    inspect    one JSON object, an evaluation log of version 2: a sample for each completion
    lm_eval    results_DATE.json with the means, samples_TASK_DATE.jsonl with a line a question

Both tools find their logs by names with a date. It is the evaluation's own, so that to write a log
again replaces it.

Left out: what those tools know and we do not, such as the messages of a system.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import isnan
from pathlib import Path
from typing import Any

from r1gym.evaluation.measures import accuracy
from r1gym.evaluation.results import Summary
from r1gym.evaluation.rows import Row, questions_of

_STOPS = {True: "max_tokens", False: "stop"}


def inspect_log(summary: Summary, rows: Sequence[Row], model: str) -> dict[str, Any]:
    """Returns an evaluation as a log that inspect reads.

    Args:
        summary: The evaluation.
        rows: Its completions.
        model: What was evaluated.
    """
    samples, config = summary["samples"], summary["config"]
    task = summary["suite"] or "own"
    made = made_at(summary)
    started = made - timedelta(seconds=sum(summary.get("seconds", {}).values()))
    pass_at = summary["pass_at"]["1"]
    error = _standard_error(rows, samples)
    metrics = {"accuracy": pass_at["mean"], "stderr": error}
    about = {
        "max_tokens": summary.get("task", {}).get("max_tokens"),
        "temperature": config["temperature"],
        "top_p": config["top_p"],
        "seed": config["seed"],
    }
    return {
        "version": 2,
        "status": "success",
        "eval": {
            "eval_id": _digest([summary["file"], str(made)]),
            "run_id": _digest([summary["file"]]),
            "created": started.isoformat(),
            "task": task,
            "task_id": _digest([task]),
            "task_version": 0,
            "dataset": {"name": task, "samples": summary["questions"], "shuffled": False},
            "model": model,
            "model_generate_config": _known(about),
            "config": {"epochs": samples},
            "packages": {},
        },
        "plan": {"name": "plan", "steps": [], "config": _known(about)},
        "results": {
            "total_samples": len(rows),
            "completed_samples": len(rows),
            "scores": [
                {
                    "name": "r1gym",
                    "scorer": "r1gym",
                    "params": {},
                    "metrics": {
                        name: {"name": name, "value": value, "params": {}}
                        for name, value in metrics.items()
                        if value is not None
                    },
                }
            ],
        },
        "stats": {
            "started_at": started.isoformat(),
            "completed_at": made.isoformat(),
            "model_usage": {model: _usage(sum(row["tokens"] for row in rows))},
        },
        "samples": [
            _inspect_sample(row, number % samples + 1, model) for number, row in enumerate(rows)
        ],
    }


def _inspect_sample(row: Mapping[str, Any], epoch: int, model: str) -> dict[str, Any]:
    said = {"role": "assistant", "content": row["completion"], "source": "generate"}
    usage = _usage(row["tokens"])
    choice = {"message": said, "stop_reason": _STOPS[bool(row["truncated"])]}
    value = row["reward"]
    if row["verdict"] == "correct":
        value = "C"
    elif row["verdict"] in ("wrong", "unparseable", "truncated", "timeout") and not row["reward"]:
        value = "I"
    score = {"value": "N" if value is None else value, "explanation": row.get("reason") or ""}
    return {
        "id": row["id"],
        "epoch": epoch,
        "input": row["problem"],
        "target": [row["answer"], *row.get("other_answers", ())],
        "messages": [{"role": "user", "content": row["problem"]}, said],
        "output": {"model": model, "choices": [choice], "usage": usage},
        "scores": {"r1gym": score | {"metadata": {"verdict": row["verdict"]}}},
        "metadata": _known({name: row.get(name) for name in ("family", "level", "domain")}),
        "store": {},
        "events": [],
        "model_usage": {model: usage},
        "attachments": {},
    }


def log_name(log: Mapping[str, Any]) -> str:
    """Returns the name, without its ending, by which inspect lists a log that lies in a folder."""
    about = log["eval"]
    task = re.sub(r"[^\w-]|_", "-", about["task"])
    return f"{file_date(datetime.fromisoformat(about['created']))}_{task}_{about['eval_id']}"


def file_date(moment: datetime) -> str:
    """Returns a moment as the names of both tools' files have it."""
    return moment.isoformat(timespec="seconds").replace(":", "-")


def made_at(summary: Summary) -> datetime:
    """Returns when an evaluation was made, which is when its file was written."""
    seconds = Path(summary["file"]).stat().st_mtime
    return datetime.fromtimestamp(int(seconds), UTC)


def harness_results(
    summaries: Sequence[Summary], rows: Sequence[Sequence[Row]], model: str
) -> dict[str, Any]:
    """Returns evaluations as the results file of lm-evaluation-harness.

    Args:
        summaries: The evaluations.
        rows: The completions of each.
        model: What was evaluated.
    """
    tasks = {summary["suite"] or "own": summary for summary in summaries}
    results: dict[str, Any] = {}
    for (task, summary), of_task in zip(tasks.items(), rows, strict=True):
        error = _standard_error(of_task, summary["samples"])
        results[task] = {
            "alias": task,
            "exact_match,none": summary["pass_at"]["1"]["mean"],
            "exact_match_stderr,none": "N/A" if error is None else error,
        }
    return {
        "results": results,
        "group_subtasks": {task: [] for task in tasks},
        "configs": {
            task: {
                "task": task,
                "output_type": "generate_until",
                "repeats": one["samples"],
                "num_fewshot": 0,
                "generation_kwargs": {
                    "temperature": one["config"]["temperature"],
                    "top_p": one["config"]["top_p"],
                    "do_sample": one["config"]["temperature"] > 0,
                },
                "metric_list": [{"metric": "exact_match", "higher_is_better": True}],
            }
            for task, one in tasks.items()
        },
        "versions": dict.fromkeys(tasks, 0),
        "n-shot": dict.fromkeys(tasks, 0),
        "higher_is_better": {task: {"exact_match": True} for task in tasks},
        "n-samples": {
            task: {"original": one["questions"], "effective": one["questions"]}
            for task, one in tasks.items()
        },
        "config": {"model": "r1gym", "model_args": f"pretrained={model}"},
        "model_name": model,
        "date": max(map(made_at, summaries)).timestamp(),
    }


def harness_samples(summary: Summary, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Returns a line of lm-evaluation-harness for each question, with all its completions."""
    samples = summary["samples"]
    lines = []
    for number, question in enumerate(questions_of(rows, samples)):
        group = rows[number * samples : (number + 1) * samples]
        doc = {"question": group[0]["problem"], "answer": group[0]["answer"], "id": question.id}
        said = [row["completion"] for row in group]
        lines.append(
            {
                "doc_id": number,
                "doc": doc,
                "target": doc["answer"],
                "arguments": {"gen_args_0": {"arg_0": doc["question"], "arg_1": {}}},
                "resps": [said],
                "filtered_resps": said,
                "filter": "none",
                "metrics": ["exact_match"],
                "doc_hash": _digest([doc]),
                "prompt_hash": _digest([doc["question"]]),
                "target_hash": _digest([doc["answer"]]),
                "exact_match": accuracy(question) if question.graded else None,
            }
        )
    return lines


def _standard_error(rows: Sequence[Row], samples: int) -> float | None:
    values = [accuracy(q) for q in questions_of(rows, samples) if q.graded]
    if len(values) < 2:
        return None
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
    error = float((variance / len(values)) ** 0.5)
    return None if isnan(error) else error


def _usage(tokens: int) -> dict[str, int]:
    return {"input_tokens": 0, "output_tokens": tokens, "total_tokens": tokens}


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _digest(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=11).hexdigest()
