"""A run's page: one HTML file that carries its curves, tables and samples with it."""

from __future__ import annotations

import base64
import html
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from r1gym.core.files import explained, write_text
from r1gym.evaluation.results import load_results, stored_results
from r1gym.recipes.run_view import RunView, load_run
from r1gym.recipes.stage import Stage
from r1gym.report.course import draw_course, draw_rewards, trained
from r1gym.report.curves import draw_curves
from r1gym.report.reflection import levels_of, marked, reflection, reflective
from r1gym.report.samples import Sample, pick_samples
from r1gym.report.stages import StageView, evaluations_of, stages_of, tables_of
from r1gym.report.strip import STYLE, strip, tables
from r1gym.report.table import heading, rows, suite_notes, suite_rows

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem;
       color: #1a202c; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2.2rem; }
table { border-collapse: collapse; } td, th { padding: .25rem .9rem .25rem 0; text-align: left; }
td + td, th + th { text-align: right; } tr { border-bottom: 1px solid #e2e8f0; }
.samples :is(td, th) { text-align: left; vertical-align: top; } img { width: 100%; }
code { white-space: pre-wrap; font-size: .9em; } .correct { color: #276749; }
.other { color: #9b2c2c; } .note { color: #4a5568; }
"""


def write_report(folder: Path) -> Path:
    """Draws a run's curves and writes its page. Returns the page's path.

    Args:
        folder: The run's folder; `curves.png` and `report.html` land in it.

    Raises:
        RunError: If the folder holds no run or cannot be written.
    """
    view = load_run(folder)
    title = f"{view.config.name}: {view.config.title or view.recipe}"
    stages = stages_of(view)
    curves = _drawn(draw_course(stages) or draw_curves(folder))
    rewards = draw_rewards(stages)
    found = tables_of(stages)
    suites = [r for r in stored_results(folder) if not _is_before_or_after(r)]
    if found:  # the others are what the table is made of
        suites = [r for r in suites if r["suite"] or r["split"] in view.tasks]
    sections = [
        f"<h1>{html.escape(title)}{html.escape(_environments(view))}</h1>",
        f"<p>{html.escape(_problems(view))}</p>",
        *strip(stages),
        *tables(found),
        *_evaluations(load_results(folder, "test") if found else evaluations_of(stages)),
        *suites_section(suites),
        f"<h2>Curves</h2>{_picture('curves', curves)}",
        *_reflection(view, stages),
        *(() if rewards is None else _rewards(_drawn(rewards))),
        *_samples(stages),
        *_stages(view),
    ]
    with explained(folder / "curves.png"):
        (folder / "curves.png").write_bytes(curves)
    page = folder / "report.html"
    write_text(page, wrap(view.config.name, "\n".join(sections)))
    return page


def _drawn(figure: Figure) -> bytes:
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=110)
    return image.getvalue()


def _picture(name: str, image: bytes) -> str:
    data = base64.b64encode(image).decode()
    return f'<div class="wide"><img alt="{name}" src="data:image/png;base64,{data}"></div>'


def _reflection(view: RunView, stages: Sequence[StageView]) -> list[str]:
    """Returns what the first training stage that has words of reflection has of them."""
    stage = next((one for one in trained(stages) if reflection(one.home)), None)
    if stage is None:
        return []
    heads = ("level", "steps", "completions", "with such a word", "right with one", "right without")
    lines = [
        (
            "all" if one.level is None else f"{one.level}", f"{one.first} to {one.last}",
            f"{one.count}", *map(_percent, (one.share, *one.accuracy)),
        )
        for one in reflection(stage.home, levels_of(view, stage.home))
    ]  # fmt: skip
    body = "".join(f"<tr>{_tags('td', line)}</tr>" for line in lines)
    return [
        f"<h2>Words of reflection in {html.escape(stage.stage.name)}</h2>",
        f'<div class="wide"><table><tr>{_tags("th", heads)}</tr>{body}</table></div>',
        '<p class="note">Wait, mistake, however, but, retry, error, verify, wrong, evaluate, check '
        "and Chinese words for these, counted in the completions that were stored. A word is no "
        "proof that anything was reconsidered.</p>",
        _table_of(reflective(stage.home)),
    ]


def _percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f} %"


def _rewards(image: bytes) -> list[str]:
    return [
        "<h2>What was paid for, and what was wanted</h2>",
        _picture("reward models and true quality", image),
        '<p class="note">Means over the completions of a step, smoothed. A reward model is near '
        "what is wanted; trained on it for long, a policy finds the difference.</p>",
    ]


def wrap(title: str, body: str) -> str:
    """Returns a page of a body."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}{STYLE}</style></head>"
        f"<body>{body}</body></html>\n"
    )


def _environments(view: RunView) -> str:
    names = ", ".join(dict.fromkeys(spec.env for spec in view.tasks.values() if spec.env))
    return f" on {names or 'tasks'}" if view.tasks else ""


def _problems(view: RunView) -> str:
    """Returns what was asked, and how it was rewarded."""
    train = next(iter(view.tasks.values()), None)
    if train is None:
        return "No problem was asked."
    rewards = ", ".join(
        f"{name} x {spec:g}" if isinstance(spec, int | float) else f"{name} {json.dumps(spec)}"
        for name, spec in (train.filled().rewards or {}).items()
    )
    problems = f"those of {train.env}" if train.problems is None else train.problems
    if not isinstance(problems, str):
        problems = json.dumps(problems)
    return f"Problems: {problems}. Rewards: {rewards}. No test question was trained on."


def _stages(view: RunView) -> list[str]:
    """Returns what the stages did, in their own words, those that have any."""
    stages = [(_title(stage), stage.describe()) for stage in view.config.stages()]
    given = [(f"What it was given: {name}", place) for name, place in view.config.brought().items()]
    lines = [
        f"<p><strong>{html.escape(title)}.</strong> {html.escape(text)}</p>"
        for title, text in (*given, *stages)
        if text
    ]
    return ["<h2>What each stage does</h2>", *lines] if lines else []


def _title(stage: Stage) -> str:
    return f"{stage.title} ({stage.name})" if stage.title else stage.name


def _evaluations(results: Sequence[dict[str, Any]]) -> list[str]:
    if not results:
        return []
    config = results[-1]["config"]
    head = "".join(f"<th>{heading(result)}</th>" for result in results)
    body = "".join(
        f"<tr><td>{html.escape(name)}</td>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
        for name, cells in rows(results)
    )
    return [
        "<h2>Before and after</h2>",
        f"<table><tr><th></th>{head}</tr>{body}</table>",
        f'<p class="note">The first {results[-1]["questions"]} different questions of the test '
        f"split, {config['samples']} samples each at temperature {config['temperature']}, top-p "
        f"{config['top_p']}. In brackets: 95 % intervals over questions. A tie in the "
        "majority vote is broken by lot and pays its expected score.</p>",
    ]


def _is_before_or_after(result: dict[str, Any]) -> bool:
    return (result["suite"], result["split"], result["changed"]) == ("", "test", {})


def suites_section(results: Sequence[dict[str, Any]]) -> list[str]:
    """Returns the table of evaluations with its notes; nothing without any."""
    if not results:
        return []
    heads, lines = suite_rows(results)
    body = "".join(f"<tr>{_tags('td', line)}</tr>" for line in lines)
    return [
        "<h2>Suites</h2>",
        f"<table><tr>{_tags('th', heads)}</tr>{body}</table>",
        *(f'<p class="note">{html.escape(note)}</p>' for note in suite_notes(results)),
    ]


def _tags(tag: str, cells: Sequence[str]) -> str:
    return "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells)


def _samples(stages: Sequence[StageView]) -> list[str]:
    """Returns completions of the last stage, or of the first one that has kept any."""
    found = [(one.stage.name, pick_samples(one.home)) for one in (stages[-1], *stages)]
    name, samples = next(((n, some) for n, some in found if some), ("", []))
    if not samples:
        return []
    of = f" of {name}" if len(stages) > 1 else ""
    return [
        f"<h2>Completions through the training{html.escape(of)}</h2>",
        _table_of(samples),
    ]


def _table_of(samples: Sequence[Sample]) -> str:
    lines = "".join(
        f"<tr><td>{sample.step}</td><td>{html.escape(sample.problem)}</td>"
        f"<td><code>{marked(sample.completion)}</code></td>"
        f'<td class="{"correct" if sample.verdict == "correct" else "other"}">'
        f"{sample.verdict}</td></tr>"
        for sample in samples
    )
    head = "<tr><th>step</th><th>problem</th><th>completion</th><th>verdict</th></tr>"
    return f'<div class="wide"><table class="samples">{head}{lines}</table></div>'
