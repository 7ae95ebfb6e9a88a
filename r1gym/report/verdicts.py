"""Verdicts in the terminal: the doctor's checks, one completion explained, a run rescored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from r1gym.core.printable import printable
from r1gym.core.types import Score
from r1gym.evaluation.preflight import Check, Status
from r1gym.inspection.explain import Explanation

if TYPE_CHECKING:  # `r1gym explain` does without torch
    from r1gym.inspection.rescore import Rescored

_COLOURS = {Status.OK: "green", Status.WARNING: "yellow", Status.FAIL: "bold red"}


def print_checks(checks: Sequence[Check]) -> None:
    """Prints one line a check, however long."""
    name = max(len(check.name) for check in checks)
    word = max(len(check.status) for check in checks)
    for check in checks:
        status = (f"{check.status.value:<{word}}  ", _COLOURS.get(check.status, "dim"))
        line = Text.assemble(f"{check.name:<{name}}  ", status, check.detail)
        Console().print(line, soft_wrap=True)


def print_explanation(found: Explanation) -> None:
    """Prints the extracted answer beside the gold answer, and a row for each component."""
    console = Console()
    answer = "none found" if found.answer is None else found.answer
    written = found.completion.text.strip().replace("\n", f"\n{'':13}")
    for name, text in (
        *((("model", found.writer), ("completion", written)) if found.writer else ()),
        ("question", found.problem.question),
        ("gold answer", found.problem.answer),
        ("final answer", answer),
    ):
        # Text, because what stands in brackets would be markup.
        console.print(Text.assemble(f"{name:<13}", (printable(text), "bold")))
    table = Table("component")
    table.add_column("value", justify="right")
    table.add_column("weight", justify="right")
    table.add_column("verdict")
    table.add_column("ms", justify="right")
    table.add_column("reason")
    for part in found.parts:
        table.add_row(
            part.name,
            _value(part.score),
            f"{part.weight:g}" + (f" if {part.requires}" if part.requires else ""),
            part.score.verdict.value,
            f"{1000 * part.seconds:.2g}",
            Text(printable(part.score.reason)),
        )
    table.add_section()
    total = found.score
    seconds = sum(part.seconds for part in found.parts)
    table.add_row("sum", _value(total), "", total.verdict.value, f"{1000 * seconds:.2g}", "")
    console.print(table)


def print_rescored(found: Sequence[Rescored]) -> None:
    """Prints old and new means of every file, and where the changed completions are."""
    table = Table(caption="means over the completions that could be graded, before -> now")
    table.add_column("")
    for file in found:
        table.add_column(file.source.stem, justify="right")
    for name in dict.fromkeys(name for file in found for name in file.means):
        means = [file.means.get(name) for file in found]
        cells = ["" if m is None else f"{_mean(m.old)} -> {_mean(m.new)}" for m in means]
        table.add_row(name, *cells)
    table.add_row("not graded", *(f"{f.failed[0]} -> {f.failed[1]}" for f in found))
    table.add_row("verdict changed", *(f"{f.verdicts_changed} of {f.completions}" for f in found))
    Console().print(table)
    for file in found:
        if file.changed is not None:
            print(f"Changed     {file.changed}")


def _value(score: Score) -> str:
    return "unknown" if score.value is None else f"{score.value:g}"


def _mean(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
