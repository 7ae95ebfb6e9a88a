"""The stages of a run in a row, and the tables that compare what they made, for its page."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from r1gym.report.questions import card
from r1gym.report.stages import StageView
from r1gym.report.theme import stepped

_FILES = ("metrics.jsonl", "samples.jsonl", "groups.jsonl", "evals", "checkpoints")
_Table = Mapping[str, Any]


def strip(stages: Sequence[StageView]) -> list[str]:
    """Returns the stages in a row, with what went in and out of each; nothing for a single one."""
    if len(stages) < 2:
        return []
    boxes = "".join(_box(one, stages[-1].home) for one in stages)
    return ["<h2>Stages</h2>", f'<ol class="strip">{boxes}</ol>']


def _box(one: StageView, folder: Path) -> str:
    lines = [("in", ", ".join(one.went_in)), ("out", ", ".join(one.came_out))]
    lines += [("", figure) for figure in one.figures()]
    lines.append(("time" if one.entry and one.entry.made else "", one.state))
    body = "".join(f"<dt>{name}</dt><dd>{html.escape(text)}</dd>" for name, text in lines if text)
    if links := _links(one.home, folder):
        body += f"<dt>files</dt><dd>{links}</dd>"
    todo = "" if one.entry and one.entry.made else ' class="todo"'
    return f"<li{todo}><strong>{html.escape(one.title)}</strong><dl>{body}</dl></li>"


def _links(home: Path, folder: Path) -> str:
    """Returns links to what a stage has kept in a folder of its own."""
    names = [name for name in _FILES if home != folder and (home / name).exists()]
    places = {name: html.escape(f"{home.name}/{name}") for name in names}
    return ", ".join(f'<a href="{places[n]}">{n.partition(".")[0]}</a>' for n in names)


def tables(found: Sequence[_Table]) -> list[str]:
    """Returns the tables of stages, what was expected of each, and the same questions answered."""
    return [part for table in found for part in (*_table(table), *_shapes(table), *_answers(table))]


def _table(table: _Table) -> list[str]:
    head = "".join(f"<th>{html.escape(one['title'])}</th>" for one in table["columns"])
    body = "".join(
        f"<tr><td>{html.escape(row['name'])}</td>"
        f"{''.join(f'<td>{_cell(cell)}</td>' for cell in row['cells'])}</tr>"
        for row in table["rows"]
    )
    return [
        "<h2>The stage table</h2>",
        f'<div class="wide"><table><tr><th></th>{head}</tr>{body}</table></div>',
        '<p class="note">In percent, below each its 95 % interval over questions. All '
        "columns answered the same questions of the test split.</p>",
    ]


def _cell(cell: Mapping[str, float | None]) -> str:
    mean, low, high = (cell[name] for name in ("mean", "low", "high"))
    if mean is None or low is None or high is None:
        return "none graded"
    return f"{100 * mean:.1f}<small>{100 * low:.1f} to {100 * high:.1f}</small>"


def _shapes(table: _Table) -> list[str]:
    if not table.get("shapes"):
        return []
    lines = "".join(
        f"<li>{_verdict(shape['passed'])} {html.escape(shape['name'])}: "
        f"{'; '.join(map(_bound, shape['bounds']))}</li>"
        for shape in table["shapes"]
    )
    return [
        "<h2>What was expected of it</h2><p class='note'>Declared before it was made.</p>",
        f"<ul>{lines}</ul>",
    ]


def _bound(bound: Mapping[str, Any]) -> str:
    value = "none" if bound["value"] is None else f"{bound['value']:.3f}"
    word = "" if bound["passed"] is not False else ' <span class="failed">(missed)</span>'
    return f"{html.escape(bound['says'])}: {value}{word}"


def _verdict(passed: bool | None) -> str:
    if passed is None:
        return "reported"
    word = "passed" if passed else "failed"
    return f'<span class="{word}">{word}</span>'


def _answers(table: _Table) -> list[str]:
    if not table.get("answers"):
        return []
    titles = [one["title"] for one in table["columns"]]
    cards = []
    for asked in table["answers"]:
        verdicts = asked.get("verdicts") or [""] * len(titles)
        sides = list(zip(titles, asked["completions"], verdicts, strict=True))
        cards.append(card(asked["question"], str(asked["answer"]), sides))
    return ["<h2>The same question, answered by each</h2>", stepped(cards)]
