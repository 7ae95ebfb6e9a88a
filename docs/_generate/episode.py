"""A picture of one episode: what the agent reads, which tokens it writes, and what it earns.

An SVG with a ground of its own, so that it can be read on light and dark pages, and narrow enough
for a phone. Left out: fonts of its own; any monospaced one will do.
"""

from __future__ import annotations

from html import escape
from textwrap import wrap
from typing import Any

import gymnasium as gym

from r1gym.core.types import Completion, Problem, Score
from r1gym.envs.templates import dress
from r1gym.evaluation.preflight.sample import brings_tests, right_text

_WIDTH, _MARGIN, _LINE = 440, 16, 22
_CHARACTER = 7.3  # the width of one, in a font of 12
_ROWS = 6  # of text, and of tokens
_LOOKED_AT = 60
_THINKING = "..."
_STYLE = """
text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #1f2430; }
.head { font: 600 12px system-ui, sans-serif; fill: #5b6270; }
.big { font: 700 17px system-ui, sans-serif; }
.token { fill: #dfe9fb; } .other { fill: #eef3fd; } .end { fill: #1f4fa3; } .on { fill: #fff; }
.bar { fill: #2f8f5b; } .rail { fill: #e6e8ec; }
"""


def draw(env: gym.Env[Any, Any]) -> str:
    """Returns the picture of a right answer to the shortest of the environment's first problems.

    Args:
        env: A token environment.
    """
    task: Any = env.unwrapped.task
    problem = min(
        (task.problem_set[i] for i in range(_LOOKED_AT)),
        key=lambda p: len(p.question) + len(p.answer),
    )
    answer = problem.answer.strip()
    if brings_tests(problem):
        answer = f"\n```python\n{answer}\n```\n"
    text = right_text(task, answer, _THINKING)
    tokens = task.tokenizer.encode(text)
    score = task.score(problem, Completion(text))
    return _Picture().draw(
        _shown(task, problem), [task.tokenizer.decode([t]) for t in tokens], score
    )


def _shown(task: Any, problem: Problem) -> list[str]:
    """Returns the lines of a prompt, the last of which say that there is more."""
    prompt = dress(task.template, problem.question)
    columns = int((_WIDTH - 4 * _MARGIN) / _CHARACTER)
    lines = [part for line in prompt.splitlines() for part in wrap(line, columns) or [""]]
    return lines if len(lines) <= _ROWS else [*lines[: _ROWS - 2], "...", lines[-1]]


class _Picture:
    """Draws from top to bottom."""

    def __init__(self) -> None:
        self.y = float(_MARGIN)
        self.parts: list[str] = []

    def draw(self, prompt: list[str], tokens: list[str], score: Score) -> str:
        self._head("The agent reads")
        for line in prompt:
            self._text(2 * _MARGIN, line)
            self.y += _LINE - 4
        self.y += 10
        self._head("It writes, one token a step")
        self._tokens(tokens)
        self._head("At the end it earns")
        for name, part in score.parts.items():
            self._earned(name, part)
        total = "unknown" if score.value is None else f"{score.value:g}"
        self._text(2 * _MARGIN, f"reward {total}", "big", 8)
        height = self.y + 2.6 * _MARGIN
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:g}" '
            f'width="{_WIDTH}" role="img"><title>An episode</title><style>{_STYLE}</style>'
            f'<rect width="{_WIDTH}" height="{height:g}" rx="10" fill="#fbfcfe" '
            f'stroke="#d5d9e0"/>{"".join(self.parts)}</svg>\n'
        )

    def _head(self, text: str) -> None:
        self._text(_MARGIN, text, "head")
        self.y += _LINE + 2

    def _text(self, x: float, text: str, kind: str = "", below: float = 0) -> None:
        mark = f' class="{kind}"' if kind else ""
        self.parts.append(
            f'<text x="{x:g}" y="{self.y + 12 + below:g}" xml:space="preserve"{mark}>'
            f"{escape(text)}</text>"
        )

    def _box(self, x: float, y: float, width: float, kind: str, height: float = _LINE - 4) -> None:
        self.parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:.1f}" height="{height:g}" rx="3" '
            f'class="{kind}"/>'
        )

    def _tokens(self, tokens: list[str]) -> None:
        """Draws each token in a box, in rows; of a long text its beginning and its end."""
        shown = [token.replace("\n", "\u21b5") for token in tokens]
        rows = _rows(shown)
        if len(rows) > _ROWS:
            rows = [*rows[: _ROWS - 2], ["\u2026"], *_rows(shown[-8:])[:1]]
        number = 0
        for row in rows:
            x = 2.0 * _MARGIN
            for token in row:
                width = _width(token)
                self._box(x, self.y - 1, width - 2, "other" if number % 2 else "token")
                self._text(x + 3, token)
                x += width
                number += 1
            self.y += _LINE
        if x + _width("end") > _WIDTH - _MARGIN:
            x, self.y = 2.0 * _MARGIN, self.y + _LINE
        self._box(x, self.y - _LINE - 1, _width("end") - 2, "end")
        self.y -= _LINE
        self._text(x + 3, "end", "on")
        self.y += _LINE + 10

    def _earned(self, name: str, part: Score) -> None:
        self._text(2 * _MARGIN, name)
        x, length = 150.0, 120.0
        self._box(x, self.y + 2, length, "rail", 12)
        if part.value:
            self._box(x, self.y + 2, length * min(1.0, part.value), "bar", 12)
        value = "not graded" if part.value is None else f"{part.value:g} {part.verdict.value}"
        self._text(x + length + 12, value)
        self.y += _LINE


def _width(token: str) -> float:
    return len(token) * _CHARACTER + 8


def _rows(tokens: list[str]) -> list[list[str]]:
    rows: list[list[str]] = [[]]
    x = 2.0 * _MARGIN
    for token in tokens:
        if x + _width(token) > _WIDTH - _MARGIN and rows[-1]:
            rows.append([])
            x = 2.0 * _MARGIN
        rows[-1].append(token)
        x += _width(token)
    return rows
