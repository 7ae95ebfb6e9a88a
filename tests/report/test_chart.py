import json
import re
from html import unescape

import pytest

from r1gym.report.chart import Chart, Line, charts, figure, shown
from tests.report.test_page import Outline


def drawn(points, **about):
    text = figure(Chart("Accuracy <b>", [Line("a & b", points)], **about))
    Outline(text)
    return text, json.loads(unescape(re.search(r'data-chart="([^"]+)"', text)[1]))


def test_points_lie_in_the_page_and_are_drawn_where_they_belong():
    text, data = drawn([(1, 0.0), (3, 0.5), (5, 1.0)], unit="%")
    assert data["lines"] == [
        {"name": "a & b", "colour": 0, "points": [[1, 0.0], [3, 0.5], [5, 1.0]]}
    ]
    assert data["box"] == [1, 5, 0.0, 1.0]
    assert '<polyline class="c0" points="42.0,182.0 196.0,96.0 350.0,10.0"/>' in text
    assert "Accuracy &lt;b&gt;" in text and "a &amp; b" in text and ">100%<" in text


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [([0.2, 0.9], 0, 1.0), ([30, 41.7], 0, 50), ([-1.4, 3], -2, 3), ([0, 0], 0, 1), ([7], 0, 8)],
)
def test_an_axis_ends_at_a_round_number_behind_the_highest_value(values, low, high):
    _, data = drawn(list(enumerate(values)))
    assert data["box"][2:] == [low, pytest.approx(high)]


def test_shares_above_a_half_have_the_whole_axis_and_smaller_ones_their_own():
    assert drawn([(0, 0.1), (1, 0.6)], unit="%")[1]["box"][3] == 1.0
    assert drawn([(0, 0.01), (1, 0.04)], unit="%")[1]["box"][3] == pytest.approx(0.04)


def test_a_doubling_axis_has_even_steps():
    text, _ = drawn([(1, 0.2), (4, 0.4), (16, 0.6)], unit="%", x="k", doubles=True)
    assert re.findall(r'points="([^"]+)"', text)[0].split()[1].startswith("196.0,")
    assert all(f">{k}</text>" in text for k in (1, 2, 4, 8, 16))


def test_one_point_is_a_dot_and_many_are_thinned_with_the_last_one_kept():
    assert drawn([(3, 0.5)])[0].count("<circle") == 1
    _, data = drawn([(float(i), 0.1) for i in range(5000)])
    points = data["lines"][0]["points"]
    assert len(points) <= 401 and points[-1][0] == 4999


def test_nothing_is_drawn_of_nothing():
    assert charts([Chart("a", []), Chart("b", [Line("c", [])])]) == ""
    assert charts([Chart("a", [Line("c", [(0, 1)])]), Chart("b", [])]).count("<figure") == 1


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.416, "%", "41.6 %"), (1.0, "%", "100 %"), (41.72, "tokens", "41.7 tokens"),
     (0.05219, "", "0.0522"), (12345.6, "", "12,346"), (0.0, "", "0")],
)  # fmt: skip
def test_values_in_words(value, unit, text):
    assert shown(value, unit) == text


def test_a_mark_behind_the_last_point_is_on_the_chart():
    text, data = drawn([(0, 1.0), (5, 2.0)], marks=((10, "dev1 <"),))
    assert data["box"][:2] == [0, 10] and "dev1 &lt;" in text
    assert '<line class="mark" x1="350.0"' in text
