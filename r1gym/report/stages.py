"""The stages of a run, as its page shows them: what went in and out of each, and how it went.

What stages have in common is read and no stage is named: the ledger says what artifacts were given
and made, ``metrics.jsonl`` in a stage's folder how it went, and an evaluation with columns and rows
is a table.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from r1gym.core.files import explained
from r1gym.core.run import read_metrics
from r1gym.evaluation.results import load_results
from r1gym.recipes.ledger import Entry, Ledger
from r1gym.recipes.plan import home_of
from r1gym.recipes.run_view import RunView
from r1gym.recipes.stage import Kind, Stage

_WATCHED = ("rollout/accuracy", "train/loss", "held_out/agreement")
_MEASURED = ("rollout", "train", "eval", "time", "held_out")


@dataclass(frozen=True)
class StageView:
    """A stage of a run.

    Attributes:
        stage: The stage.
        home: Its folder.
        entry: What it was given and has made; None if it has not begun.
    """

    stage: Stage
    home: Path
    entry: Entry | None

    @property
    def title(self) -> str:
        """What it is called: its name, and what kind of stage it is."""
        return f"{self.stage.name}: {self.stage.title}" if self.stage.title else self.stage.name

    @cached_property
    def metrics(self) -> list[dict[str, float]]:
        """The lines of its log."""
        return read_metrics(self.home) if self.entry is not None else []

    @property
    def prefix(self) -> str:
        """The name of the algorithm that learns in it; empty without one."""
        return str(getattr(getattr(self.stage, "learner", None), "prefix", ""))

    @property
    def went_in(self) -> list[str]:
        """What it was given, by name and kind."""
        return [_told(name, kind) for name, kind in self.stage.needs.items()]

    @property
    def came_out(self) -> list[str]:
        """What it has made, with the number of lines of a file; what it is to make otherwise."""
        made = (self.entry.made if self.entry else None) or {}
        return [_told(name, kind, made.get(name, "")) for name, kind in self.stage.makes.items()]

    @property
    def state(self) -> str:
        """How far it is."""
        if self.entry is None:
            return "not begun"
        if self.entry.made is None:
            return "not finished"
        return _time(self.entry.seconds) if self.entry.seconds else "done"

    def figures(self) -> list[str]:
        """Returns what became of it, in a few lines: counts, and figures at its begin and end."""
        counts = ", ".join(f"{name} {count:,.0f}" for name, count in self._counts().items())
        lines = [counts] if counts else []
        for name in _WATCHED:
            values = [row[name] for row in self.metrics if name in row]
            if values and not (name == "train/loss" and lines):  # of a policy it says nothing
                few = max(1, len(values) // 10)
                first, last = sum(values[:few]) / few, sum(values[-few:]) / few
                lines.append(f"{name.replace('rollout/', '')} {first:.2f} to {last:.2f}")
        if lines and "train/loss" in self.metrics[-1]:
            lines.append(f"{self.metrics[-1]['step']:,.0f} steps")
        return lines

    def _counts(self) -> dict[str, float]:
        """Returns what it has counted: values under a name of its own in the last line."""
        last = self.metrics[-1] if self.metrics else {}
        found = {name.partition("/")[::2]: value for name, value in last.items() if "/" in name}
        return {name: n for (of, name), n in found.items() if of not in _MEASURED and n}


def stages_of(view: RunView) -> list[StageView]:
    """Returns the stages of a run, in order; those of the recipe that are not run stand as such."""
    stages: Sequence[Stage] = view.config.stages()
    entries = Ledger(view.folder).entries()
    order = [stage.name for stage in stages]
    return [StageView(s, home_of(view.folder, s.name, order), entries.get(s.name)) for s in stages]


def tables_of(stages: Sequence[StageView]) -> list[Mapping[str, Any]]:
    """Returns the tables that stages have made: evaluations with columns and rows."""
    places = [
        made[name]
        for one in stages
        for name, kind in one.stage.makes.items()
        if kind is Kind.EVALUATION and name in (made := (one.entry and one.entry.made) or {})
    ]
    found = [_read(Path(place)) for place in places if Path(place).is_file()]
    return [table for table in found if "columns" in table and "rows" in table]


def numbers(rows: Sequence[Mapping[str, Any]], name: str) -> list[tuple[float, float]]:
    """Returns the finite values of a quantity in a log, each with its step."""
    found = [(row["step"], row.get(name)) for row in rows]
    return [(s, v) for s, v in found if isinstance(v, int | float) and math.isfinite(v)]


def evaluations_of(stages: Sequence[StageView], split: str = "test") -> list[dict[str, Any]]:
    """Returns the evaluations of a run's model on a split, from where it comes from to the end.

    They are those of the last stage that has any and of the stages whose model it goes on from,
    and where there are several of those each is told the name of its stage, as ``of``.
    """
    makers = {name: one for one in stages for name in one.stage.makes}
    last = next((one for one in reversed(stages) if load_results(one.home, split)), None)
    chain: list[StageView] = []
    while last is not None and last not in chain:
        chain.insert(0, last)
        last = makers.get(getattr(last.stage, "start", ""))
    found = [(one, load_results(one.home, split)) for one in chain]
    found = [(one, results) for one, results in found if results]
    if len(found) < 2:
        return [result for _, results in found for result in results]
    (first, begun), *later = found
    told = [result | {"of": first.stage.name} for result in begun]
    for one, results in later:  # what a stage begins with has been told
        told += [result | {"of": one.stage.name} for result in results if result["step"]]
    return told


def _read(path: Path) -> Mapping[str, Any]:
    try:
        with explained(path):
            found = json.loads(path.read_text("utf-8"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _told(name: str, kind: Kind, place: str = "") -> str:
    what = kind.value.replace("_", " ")
    path = Path(place)
    if kind.is_folder or path.suffix != ".jsonl" or not path.is_file():
        return name if name.endswith(what) else f"{name} ({what})"
    with path.open("rb") as file:
        return f"{name} ({sum(1 for _ in file):,} {what})"


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.1f} min"
