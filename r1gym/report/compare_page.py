"""The page of a comparison: by how much the second is better, and on which questions it flipped.

One file with nothing outside it, for a phone and for the dark. Left out: questions on which both
are the same, which the stored evaluations hold.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from pathlib import Path

from r1gym.core.files import write_text
from r1gym.evaluation.estimators import Estimate
from r1gym.evaluation.rows import Row
from r1gym.inspection.compare import Compared, Pair
from r1gym.report.compared import OWN, lines_of

_MOST = 40  # questions that flipped one way
_OPEN = 3  # of them shown unfolded
_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1a202c; --soft: #4a5568; --line: #d5dde6;
        --card: #f5f7fa; --up: #1e7b45; --down: #b3372f; --same: #a9b4c2; --accent: #2b5fa8; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14181f; --ink: #e6eaf0; --soft: #a3aebd; --line: #333c49; --card: #1d232c;
          --up: #5fcf8e; --down: #f08a80; --same: #566274; --accent: #8ab4f0; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem;
       color: var(--ink); background: var(--paper); overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.2; } h2 { margin-top: 2.4rem; } h3 { margin: 1.6rem 0 .6rem; }
.note, figcaption, small { color: var(--soft); } .up { color: var(--up); }
.down { color: var(--down); }
.figures { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr));
           margin: 1rem 0; padding: 0; }
.figures div { background: var(--card); border-radius: .5rem; padding: .8rem 1rem; }
.figures strong { display: block; font-size: 2rem; line-height: 1.2; }
.figures small { display: block; }
.bar { display: flex; height: 1.5rem; border-radius: .3rem; overflow: hidden; }
.bar i { display: block; min-width: 2px; }
figure { margin: 1.2rem 0; } figcaption { margin-top: .4rem; }
figcaption b { display: inline-block; width: .8rem; height: .8rem; border-radius: .15rem;
               margin: 0 .3rem 0 0; }
figcaption span { margin-right: 1rem; white-space: nowrap; }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .6rem 0;
          padding: .5rem .9rem; }
summary { cursor: pointer; } summary small { display: block; }
.gold { margin: .6rem 0; }
.two { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr));
       margin-bottom: .5rem; }
.two > div { background: var(--card); border-top: 3px solid var(--down); border-radius: .3rem;
             padding: .5rem .7rem; min-width: 0; }
.two > .right { border-top-color: var(--up); }
.two pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .9rem; margin: .4rem 0 0;
           max-height: 24rem; overflow: auto; }
table { border-collapse: collapse; width: 100%; } tr { border-bottom: 1px solid var(--line); }
td { padding: .3rem .8rem .3rem 0; vertical-align: top; } td:first-child { white-space: nowrap;
     color: var(--soft); }
"""


def write_compared(found: Sequence[Compared], path: Path) -> Path:
    """Writes the page of a comparison. Returns its path."""
    first, second = labels(found[0].names)
    title = f"{second} against {first}"
    body = "".join(part for one in found for part in _suite(one))
    write_text(
        path,
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head>"
        f'<body><h1>{html.escape(second)}<br><small class="note">against {html.escape(first)}'
        f"</small></h1>{body}</body></html>\n",
    )
    return path


def labels(names: tuple[str, str]) -> tuple[str, str]:
    """Returns two names without the folders that they stand in, as long as they differ."""
    first, second = (name if "://" in name else name.rpartition("/")[2] for name in names)
    return (first, second) if first != second and first and second else names


def page_path(first: str, second: str) -> Path:
    """Returns where the page of two lies if nobody says."""
    names = (re.sub(r"[^A-Za-z0-9.]+", "-", name.removeprefix("runs/")).strip("-.")
             for name in (first, second) if name)  # fmt: skip
    return Path("runs") / f"compare-{'-'.join(names)}.html"


def _suite(one: Compared) -> list[str]:
    rows = "".join(
        f"<tr><td>{html.escape(name)}</td><td>{html.escape(text)}</td></tr>"
        for name, text in lines_of(one)
    )
    return [
        f"<h2>{html.escape(one.suite or OWN)}</h2>",
        _figures(one),
        f"<p>{_verdict(one)}</p>",
        _bar(one),
        *_flips(one, "Better now", one.gained),
        *_flips(one, "Worse now", one.lost),
        f"<h3>All figures</h3><table>{rows}</table>",
        f'<p class="note">In brackets: 95 % intervals over questions. Every completion: '
        f"{' and '.join(f'<code>{html.escape(_rows_of(file))}</code>' for file in one.files)}.</p>",
    ]


def _figures(one: Compared) -> str:
    difference, names = one.paired.difference, labels(one.names)
    kind = "up" if difference.mean > 0 else "down" if difference.mean < 0 else ""
    told = [
        (names[0], _percent(one.first.mean), _span(one.first), ""),
        (names[1], _percent(one.second.mean), _span(one.second), ""),
        ("difference", f"{100 * difference.mean:+.1f} points", _points(difference), kind),
    ]
    cells = "".join(
        f'<div><small>{html.escape(name)}</small><strong class="{kind}">{value}</strong>'
        f"<small>{span}</small></div>"
        for name, value, span, kind in told
    )
    return f'<div class="figures">{cells}</div>'


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _span(value: Estimate) -> str:
    return f"right, {100 * value.low:.1f} to {100 * value.high:.1f} %"


def _points(value: Estimate) -> str:
    return f"{100 * value.low:+.1f} to {100 * value.high:+.1f}"


def _verdict(one: Compared) -> str:
    p = one.paired.p
    if p < 0.05:
        return f"So large a difference is unlikely to be chance (permutation test, p = {p:.4f})."
    return (
        f"The difference may be chance (permutation test, p = {p:.4f}): more questions or samples "
        "would tell."
    )


def _bar(one: Compared) -> str:
    paired = one.paired
    parts = [
        ("up", paired.better, "better"),
        ("same", paired.equal, "the same"),
        ("down", paired.worse, "worse"),
    ]
    bars = "".join(
        f'<i style="flex:{count};background:var(--{name})"></i>'
        for name, count, _ in parts
        if count
    )
    legend = "".join(
        f'<span><b style="background:var(--{name})"></b>{word} on {count}</span>'
        for name, count, word in parts
    )
    total = f"of {one.questions} questions"
    return f'<figure><div class="bar">{bars}</div><figcaption>{legend}{total}</figcaption></figure>'


def _flips(one: Compared, title: str, pairs: Sequence[Pair]) -> list[str]:
    if not pairs:
        return [f"<h3>{title}</h3><p>No question.</p>"]
    left = len(pairs) - _MOST
    more = [f'<p class="note">{left} more are in the files below.</p>'] if left > 0 else []
    shown = (_pair(one, pair, number < _OPEN) for number, pair in enumerate(pairs[:_MOST]))
    count = f"{len(pairs)} question{'s' if len(pairs) > 1 else ''}"
    return [f"<h3>{title}: {count}</h3>", *shown, *more]


def _pair(one: Compared, pair: Pair, is_open: bool) -> str:
    better = pair.gain > 0
    sides = zip(labels(one.names), pair.rows, (not better, better), strict=True)
    cards = "".join(_answer(name, _telling(rows, right)) for name, rows, right in sides)
    first, second = (_right(rows) for rows in pair.rows)
    told = f"{first} right, then {second}"
    if pair.cell != "problems 0":  # of a set without families and levels
        told = f"{pair.cell}: {told}"
    return (
        f"<details{' open' if is_open else ''}><summary>{html.escape(pair.question)}"
        f"<small>{html.escape(told)}</small></summary>"
        f'<p class="gold">The right answer: <strong>{html.escape(pair.gold)}</strong></p>'
        f'<div class="two">{cards}</div></details>'
    )


def _telling(rows: Sequence[Row], right: bool) -> Row:
    """Returns the first completion that is right, or wrong, as the flip was; else the first."""
    return next((row for row in rows if (row["verdict"] == "correct") is right), rows[0])


def _right(rows: Sequence[Row]) -> str:
    return f"{sum(row['verdict'] == 'correct' for row in rows)} of {len(rows)}"


def _answer(name: str, row: Row) -> str:
    is_right = row["verdict"] == "correct"
    kind, word = ("right", "up") if is_right else ("wrong", "down")
    cut = ", cut off" if row.get("truncated") else ""
    return (
        f'<div class="{kind}"><strong>{html.escape(name)}</strong> '
        f'<span class="{word}">{html.escape(str(row["verdict"]))}</span> '
        f"<small>{row['tokens']} tokens{cut}</small>"
        f"<pre>{html.escape(row['completion'].strip() or '(nothing)')}</pre></div>"
    )


def _rows_of(summary: str) -> str:
    return str(Path(summary).with_suffix(".jsonl"))
