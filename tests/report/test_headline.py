import json

import pytest

from r1gym.recipes.ledger import Entry
from r1gym.report.headline import figures, headline
from r1gym.report.stages import StageView
from tests.report.test_course import stage
from tests.report.test_page import Outline
from tests.report.test_stages import Made


def evaluated(step, mean, **more):
    estimate = {"mean": mean, "low": max(0, mean - 0.1), "high": min(1, mean + 0.1)}
    return {"step": step, "pass_at": {"1": estimate}, "questions": 100, **more}


def logged(folder, **entry):
    rows = [
        {"step": n, "rollout/ep_rew_mean": 0.5, "rollout/accuracy": n / 10,
         "time/total_timesteps": 1000 * n, "time/training_seconds": 30.0}
        for n in (1, 2, 3, 4)
    ]  # fmt: skip
    one = stage(folder, "rl", 0)
    (one.home / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return StageView(one.stage, one.home, Entry({}, **entry))


def test_accuracy_tokens_and_minutes(tmp_path):
    on = {"machine": "a machine, 2 cores"}
    one = logged(tmp_path, made={}, seconds=600.0, on=on)
    accuracy, tokens, minutes = headline([one], [evaluated(0, 0.05), evaluated(4, 0.88)])
    assert accuracy.value == "5.0 % → 88 %" and "before and after" in accuracy.name
    assert "before 0 % to 15 %; after 4 steps 78 % to 98 %" in accuracy.note
    assert (tokens.value, tokens.note) == ("4,000", "in 4 steps")
    assert (minutes.value, minutes.note) == ("10", "a machine, 2 cores")
    text = figures([accuracy, tokens, minutes])
    Outline(text)
    assert text.count("<b>") == 3


def test_what_has_not_ended_says_so(tmp_path):
    accuracy, _, minutes = headline([logged(tmp_path)], [])
    assert accuracy.value == "10 % → 40 %" and "in training of rl" in accuracy.name
    assert (minutes.value, minutes.note) == ("2.0", "so far: it has not ended")


@pytest.mark.parametrize(("means", "value"), [((0.1, 0.5, 0.7), "10 % → 50 % → 70 %"),
                                              ((0.1, 0.2, 0.5, 0.7), "10 % → 70 %"),
                                              ((0.25,), "25 %")])  # fmt: skip
def test_evaluations_on_the_way(means, value, tmp_path):
    results = [evaluated(step, mean) for step, mean in enumerate(means)]
    assert headline([], results)[0].value == value


def test_a_table_has_the_recipes_result_as_its_end():
    cells = [{"mean": mean, "low": 0, "high": 1} for mean in (0.2, 0.6, 0.4)]
    columns = [{"model": m, "title": m.title()} for m in ("zero", "r1", "longer")]
    table = {"columns": columns, "rows": [{"name": "reasoning", "cells": cells}]}
    [found] = headline([], [], [table], "r1")
    assert (found.value, found.name) == ("20 % → 60 %", "reasoning: Zero and R1")
    assert headline([], [], [table])[0].value == "20 % → 40 %"
    assert headline([], [], [{"columns": [], "rows": []}]) == []


def test_nothing_to_show(tmp_path):
    assert headline([StageView(Made("one"), tmp_path, None)], []) == []
    assert figures([]) == ""
