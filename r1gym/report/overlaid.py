"""Several runs on one page: their figures, settings that differ, curves and answers.

Left out: runs of different problems made comparable. Where two evaluations asked different
questions, their answers are not laid side by side.
"""

from __future__ import annotations

import html
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r1gym.core.errors import ConfigError, R1GymError
from r1gym.core.files import write_text
from r1gym.evaluation.results import Summary, load_results
from r1gym.inspection.compare import compare
from r1gym.recipes.run_view import RunView, load_run
from r1gym.report.chart import Chart, charts
from r1gym.report.course import trained
from r1gym.report.headline import Figure, headline
from r1gym.report.panels import line_of, one_after_another, pass_at
from r1gym.report.questions import asked_of, side_by_side
from r1gym.report.stages import StageView, evaluations_of, stages_of, tables_of
from r1gym.report.theme import wrap

_MOST = 6  # colours
_CURVES = (
    ("Accuracy", "%", "rollout/accuracy"),
    ("pass@1, validation", "%", "eval/pass@1"),
    ("Response length", "tokens", "rollout/ep_len_mean"),
    ("Reward", "", "rollout/ep_rew_mean"),
    ("Format", "%", "rollout/format"),
    ("Entropy", "nats", "train/entropy"),
    ("Groups of equal rewards", "%", "rollout/zero_variance_share"),
)


@dataclass(frozen=True)
class Laid:
    """A run among others.

    Attributes:
        name: What it is called beside the others.
        view: The run.
        stages: Its stages.
        results: The evaluations of its model, from before to after.
        figures: Its large figures.
    """

    name: str
    view: RunView
    stages: Sequence[StageView]
    results: Sequence[Summary]
    figures: Sequence[Figure]


def write_overlaid(folders: Sequence[Path]) -> Path:
    """Writes a page on which runs are laid over each other. Returns its path, beside the first.

    Args:
        folders: The runs' folders, at least two.

    Raises:
        ConfigError: If one is named twice, or there are more than there are colours.
        RunError: If one holds no run, or the page cannot be written.
    """
    if len({folder.resolve() for folder in folders}) < len(folders):
        raise ConfigError("A run is named twice: name each of them once.")
    if not 2 <= len(folders) <= _MOST:
        raise ConfigError(
            f"From 2 to {_MOST} runs can be laid over each other, not {len(folders)}."
        )
    runs = [_laid(folder, name) for folder, name in zip(folders, _names(folders), strict=True)]
    page = folders[0].parent / f"report-{'-'.join(folder.name for folder in folders)}.html"
    title = ", ".join(run.name for run in runs)
    last = [(run.name, run.results[-1]) for run in runs if run.results]
    sections = [
        f'<p class="eyebrow">{len(runs)} runs laid over each other</p>',
        f"<h1>{html.escape(title)}</h1>",
        _table(runs, page.parent),
        *_paired(last),
        *_settings(runs),
        "<h2>Curves</h2>",
        charts([*_curves(runs), *([pass_at(last)] if last else [])]),
        side_by_side(
            asked_of([one for _, one in last], [name for name, _ in last]),
            "The same question, answered by each",
        ),
    ]
    write_text(page, wrap(title, "\n".join(sections)))
    return page


def _laid(folder: Path, name: str) -> Laid:
    view = load_run(folder)
    stages = stages_of(view)
    found = tables_of(stages)
    results = load_results(folder, "test") if found else evaluations_of(stages)
    return Laid(name, view, stages, results, headline(stages, results, found, view.config.result))


def _names(folders: Sequence[Path]) -> list[str]:
    """Returns the runs' names; where two are the same, with the folders that they lie in."""
    names = [folder.resolve().name for folder in folders]
    if len(set(names)) == len(names):
        return names
    places = [folder.resolve() for folder in folders]
    shared = Path(os.path.commonpath(places))
    return [place.relative_to(shared).as_posix() for place in places]


def _table(runs: Sequence[Laid], home: Path) -> str:
    rows = []
    for run in runs:
        page, title = run.view.folder / "report.html", run.view.config.title or run.view.recipe
        name = html.escape(run.name)
        if page.exists():
            place = Path(os.path.relpath(page, home)).as_posix()
            name = f'<a href="{html.escape(place)}">{name}</a>'
        cells = "".join(
            f"<td><b>{html.escape(one.value)}</b><small>{html.escape(one.name)}</small></td>"
            for one in run.figures
        )
        rows.append(f"<tr><td>{name}<small>{html.escape(title)}</small></td>{cells}</tr>")
    return f'<div class="scrolled"><table class="left">{"".join(rows)}</table></div>'


def _paired(last: Sequence[tuple[str, Summary]]) -> list[str]:
    """Returns how each run stands against the first, question by question."""
    lines = []
    for name, result in last[1:]:
        with suppress(R1GymError):  # they were asked other questions
            [found] = compare(last[0][1]["file"], result["file"])
            change = found.paired.difference
            mean, low, high = (100 * v for v in (change.mean, change.low, change.high))
            text = (
                f"{name} against {last[0][0]}, pass@1 on the same {found.questions:,} questions: "
                f"{mean:+.1f} points [{low:+.1f}, {high:+.1f}], p = {found.paired.p:.2g}"
            )
            lines.append(f"<li>{html.escape(text)}</li>")
    return [f'<div class="told"><ul>{"".join(lines)}</ul></div>'] if lines else []


def _settings(runs: Sequence[Laid]) -> list[str]:
    """Returns what the runs were told differently."""
    flat = [dict(_flat(run.view.settings)) for run in runs]
    names = [name for name in dict.fromkeys(n for one in flat for n in one) if name != "name"]
    other = [name for name in names if len({one.get(name, "") for one in flat}) > 1]
    if not other:
        return ["<p>They were told the same, but for their names.</p>"]
    head = "".join(f"<th>{html.escape(run.name)}</th>" for run in runs)
    body = "".join(
        f"<tr><td>{html.escape(name)}</td>"
        f"{''.join(f'<td>{html.escape(one.get(name, str()))}</td>' for one in flat)}</tr>"
        for name in other
    )
    return [
        "<h2>What they were told differently</h2>",
        f'<div class="scrolled"><table class="left"><tr><th></th>{head}</tr>{body}</table></div>',
    ]


def _flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in settings.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value if isinstance(value, str) else json.dumps(value)


def _curves(runs: Sequence[Laid]) -> list[Chart]:
    made = []
    for title, unit, name in _CURVES:
        lines = [
            line_of(run.name, one_after_another(trained(run.stages), name), colour)
            for colour, run in enumerate(runs)
        ]
        made.append(Chart(title, lines, unit))
    return made
