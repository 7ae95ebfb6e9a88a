"""What a training file shares with evaluations, as a table."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from r1gym.inspection.decontaminate import Decontaminated

_MOST_SHOWN = 80  # characters of shared words


def print_overlaps(found: Decontaminated) -> None:
    """Prints a line for each evaluation, and what became of the rows."""
    table = Table(title=f"{found.file.name}: {found.words} words in a row")
    for column in ("evaluation", "questions", "overlapping", "rows", "most often shared"):
        table.add_column(column, justify="right" if column != "most often shared" else "left")
    for name, overlap in found.overlaps.items():
        rows = {row for where in overlap.contaminated.values() for row in where}
        words = next((words for words, _ in overlap.shared.most_common(1)), "")
        counts = (overlap.questions, len(overlap.contaminated), len(rows))
        table.add_row(name, *(f"{count:,}" for count in counts), words[:_MOST_SHOWN])
    console = Console()
    console.print(table)
    share = len(found.overlapping) / found.rows
    console.print(f"{len(found.overlapping):,} of {found.rows:,} rows overlap ({share:.1%}).")
    if found.kept is not None:
        console.print(f"Wrote the other {found.rows - len(found.overlapping):,} to {found.kept}.")
