"""Evaluations as a table in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from r1gym.evaluation.results import load_results
from r1gym.models.checkpoint import latest_checkpoint

Summary = Mapping[str, Any]


def rows(results: Sequence[Summary]) -> list[tuple[str, list[str]]]:
    """Returns the lines of a table with one column for each evaluation: a name and its cells."""
    measures = [
        ("pass@1", [_estimate(r["pass_at"]["1"]) for r in results]),
        (f"pass@{_most(results)}", [_estimate(r["pass_at"][str(_k(r))]) for r in results]),
        (f"cons@{results[-1]['samples']}", [_estimate(r["cons_at"]) for r in results]),
        ("tokens a response", [f"{r['mean_length']:.1f}" for r in results]),
    ]
    levels = sorted({level for r in results for level in r["by_level"]})
    for level in levels:
        cells = [_percent(r["by_level"].get(level)) for r in results]
        measures.append((f"pass@1, {level}", cells))
    return measures


def print_results(results: Sequence[Summary]) -> None:
    """Prints evaluations side by side."""
    config = results[-1]["config"]
    table = Table(
        title=f"{results[-1]['questions']} different questions of the {results[-1]['split']} "
        f"split, {config['samples']} samples each, temperature {config['temperature']}, "
        f"top-p {config['top_p']}",
        caption="in brackets: 95 % bootstrap interval over questions",
    )
    table.add_column("")
    for result in results:
        table.add_column(heading(result), justify="right")
    for name, cells in rows(results):
        table.add_row(name, *cells)
    Console().print(table)


def print_run(folder: Path, page: Path) -> None:
    """Prints a finished run's table and where its files are."""
    print_results(load_results(folder, "test"))
    print(f"Report      {page}")
    print(f"Checkpoint  {latest_checkpoint(folder / 'checkpoints')}")
    command = sys.argv[0] if Path(sys.argv[0]).name == "r1gym" else "r1gym"
    print(f"Next        {command} play {folder}")
    print(f"            {command} eval {folder} --samples 64")


def heading(result: Summary) -> str:
    """Returns the name of an evaluation's column."""
    return "before" if result["step"] == 0 else f"after {result['step']} steps"


def _k(result: Summary) -> int:
    return max(map(int, result["pass_at"]))


def _most(results: Sequence[Summary]) -> int:
    return _k(results[-1])


def _estimate(estimate: Mapping[str, float]) -> str:
    mean, low, high = (100 * estimate[name] for name in ("mean", "low", "high"))
    return f"{mean:.1f} % [{low:.1f}, {high:.1f}]"


def _percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f} %"
