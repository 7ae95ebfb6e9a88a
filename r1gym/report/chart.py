"""A chart as inline SVG that can be read by hovering, by touch and by the arrow keys.

One quantity an axis. The points lie in the page beside the drawing, so that it needs nothing else.
Left out: a plotting library, whose script would be a hundred times the size of the page, and
zooming: a chart that needs it shows too much.
"""

from __future__ import annotations

import html
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # the least and the most of x, of y

_WIDTH, _HEIGHT = 360, 208
_LEFT, _RIGHT, _TOP, _BOTTOM = 42, 10, 10, 26
_MOST_POINTS = 400  # of a line: more than there are pixels
_TICKS = 5


@dataclass(frozen=True)
class Line:
    """A line of a chart.

    Attributes:
        name: What it is called in the legend.
        points: What is drawn, by rising x.
        raw: What it is a smoothing of, drawn thin behind it.
        dotted: Whether its points are marked, since there are few.
        colour: Its number among the page's colours.
    """

    name: str
    points: Sequence[Point]
    raw: Sequence[Point] = ()
    dotted: bool = False
    colour: int = 0


@dataclass(frozen=True)
class Chart:
    """A chart of one quantity.

    Attributes:
        title: The quantity.
        lines: What is drawn of it.
        unit: ``"%"`` for shares from 0 to 1, else what stands behind a value.
        x: What runs to the right.
        marks: Places on x with their names, such as where a stage ends.
        note: What there is to know of it.
        doubles: Whether each step to the right doubles x.
    """

    title: str
    lines: Sequence[Line]
    unit: str = ""
    x: str = "step"
    marks: Sequence[tuple[float, str]] = ()
    note: str = ""
    doubles: bool = False


def charts(found: Sequence[Chart]) -> str:
    """Returns charts side by side, those without a point left out."""
    shown = [figure(one) for one in found if any(line.points for line in one.lines)]
    return f'<div class="charts">{"".join(shown)}</div>' if shown else ""


def figure(chart: Chart) -> str:
    """Returns a chart with its title, legend and note as HTML."""
    lines = [line for line in chart.lines if line.points]
    box = _box(chart, lines)
    names = "".join(
        f'<span class="c{line.colour}">{html.escape(line.name)}</span>' for line in lines
    )
    data = {
        "x": chart.x, "unit": chart.unit, "box": box, "doubles": chart.doubles,
        "inside": [_LEFT, _WIDTH - _RIGHT, _TOP, _HEIGHT - _BOTTOM],
        "lines": [
            {"name": line.name, "colour": line.colour, "points": _rounded(line.points)}
            for line in lines
        ],
    }  # fmt: skip
    note = f'<p class="note">{html.escape(chart.note)}</p>' if chart.note else ""
    return (
        f'<figure class="chart"><figcaption>{html.escape(chart.title)}</figcaption>'
        f'<div class="legend">{names}</div>'
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" tabindex="0" role="img" '
        f'aria-label="{html.escape(_told(chart, lines))}" '
        f'data-chart="{html.escape(json.dumps(data, separators=(",", ":")))}">'
        f"{_grid(chart, box)}{''.join(_drawn(line, chart, box) for line in lines)}"
        f'<line class="hair" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}"/></svg>'
        f'<div class="tip" hidden></div>{note}</figure>'
    )


def shown(value: float, unit: str = "") -> str:
    """Returns a value with its unit, in as many digits as tell something."""
    if unit == "%":
        return f"{100 * value:.1f}".rstrip("0").rstrip(".") + " %"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 4
    text = f"{value:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text} {unit}" if unit else text


def _told(chart: Chart, lines: Sequence[Line]) -> str:
    """Returns the chart in words, for those who do not see it."""
    ends = (
        f"{line.name} from {shown(line.points[0][1], chart.unit)} "
        f"to {shown(line.points[-1][1], chart.unit)}"
        for line in lines
    )
    return f"{chart.title}: {'; '.join(ends)}"


def _box(chart: Chart, lines: Sequence[Line]) -> Box:
    points = [point for line in lines for point in (*line.points, *line.raw)]
    ys = [y for _, y in points]
    xs = [x for x, _ in (*points, *chart.marks)]
    low, high = min(0.0, min(ys)), max(ys)
    if chart.unit == "%" and high > 0.5:
        high = 1.0
    low, high = (low, high) if high > low else (low, low + 1)
    first, last = min(xs), max(xs)
    step = _step(high - low)
    low = step * math.floor(low / step + 1e-9)
    high = step * math.ceil(high / step - 1e-9)
    return (first, last if last > first else first + 1, low, high)


def _step(reach: float) -> float:
    """Returns a round distance of ticks, so that about five of them make up the reach."""
    rough = reach / _TICKS
    unit: float = 10 ** math.floor(math.log10(rough))
    return next(unit * n for n in (1, 2, 2.5, 5, 10) if unit * n >= rough * 0.999)


def _place(point: Point, chart: Chart, box: Box) -> Point:
    first, last, low, high = box
    x, y = point
    if chart.doubles:
        x, first, last = (math.log2(value) for value in (x, first, last))
    across = _LEFT + (x - first) / (last - first) * (_WIDTH - _LEFT - _RIGHT)
    down = _HEIGHT - _BOTTOM - (y - low) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)
    return round(across, 1), round(down, 1)


def _grid(chart: Chart, box: Box) -> str:
    first, _, low, high = box
    step, parts = _step(high - low), []
    for i in range(round((high - low) / step) + 1):
        value = low + i * step
        _, down = _place((first, value), chart, box)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{down}" '
                     f'y2="{down}"/><text x="{_LEFT - 6}" y="{down + 4}" text-anchor="end">'
                     f"{_short(value, chart.unit)}</text>")  # fmt: skip
    for value in _along(chart, box):
        across, _ = _place((value, low), chart, box)
        end = "end" if across > _WIDTH - _RIGHT - 12 else "middle"
        parts.append(
            f'<text x="{across}" y="{_HEIGHT - 9}" text-anchor="{end}">{_short(value)}</text>'
        )
    for value, name in chart.marks:
        across, _ = _place((value, low), chart, box)
        parts.append(
            f'<line class="mark" x1="{across}" x2="{across}" y1="{_TOP}" '
            f'y2="{_HEIGHT - _BOTTOM}"/><text class="mark" x="{across - 3}" y="{_TOP + 9}" '
            f'text-anchor="end">{html.escape(name)}</text>'
        )
    return "".join(parts)


def _along(chart: Chart, box: Box) -> list[float]:
    """Returns where x is written."""
    first, last, *_ = box
    if chart.doubles:
        ends = range(math.floor(math.log2(first)), math.ceil(math.log2(last)) + 1)
        return [value for n in ends if first <= (value := 2.0**n) <= last]
    step = _step(last - first)
    if step == 2.5 or last - first < 5:  # steps are whole
        step = 5.0 if step == 2.5 else max(1.0, step)
    start = math.ceil(first / step)
    return [n * step for n in range(start, math.floor(last / step + 1e-9) + 1)]


def _short(value: float, unit: str = "") -> str:
    if unit == "%":
        return f"{100 * value:g}%" if abs(value) < 0.001 else f"{round(100 * value, 2):g}%"
    if abs(value) >= 10_000:
        return f"{value / 1000:g}k"
    return f"{round(value, 6):g}"


def _drawn(line: Line, chart: Chart, box: Box) -> str:
    places = [_place(point, chart, box) for point in _thinned(line.points)]
    raw = [_place(point, chart, box) for point in _thinned(line.raw)]
    parts = [_path(raw, f"raw c{line.colour}"), _path(places, f"c{line.colour}")]
    if line.dotted or len(places) == 1:
        parts += [f'<circle class="c{line.colour}" cx="{x}" cy="{y}" r="3"/>' for x, y in places]
    return "".join(parts)


def _path(places: Sequence[Point], kind: str) -> str:
    if len(places) < 2:
        return ""
    return f'<polyline class="{kind}" points="{" ".join(f"{x},{y}" for x, y in places)}"/>'


def _thinned(points: Sequence[Point]) -> Sequence[Point]:
    """Returns at most so many points as can be seen, the last one among them."""
    step = -(-len(points) // _MOST_POINTS)
    if step < 2:
        return points
    return [*points[:-1:step], points[-1]]


def _rounded(points: Sequence[Point]) -> list[list[float]]:
    return [[x, float(f"{y:.4g}")] for x, y in _thinned(points)]
