"""Two models against each other, as a table in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from r1gym.evaluation.estimators import Estimate
from r1gym.inspection.compare import Compared

OWN = "its own problems"


def lines_of(found: Compared) -> list[tuple[str, str]]:
    """Returns what is told of a comparison, a name and a text each."""
    paired = found.paired
    left_out = f", {found.left_out} more were not graded for both" if found.left_out else ""
    return [
        ("questions", f"{found.questions}{left_out}"),
        ("samples", f"{found.samples[0]} and {found.samples[1]} a question"),
        ("first, pass@1", _percent(found.first)),
        ("second, pass@1", _percent(found.second)),
        ("second - first", _points(paired.difference)),
        ("permutation test", f"p = {paired.p:.4f}"),
        (
            "question by question",
            f"better on {paired.better}, worse on {paired.worse}, the same on {paired.equal}",
        ),
        (
            "sample by sample",
            f"{100 * paired.won:.1f} % wrong to right, {100 * paired.lost:.1f} % right to wrong",
        ),
        ("mean length", f"{found.tokens[0]:.1f} and {found.tokens[1]:.1f} tokens"),
        *((("sampled otherwise", "; ".join(found.settings)),) if found.settings else ()),
    ]


def print_compared(found: Sequence[Compared]) -> None:
    """Prints a table for each suite."""
    console = Console()
    for place, name in zip(("first", "second"), found[0].names, strict=True):
        console.print(Text(f"{place:<8}{name}"), soft_wrap=True)
    for one in found:
        table = Table(
            title=one.suite or OWN, box=SIMPLE_HEAD, show_header=False, title_justify="left"
        )
        for name, text in lines_of(one):
            table.add_row(Text(name), Text(text))
        console.print(table)
    console.print(Text("in brackets: 95 % intervals over questions"))


def _percent(value: Estimate) -> str:
    return f"{100 * value.mean:.1f} % [{100 * value.low:.1f}, {100 * value.high:.1f}]"


def _points(value: Estimate) -> str:
    return f"{100 * value.mean:+.1f} [{100 * value.low:+.1f}, {100 * value.high:+.1f}] points"
