from r1gym.report.stages import StageView
from r1gym.report.strip import strip, tables
from tests.report.test_page import Outline
from tests.report.test_stages import Made, view

CELL = {"mean": 0.5, "low": 0.25, "high": 0.75}
TABLE = {
    "columns": [{"model": "a", "title": "A<b>"}, {"model": "b", "title": "B"}],
    "rows": [{"name": "reasoning", "cells": [CELL, {"mean": None, "low": None, "high": None}]}],
    "shapes": [
        {"name": "a", "passed": True, "bounds": [{"says": "x", "value": 0.25, "passed": True}]},
        {"name": "b", "passed": False, "bounds": [{"says": "y", "value": None, "passed": False}]},
    ],
    "answers": [
        {"task": "t", "question": "Why <i>?", "answer": "7", "completions": ["7", "<u>8"],
         "verdicts": ["correct", "wrong"]},
    ],
}  # fmt: skip


def test_a_box_for_each_stage(tmp_path):
    stages = [view(tmp_path / "one", {"out": "x"}), StageView(Made("two"), tmp_path, None)]
    text = "".join(strip(stages))
    Outline(text)
    for part in ("one: A stage", "base (model), reward (reward model)", "2.2 min", "not begun"):
        assert part in text
    assert text.count("<li") == 2 and text.count('class="todo"') == 1
    assert strip(stages[:1]) == []
    assert '<a href="one/metrics.jsonl">metrics</a>' in text and "two/" not in text


def test_a_table_with_what_was_expected_and_answers():
    text = "".join(tables([TABLE]))
    Outline(text)
    assert "A&lt;b&gt;" in text and "Why &lt;i&gt;?" in text and "&lt;u&gt;8" in text
    assert "50.0<small>25.0 to 75.0</small>" in text and "none graded" in text
    assert '<span class="passed">passed</span> a: x: 0.250' in text
    assert "failed</span> b: y: none" in text and text.count("(missed)") == 1
    assert text.count('class="side right"') == 1 and text.count("<code>") == 2


def test_a_table_alone():
    text = "".join(tables([{"columns": TABLE["columns"], "rows": TABLE["rows"]}]))
    assert "The same question" not in text and "expected" not in text
    assert tables([]) == []
