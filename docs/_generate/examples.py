"""Example problems as HTML: a question, its gold answer, and long golds behind a click."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from r1gym.core.types import Problem

_SHORT = 200  # characters of a gold that stands below its question


def as_html(problems: Iterable[Problem]) -> str:
    """Returns the problems as a raw block of a MyST page."""
    parts = "\n".join(map(_one, problems))
    return f"````{{raw}} html\n{parts}\n````\n"


def _one(problem: Problem) -> str:
    question = escape(problem.question.strip())
    return (
        f'<div class="example"><p class="family">{escape(problem.family)}</p>'
        f"<pre>{question}</pre>{_gold(problem.answer.strip())}</div>"
    )


def _gold(answer: str) -> str:
    if not answer:
        return ""
    if "\n" not in answer and len(answer) <= _SHORT:
        return f'<p class="gold">Answer <code>{escape(answer)}</code></p>'
    return f"<details><summary>A right answer</summary><pre>{escape(answer)}</pre></details>"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Returns a table in Markdown. Bars in cells are escaped, line breaks become blanks."""
    lines = [list(head), *([" ".join(c.split()).replace("|", "\\|") for c in row] for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def first_paragraph(doc: str | None) -> str:
    """Returns the first paragraph of a docstring in one line."""
    return " ".join((doc or "").strip().split("\n\n")[0].split())


def terms(rows: Iterable[tuple[str, str, str]]) -> str:
    """Returns a list of terms in MyST: each with what it means, and its value behind it."""
    lines = []
    for term, meaning, value in rows:
        text = " ".join(meaning.split()) or "Without further words."
        end = "" if text.endswith((".", ":", ";")) else "."
        lines.append(f"{term}\n: {text}{end}{f' Default {value}.' if value else ''}\n")
    return "\n".join(lines)
