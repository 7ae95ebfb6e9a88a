"""A run's page: one HTML file that carries all that it shows.

What a reader asks comes first: what came of it, what it says now that it did not say before, how it
was taught, how it went, and how to make it again. A run that learned nothing says so. What a run
has not kept has no section. Left out: figures of other models beside the run's own, except those
that the report shows of R1-Zero beside a run that is one, since they are of other questions; a
server, since the file is all there is; every completion, which the linked files have.
"""

from __future__ import annotations

import html
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from r1gym.agents.trained import find_algorithm
from r1gym.core.files import explained, write_text
from r1gym.evaluation.results import Summary, load_results, stored_results
from r1gym.recipes.run_view import RunView, load_run
from r1gym.recipes.stage import Stage
from r1gym.report.chart import charts
from r1gym.report.course import draw_course, trained
from r1gym.report.curves import draw_curves
from r1gym.report.groups import opened, read_groups
from r1gym.report.headline import figures, headline
from r1gym.report.learned import health, outcome, told
from r1gym.report.made import how_it_was_made
from r1gym.report.panels import panels, pass_at, rewards
from r1gym.report.published import ZERO, beside, is_zero
from r1gym.report.questions import asked_of, side_by_side
from r1gym.report.reflection import levels_of, marked, reflection, reflective
from r1gym.report.samples import Sample, pick_samples
from r1gym.report.stages import StageView, evaluations_of, stages_of, tables_of
from r1gym.report.strip import strip, tables
from r1gym.report.table import heading, rows, suite_notes, suite_rows
from r1gym.report.theme import wrap


def write_report(folder: Path) -> Path:
    """Draws a run's curves and writes its page. Returns the page's path.

    Args:
        folder: The run's folder; `curves.png` and `report.html` land in it.

    Raises:
        RunError: If the folder holds no run or cannot be written.
    """
    view = load_run(folder)
    stages = stages_of(view)
    found = tables_of(stages)
    results = load_results(folder, "test") if found else evaluations_of(stages)
    suites = [r for r in stored_results(folder) if not _is_before_or_after(r)]
    if found:  # the others are what the table is made of
        suites = [r for r in suites if r["suite"] or r["split"] in view.tasks]
    picture = _drawn(draw_course(stages) or draw_curves(folder))
    sections = [
        *_head(view, stages),
        figures(headline(stages, results, found, type(view.config).result)),
        *_outcome(stages, results),
        *strip(stages),
        *_answers(results),
        *_group(stages),
        *_curves(stages, results),
        *tables(found),
        *_evaluations(results),
        *suites_section(suites),
        *_reflection(view, stages),
        *_samples(stages),
        *_stages(view),
    ]
    with explained(folder / "curves.png"):
        (folder / "curves.png").write_bytes(picture)
    sections.append(how_it_was_made(view, stages))  # with links to what is there by now
    page = folder / "report.html"
    write_text(page, wrap(f"{view.config.name}: {_kind(view, stages)}", "\n".join(sections)))
    return page


def _head(view: RunView, stages: Sequence[StageView]) -> list[str]:
    kind = f"{_kind(view, stages)}{_environments(view)}"
    return [
        f'<p class="eyebrow">{html.escape(kind)}</p><h1>{html.escape(view.config.name)}</h1>',
        f"<p>{html.escape(_problems(view))}</p>",
    ]


def _kind(view: RunView, stages: Sequence[StageView]) -> str:
    """Returns what a run is: its recipe's title, unless that says R1-Zero and it is not."""
    title = view.config.title or view.recipe
    if title == ZERO and trained(stages) and not is_zero(stages):
        return stages[-1].stage.title
    return str(title)


def _outcome(stages: Sequence[StageView], results: Sequence[Summary]) -> list[str]:
    """Returns whether the run has learned, and why not; nothing where none learns from rewards."""
    learned = trained(stages)
    if not learned:
        return []
    log = learned[-1].metrics
    return [told(outcome(results, log), health(log, learned[-1].prefix))]


def _answers(results: Sequence[Summary]) -> list[str]:
    few = [results[0], *results[1:][-2:]] if results else []
    return [side_by_side(asked_of(few, [_capital(heading(one)) for one in few]))]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _group(stages: Sequence[StageView]) -> list[str]:
    """Returns groups of the last stage that has kept any."""
    for one in reversed(stages):
        if groups := read_groups(one.home):
            return [opened(groups, find_algorithm(one.prefix).algorithm.__name__)]
    return []


def _curves(stages: Sequence[StageView], results: Sequence[Summary]) -> list[str]:
    """Returns the charts, and what the report's look like beside a run of R1-Zero."""
    found = panels(stages)
    if any("pass_at" in one for one in results):
        found.append(pass_at([(heading(one), one) for one in results]))
    parts = ["<h2>Curves</h2>", charts(found)]
    if len(trained(stages)) == 1 and is_zero(stages):
        parts.append(beside())
    if paid_and_wanted := charts(rewards(stages)):
        parts += [
            "<h2>What was paid for, and what was wanted</h2>", paid_and_wanted,
            '<p class="note">Means over the completions of a step, smoothed. A reward model is '
            "near what is wanted; trained on it for long, a policy finds the difference.</p>",
        ]  # fmt: skip
    return parts


def _drawn(figure: Figure) -> bytes:
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=110)
    return image.getvalue()


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


def _environments(view: RunView) -> str:
    names = ", ".join(dict.fromkeys(spec.env for spec in view.tasks.values() if spec.env))
    return f" on {names or 'tasks'}" if view.tasks else ""


def _problems(view: RunView) -> str:
    """Returns what was asked, and how it was rewarded."""
    train = next(iter(view.tasks.values()), None)
    if train is None:
        return "No problem was asked."
    rewards = ", ".join(_reward(*one) for one in (train.filled().rewards or {}).items())
    problems = f"those of {train.env}" if train.problems is None else train.problems
    if not isinstance(problems, str):
        problems = json.dumps(problems)
    return f"Problems: {problems}. Rewards: {rewards}. No test question was trained on."


def _reward(name: str, spec: Any) -> str:
    """Returns a component with its weight, and what else it was given."""
    more = {"weight": spec} if isinstance(spec, int | float) else dict(spec)
    weight, kind = more.pop("weight", 1), more.pop("type", name)
    said = [] if kind == name else [str(kind)]
    said += [f"{key} {json.dumps(value)}" for key, value in more.items()]
    inside = f" ({', '.join(said)})" if said else ""
    return f"{name}{inside} x {weight:g}"


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
        "<h2>Before and after, in figures</h2>",
        f'<div class="wide"><table><tr><th></th>{head}</tr>{body}</table></div>',
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
        f'<div class="wide"><table><tr>{_tags("th", heads)}</tr>{body}</table></div>',
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
        f'<tr><td data-head="step">{sample.step}</td>'
        f"<td>{html.escape(sample.problem)}</td>"
        f"<td><code>{marked(sample.completion)}</code></td>"
        f'<td class="{"correct" if sample.verdict == "correct" else "other"}">'
        f"{sample.verdict}</td></tr>"
        for sample in samples
    )
    head = '<tr class="heads"><th>step</th><th>problem</th><th>completion</th><th>verdict</th></tr>'
    return f'<div class="scrolled"><table class="samples">{head}{lines}</table></div>'
