"""How a run was made: when, where, with what, the command that makes it again, and its files."""

from __future__ import annotations

import html
import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from r1gym.core.errors import R1GymError
from r1gym.core.run import CONFIG
from r1gym.recipes.run_view import RunView
from r1gym.report.stages import StageView

_FILES = (
    ("metrics.jsonl", "metrics of every step"),
    ("samples.jsonl", "completions through training"),
    ("groups.jsonl", "whole groups with their advantages"),
    ("evals", "evaluations with all completions"),
    ("checkpoints", "checkpoints"),
    ("table.json", "the stage table"),
    ("curves.png", "the curves as a picture"),
    (CONFIG, "every setting"),
    ("artifacts.json", "what each stage was given and has made"),
)


def how_it_was_made(view: RunView, stages: Sequence[StageView]) -> str:
    """Returns the section as HTML."""
    on = next((one.entry.on for one in reversed(stages) if one.entry and one.entry.on), {})
    facts = [
        ("date", on.get("date", "")),
        ("machine", on.get("machine", "")),
        ("versions", ", ".join(f"{name} {on[name]}" for name in _VERSIONS if name in on)),
        ("seed", str(view.settings.get("seed", ""))),
    ]
    lines = [(name, html.escape(text)) for name, text in facts if text]
    if not on:
        lines.append(("machine", "not written down: runs of older versions do not say"))
    if command := again(view):
        lines.append(("again", f"<code>{html.escape(command)}</code>"))
    else:
        lines.append(("again", "made by another version of its recipe, which cannot be repeated"))
    if links := _links(view):
        lines.append(("files", links))
    body = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in lines)
    return f'<h2>How it was made</h2><dl class="facts">{body}</dl>'


_VERSIONS = ("r1gym", "torch", "transformers")


def again(view: RunView) -> str:
    """Returns the command that makes a run again; empty if this version cannot."""
    try:
        version = view.config.version
    except R1GymError:
        return ""
    if view.settings.get("version") != version:
        return ""
    place = shlex.quote(str(view.folder / CONFIG))
    name = shlex.quote(f"{view.config.name}-again")
    return f"r1gym train --config {place} --name {name}"


def _links(view: RunView) -> str:
    found = [(name, what) for name, what in _FILES if (view.folder / name).exists()]
    try:
        model, steps = view.model()
    except R1GymError:
        steps, model = 0, ""
    if model and Path(model).is_dir():
        place = Path(os.path.relpath(model, view.folder)).as_posix()
        found = [(name, what) for name, what in found if name != "checkpoints"]
        found.insert(0, (place, f"the model after {steps:,} steps" if steps else "the model"))
    return "<br>".join(
        f'<a href="{html.escape(name)}">{html.escape(name)}</a> '
        f'<span class="note">{html.escape(what)}</span>'
        for name, what in found
    )
