"""What `r1gym eval` tells beside its table: what it will cost, a page, Markdown, others' logs."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from pathlib import Path

from r1gym.core.files import write_text
from r1gym.evaluation.logs import (
    file_date,
    harness_results,
    harness_samples,
    inspect_log,
    log_name,
    made_at,
)
from r1gym.evaluation.results import Summary, load_rows, stored_results
from r1gym.inspection.suites import Asked
from r1gym.report.page import suites_section
from r1gym.report.table import suite_notes, suite_rows
from r1gym.report.theme import wrap

_MILLION = 1_000_000


def cost_lines(asked: Sequence[Asked], price: Sequence[float] = ()) -> list[str]:
    """Returns what evaluations are about to take, a line each.

    Args:
        asked: The suites.
        price: What a million tokens of prompts and of completions cost, if that is known.
    """
    lines = []
    for one in asked:
        cost = one.cost
        if not cost.questions:
            lines.append(f"{one.suite}: stored already")
            continue
        usual = None if one.usual is None else one.usual * cost.completions
        tokens = f"at most {_count(cost.most_tokens)} tokens"
        if usual is not None:
            tokens += f", about {_count(usual)} if as long as before"
        lines.append(
            f"{one.suite}: {cost.questions:,} questions, {cost.completions:,} completions, {tokens}"
            f"{_time(usual, one.rate)}{_money(one, usual, price)}"
        )
    return lines


def _time(usual: float | None, rate: float | None) -> str:
    if usual is None or not rate:
        return ""
    minutes = usual / rate / 60
    return f", about {minutes:,.0f} min" if minutes >= 1 else ", less than a minute"


def _money(one: Asked, usual: float | None, price: Sequence[float]) -> str:
    if not price:
        return ""
    prompts = one.cost.prompt_tokens * one.cost.completions / one.cost.questions
    most, likely = (
        (prompts * price[0] + tokens * price[1]) / _MILLION
        for tokens in (one.cost.most_tokens, usual or 0)
    )
    return f", at most {most:,.2f}" + ("" if usual is None else f", about {likely:,.2f} to pay")


def _count(tokens: float) -> str:
    if tokens < _MILLION:
        return f"{tokens:,.0f}"
    return f"{tokens / _MILLION:,.1f} M"


def write_tables(folder: Path) -> list[Path]:
    """Writes all evaluations that a folder holds as a page and as Markdown. Returns the files."""
    results = stored_results(folder)
    title = f"Evaluations of {folder.name.removeprefix('eval-')}"
    page, markdown = folder / "evaluations.html", folder / "evaluations.md"
    body = f"<h1>{html.escape(title)}</h1>{''.join(suites_section(results))}"
    write_text(page, wrap(title, body))
    write_text(markdown, f"# {title}\n\n{as_markdown(results)}")
    return [page, markdown]


def as_markdown(results: Sequence[Summary]) -> str:
    """Returns the table of evaluations with its notes in Markdown."""
    heads, lines = suite_rows(results)
    ruler = ["---", "---", *["---:"] * (len(heads) - 2)]
    rows = "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in
                     (heads, ruler, *lines))  # fmt: skip
    notes = "\n".join(f"- {_cell(note)}" for note in suite_notes(results))
    return f"{rows}\n\n{notes}\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def write_logs(
    folder: Path, results: Sequence[Summary], kinds: Sequence[str], model: str
) -> list[Path]:
    """Writes evaluations as other tools' logs. Returns the files.

    Args:
        folder: Where; in ``logs/``.
        results: The evaluations.
        kinds: ``"inspect"``, ``"lm_eval"``, or both.
        model: What was evaluated.
    """
    if not kinds:
        return []
    rows = [load_rows(result) for result in results]
    written = []
    if "inspect" in kinds:
        for result, of_suite in zip(results, rows, strict=True):
            log = inspect_log(result, of_suite, model)
            path = folder / "logs" / "inspect" / f"{log_name(log)}.json"
            write_text(path, json.dumps(log, indent=1, ensure_ascii=False) + "\n")
            written.append(path)
    if "lm_eval" in kinds:
        home = folder / "logs" / "lm_eval"
        date = file_date(max(map(made_at, results)))
        path = home / f"results_{date}.json"
        write_text(path, json.dumps(harness_results(results, rows, model), indent=1) + "\n")
        written.append(path)
        for result, of_suite in zip(results, rows, strict=True):
            path = home / f"samples_{result['suite'] or 'own'}_{date}.jsonl"
            lines = harness_samples(result, of_suite)
            write_text(path, "".join(json.dumps(line) + "\n" for line in lines))
            written.append(path)
    return written
