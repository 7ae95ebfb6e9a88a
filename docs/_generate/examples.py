"""Example problems as HTML: a question, its gold answer, and long golds behind a click."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape

from r1gym.core.types import Problem
from r1gym.problems.families import Family

_SHORT = 200  # characters of a gold that stands below its question


def as_html(problems: Iterable[Problem]) -> str:
    """Returns the problems as a raw block of a MyST page."""
    parts = "\n".join(map(_one, problems))
    return f"````{{raw}} html\n{parts}\n````\n"


def _one(problem: Problem) -> str:
    question = escape(problem.question.strip())
    return (
        f'<div class="example"><p class="family">{escape(problem.family)}</p>'
        f"<pre>{question}</pre>{_gold(problem)}</div>"
    )


def _gold(problem: Problem) -> str:
    answer = problem.answer.strip()
    if not answer:
        return ""
    label = "A good answer" if _is_judged(problem) else "Answer"
    if "\n" not in answer and len(answer) <= _SHORT:
        return (
            f'<p class="gold"><span class="label">{label}</span><code>{escape(answer)}</code></p>'
        )
    label = label if _is_judged(problem) else "A right answer"
    return f"<details><summary>{label}</summary><pre>{escape(answer)}</pre></details>"


def _is_judged(problem: Problem) -> bool:
    """Returns whether the gold is no answer but says what a judge looks for."""
    verifier = problem.metadata.get("verifier")
    return isinstance(verifier, Mapping) and verifier.get("type") == "judge"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Returns a table in Markdown. Bars in cells are escaped, line breaks become blanks."""
    lines = [list(head), *([" ".join(c.split()).replace("|", "\\|") for c in row] for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def first_paragraph(doc: str | None) -> str:
    """Returns the first paragraph of a docstring in one line."""
    return " ".join((doc or "").strip().split("\n\n")[0].split())


def asks(family: Family) -> str:
    """Returns what a family asks: what its function says of itself, but not as a function."""
    told = first_paragraph(family.generate.__doc__).removeprefix("Draws ")
    told = re.sub(r" Returns the .*", "", told)
    return told[:1].upper() + told[1:]


def terms(rows: Iterable[tuple[str, str, str]]) -> str:
    """Returns a list of terms in MyST: each with what it means, and its value behind it."""
    lines = []
    for term, meaning, value in rows:
        text = " ".join(meaning.split()) or "Without further words."
        end = "" if text.endswith((".", ":", ";")) else "."
        lines.append(f"{term}\n: {text}{end}{f' Default {value}.' if value else ''}\n")
    return "\n".join(lines)
