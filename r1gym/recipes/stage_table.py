"""The stage table: every model of a recipe on the same questions (the long report's Table 3).

    model, model, ... -> evaluations -> table.json

with an interval in every cell, the same question answered by all, and what the recipe expected of
the table, declared before it was made, as passed or failed:

    {"columns": [{"model": "zero", "title": "Zero"}, ...],
     "rows": [{"name": "reasoning",
               "cells": [{"mean": 0.91, "low": 0.89, "high": 0.93}, ...]}, ...],
     "shapes": [{"name": "a", "passed": true, "bounds": [{"says": "...", "value": -0.03,
                 "passed": true}, ...]}, ...],
     "answers": [{"task": "reasoning", "question": "...", "answer": "12",
                  "completions": ["...", ...]}, ...]}
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isnan
from pathlib import Path
from typing import Any, ClassVar

from r1gym.core.errors import ConfigError
from r1gym.core.files import write_text
from r1gym.envs.spec import TaskSpec
from r1gym.evaluation.estimators import estimate
from r1gym.evaluation.results import plain_estimate
from r1gym.evaluation.runner import EvalConfig
from r1gym.recipes.stage import Artifacts, Kind, Kinds, Stage
from r1gym.recipes.workplace import Workplace

FILE = "table.json"


@dataclass(frozen=True)
class Row:
    """A measure of the table.

    Attributes:
        name: What it is called.
        task: The task that is asked.
        part: The reward component whose mean value it is; empty for the share that is right.
        temperature: The sampling temperature.
        top_p: Nucleus.
    """

    name: str
    task: str
    part: str = ""
    temperature: float = 0.6
    top_p: float = 0.95


@dataclass(frozen=True)
class Bound:
    """What a row should be at a model, or how it should differ from that at another.

    Attributes:
        shape: The shape that it is a part of; a shape passes if all of its bounds do.
        row: The name of the row.
        model: The model.
        against: The model whose value is taken away; empty for none.
        least: The least that passes; None for no limit.
        most: The most that passes; None for no limit.
    """

    shape: str
    row: str
    model: str
    against: str = ""
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class StageTable(Stage):
    """Evaluates the models of the stages before it on the same questions."""

    title: ClassVar[str] = "The stage table"
    uses: ClassVar[tuple[str, ...]] = ("dtype", "engine", "engine_options")
    heeds: ClassVar[tuple[str, ...]] = ()

    name: str = "table"
    models: Mapping[str, str] = field(default_factory=dict)
    """The models with the titles of their columns."""
    tasks: Mapping[str, TaskSpec] = field(default_factory=dict)
    """What is asked, by name."""
    measures: tuple[Row, ...] = ()
    """The rows."""
    bounds: tuple[Bound, ...] = ()
    """What is expected of them."""
    config: EvalConfig = field(default_factory=EvalConfig)
    """How many questions and samples."""
    answers: int = 3
    """Questions of each task whose answers are shown."""

    @property
    def needs(self) -> Kinds:
        """The models."""
        return dict.fromkeys(self.models, Kind.MODEL)

    @property
    def makes(self) -> Kinds:
        """The table."""
        return {self.name: Kind.EVALUATION}

    def check_problems(self, at: Workplace) -> None:
        """Finds rows and bounds that name nothing."""
        rows = {row.name for row in self.measures}
        for row in self.measures:
            if row.task not in self.tasks:
                raise ConfigError(f"The row {row.name!r} asks for the unknown task {row.task!r}.")
        for bound in self.bounds:
            models = {bound.model, bound.against} - {""}
            if bound.row not in rows or not models <= self.models.keys():
                raise ConfigError(f"A bound of the table names an unknown row or model: {bound}.")

    def run(self, at: Workplace, given: Artifacts) -> Artifacts:
        """Evaluates, or goes on evaluating, and writes the table."""
        found: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for model in self.models:
            policy = at.policy(given[model])
            for key, row in {_key(row): row for row in self.measures}.items():
                config = replace(self.config, temperature=row.temperature, top_p=row.top_p)
                task = at.task(self.tasks[row.task])
                path = at.evaluate(policy, task, 0, config=config, split=f"{model}-{key}")
                lines = path.with_suffix(".jsonl").read_text("utf-8").splitlines()
                found[model, key] = [json.loads(line) for line in lines]
        table = self.table(found)
        write_text(at.folder / FILE, json.dumps(table, indent=1, ensure_ascii=False) + "\n")
        return {self.name: str(at.folder / FILE)}

    def against(self, changed: Mapping[str, str], folder: Path) -> str:
        """Goes on with other rows and bounds: an evaluation that is there is made once."""
        free = ("answers", "bounds", "measures")
        return super().against({n: t for n, t in changed.items() if n not in free}, folder)

    def table(self, found: Mapping[tuple[str, str], Sequence[dict[str, Any]]]) -> dict[str, Any]:
        """Returns the table of evaluations.

        Args:
            found: The completions as plain data, by model and by task with its sampling.
        """
        cells = {
            (row.name, model): estimate(_values(found[model, _key(row)], row.part))
            for row in self.measures
            for model in self.models
        }
        means = {at: cell.mean for at, cell in cells.items()}
        return {
            "columns": [{"model": m, "title": title} for m, title in self.models.items()],
            "rows": [
                {
                    "name": row.name,
                    "cells": [plain_estimate(cells[row.name, m]) for m in self.models],
                }
                for row in self.measures
            ],
            "shapes": judge_shapes(self.bounds, means),
            "answers": self._answers(found),
        }

    def _answers(
        self, found: Mapping[tuple[str, str], Sequence[dict[str, Any]]]
    ) -> list[dict[str, Any]]:
        first = {row.task: _key(row) for row in reversed(self.measures)}
        shown = []
        for task, key in reversed(first.items()):
            by_model = [
                list({row["id"]: row for row in reversed(found[m, key])}.values())[::-1]
                for m in self.models
            ]
            for rows in list(zip(*by_model, strict=True))[: self.answers]:
                asked = {"task": task, "question": rows[0]["problem"], "answer": rows[0]["answer"]}
                shown.append(
                    asked
                    | {
                        "completions": [row["completion"] for row in rows],
                        "verdicts": [row["verdict"] for row in rows],
                    }
                )
        return shown


def judge_shapes(
    bounds: Sequence[Bound], means: Mapping[tuple[str, str], float]
) -> list[dict[str, Any]]:
    """Returns which shapes passed, and by what.

    Args:
        bounds: What was expected. A shape without any limit is only reported: None.
        means: The table's cells by row and model.
    """
    shapes: dict[str, list[dict[str, Any]]] = {}
    for bound in bounds:
        value = means[bound.row, bound.model]
        if bound.against:
            value -= means[bound.row, bound.against]
        passed = _is_within(bound, value)
        told = {"says": says(bound), "value": None if isnan(value) else value, "passed": passed}
        shapes.setdefault(bound.shape, []).append(told)
    return [
        {"name": name, "passed": _verdict([b["passed"] for b in parts]), "bounds": parts}
        for name, parts in shapes.items()
    ]


def _is_within(bound: Bound, value: float) -> bool | None:
    """Returns whether a value is within a bound, as NaN never is; None if it has no limits."""
    if bound.least is None and bound.most is None:
        return None
    above = bound.least is None or value >= bound.least
    return above and (bound.most is None or value <= bound.most)


def _verdict(passed: Sequence[bool | None]) -> bool | None:
    """Returns whether all bounds that have limits passed; None if none has any."""
    judged = [one for one in passed if one is not None]
    return all(judged) if judged else None


def says(bound: Bound) -> str:
    """Returns a bound in words, such as ``reasoning at dev1 - zero at most -0.02``."""
    what = f"{bound.row} at {bound.model}" + (f" - {bound.against}" if bound.against else "")
    limits = [
        f"{word} {limit:g}"
        for word, limit in (("at least", bound.least), ("at most", bound.most))
        if limit is not None
    ]
    return f"{what} {' and '.join(limits) or 'whatever it is'}"


def _key(row: Row) -> str:
    return f"{row.task}-t{row.temperature:g}-p{row.top_p:g}"


def _values(rows: Sequence[dict[str, Any]], part: str) -> list[float]:
    """Returns a value a question: the mean over its graded completions."""
    by_question: dict[str, list[float]] = {}
    for row in rows:
        value = row["reward"] if not part else row.get(f"reward/{part}")
        if value is None:
            continue
        right = float(row["verdict"] == "correct") if not part else value
        by_question.setdefault(row["id"], []).append(right)
    return [sum(values) / len(values) for values in by_question.values()]


def load_table(folder: Path) -> dict[str, Any] | None:
    """Returns the table of a run's stage; None if it has none."""
    path = folder / FILE
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else None
