"""Work cut into cells: each a process of its own, each kept as a file, only missing ones are run.

Left out: cells that go on from their middle, unless their work does so by itself.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol, TypeVar

from r1gym.agents.progress import progress_bar
from r1gym.core.errors import R1GymError, RunError
from r1gym.core.files import write_text
from r1gym.recipes.progress import Stopper


class Cell(Protocol):
    """A piece of work that is pickled to a process; its ``str`` names it in messages."""

    @property
    def file(self) -> str:
        """The name of the file that its result is written to."""


CellT = TypeVar("CellT", bound=Cell)


def run_missing(
    cells: Sequence[CellT],
    work: Callable[[CellT], dict[str, Any]],
    folder: Path,
    jobs: int,
    title: str,
) -> list[str]:
    """Runs the cells whose files are not there.

    Args:
        cells: All cells.
        work: Returns a cell's result as plain data; a function of a module.
        folder: Where the files are.
        jobs: Cells at a time.
        title: What the progress bar is called.

    Returns:
        What failed, a line each.

    Raises:
        RunError: If a process died.
        Interrupted: If a stop was asked for; cells at work are finished and kept.
    """
    missing = [cell for cell in cells if not (folder / cell.file).exists()]
    failed: list[str] = []
    with (
        Stopper() as stopper,
        progress_bar(title, len(cells), len(cells) - len(missing), unit="cell") as bar,
        ProcessPoolExecutor(jobs, get_context("spawn"), max_tasks_per_child=1) as pool,
    ):
        # No more at a time than run, so that a stop waits for these alone, and keeps them.
        waiting = iter(missing)
        running: dict[Future[dict[str, Any]], CellT] = {}
        while True:
            if not stopper.requested:
                for cell in islice(waiting, jobs - len(running)):
                    running[pool.submit(work, cell)] = cell
            if not running:
                break
            done = next(as_completed(running))
            cell = running.pop(done)
            bar.set_postfix_str(cell.file.removesuffix(".json"), refresh=False)
            try:
                write_text(folder / cell.file, json.dumps(done.result()) + "\n")
            except R1GymError as error:
                failed.append(f"{cell}: {error}")
            except BrokenProcessPool:
                raise RunError(
                    f"The process of {cell.file.removesuffix('.json')} died, perhaps for want of "
                    "memory. Run the same command to go on with the cells that are missing."
                ) from None
            except Exception as error:  # what runs in it may be anybody's
                trace = folder / f"{cell.file}.traceback.txt"
                write_text(trace, "".join(traceback.format_exception(error)))
                failed.append(f"{cell}: {error!r}, see {trace}")
            bar.update()
        if bar.n < len(cells):
            stopper.check(f"{bar.n} of {len(cells)} cells")
    return failed
