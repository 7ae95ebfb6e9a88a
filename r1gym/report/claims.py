"""What became of the claims: a table in the terminal, and a page in Markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from r1gym.claims.experiment import explain, find_picture
from r1gym.claims.outcome import Measured, Outcome
from r1gym.claims.run import Judged
from r1gym.core.files import explained, write_text

_STYLES = {Outcome.HOLDS: "green", Outcome.FAILS: "red", Outcome.OPEN: "yellow", None: "dim"}
_HEAD = ("| number | mean | 95 % interval | seeds | has to be | |", "|---|--:|--:|---|---|---|")
_INTRO = """\
# Claims

What the report says, each as an experiment that two cores run in minutes. The models are tiny and
the problems easy: an outcome says what happens at this scale, and nothing about the report's own.
*Holds*: all of the 95 % interval over seeds (Student's t), or every seed where it says so, is on
the claim's side. *Does not hold at this scale*: none of it is. *Not decided*: some of it is.

```console
r1gym claims                  # all that have not been run, then this page
r1gym claims zero-gains 4.2   # one by its name, or all of a section
```
"""


def print_claims(judged: Sequence[Judged]) -> None:
    """Prints a line a claim."""
    title = "Claims of the DeepSeek-R1 report, at this scale"
    table = Table(box=SIMPLE, padding=(0, 1, 0, 0), title=title)
    for column in ("section", "claim", "outcome", "first number", "minutes"):
        is_number = column == "minutes"
        table.add_column(
            column, justify="right" if is_number else "left", no_wrap=column != "first number"
        )
    for one in judged:
        first = shown(one.numbers[0]) if one.numbers else ""
        minutes = f"{one.minutes:.1f}" if one.minutes else ""
        outcome = _told(one).removesuffix(" at this scale")
        row = (one.claim.section, one.claim.name, outcome, first, minutes)
        table.add_row(*row, style=_STYLES[one.outcome])
    Console().print(table)


def write_page(judged: Sequence[Judged], path: Path, machine: str) -> None:
    """Writes the page of all claims, and beside it in ``images/`` the pictures that some have.

    Args:
        judged: The claims.
        path: Where to.
        machine: What they were run on.
    """
    ran = [one for one in judged if one.outcome is not None]
    minutes = sum({_runs(one): one.minutes for one in ran}.values())
    head = f"{len(ran)} of {len(judged)} were run, on {machine}: {minutes:.0f} minutes of one core."
    lines = ["| section | claim | outcome |", "|---|---|---|"]
    for one in judged:
        claim = f"[{one.claim.says}](#{_anchor(one.claim.name)})"
        lines.append(f"| {one.claim.section} | {claim} | {_told(one)} |")
    pictures = _drawn(ran, path.parent / "images")
    parts = [_INTRO, head, "\n".join(lines), *(_part(one, pictures) for one in judged)]
    write_text(path, "\n\n".join(part.strip() for part in parts) + "\n")


def shown(one: Measured) -> str:
    """Returns a number with its interval, or with its range where each seed counts."""
    text = f"{one.name} {one.mean:.3f}"
    if one.bound is not None and one.bound.over == "every":
        return f"{text} ({min(one.values):.2f} to {max(one.values):.2f})"
    return f"{text} [{one.low:.2f}, {one.high:.2f}]" if isfinite(one.low) else text


def _runs(one: Judged) -> tuple[str, str, tuple[int, ...]]:
    """Returns what names a claim's runs, the same for claims that share them."""
    return one.claim.experiment, str(one.claim.settings), one.claim.seeds


def _drawn(ran: Sequence[Judged], folder: Path) -> dict[Any, str]:
    """Draws the runs of experiments that have a picture. Returns the files' names by runs."""
    pictures = {}
    for one in ran:
        if _runs(one) not in pictures and (draw := find_picture(one.claim.experiment)):
            pictures[_runs(one)] = f"claims-{_anchor(one.claim.name)}.png"
            with explained(folder):
                folder.mkdir(parents=True, exist_ok=True)
                draw(one.found, folder / pictures[_runs(one)])
    return pictures


def _part(one: Judged, pictures: Mapping[Any, str]) -> str:
    claim = one.claim
    seeds = ", ".join(map(str, claim.seeds))
    said = [
        f"## {claim.name}",
        f"*Section {claim.section}.* {claim.says} **{_told(one).capitalize()}.**",
        f"{explain(claim.experiment)} Seeds {seeds}. Refuted by: {_lower(claim.refuted_by)}",
    ]
    if claim.note:
        said.append(claim.note.strip())
    if one.numbers:
        said.append("\n".join([*_HEAD, *map(_row, one.numbers)]))
    if picture := pictures.get(_runs(one)):
        said.append(f"![Results of {claim.experiment} at each seed](images/{picture})")
    took = f"{one.minutes:.1f} minutes of one core: " if one.minutes else ""
    said.append(f"{took}`r1gym claims {claim.name}`")
    return "\n\n".join(said)


def _row(one: Measured) -> str:
    interval = f"{one.low:.3f} to {one.high:.3f}" if isfinite(one.low) else "-"
    seeds = ", ".join(f"{value:.3f}" for value in one.values)
    needed = ""
    if one.bound is not None:
        sign = "at least" if one.bound.is_least else "at most"
        every = " at every seed" if one.bound.over == "every" else ""
        needed = f"{sign} {one.bound.limit:g}{every}"
    cells = (one.name, f"{one.mean:.3f}", interval, seeds, needed, one.outcome or "")
    return f"| {' | '.join(cells)} |"


def _told(one: Judged) -> str:
    return str(one.outcome or "not run")


def _anchor(name: str) -> str:
    return re.sub(r"[^a-z0-9-]", "-", name.lower())


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
