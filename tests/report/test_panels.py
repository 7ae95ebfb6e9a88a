import json

import pytest

from r1gym.report.panels import lengths, line_of, panels, pass_at, rewards
from tests.evaluation.evaluated import stored
from tests.report.test_course import stage


def by_title(charts):
    return {chart.title: chart for chart in charts}


def test_one_quantity_a_chart_and_none_that_was_not_logged(tmp_path):
    one = stage(tmp_path, "rl", 30, accuracy=lambda i: i / 30, ep_len_mean=lambda i: 9.0,
                truncated_share=lambda i: 0.0, unparseable_share=lambda i: 0.5)  # fmt: skip
    found = by_title(panels([one]))
    assert list(found) == ["Accuracy", "Response length", "Reward", "Faults"]
    assert [line.name for line in found["Faults"].lines] == ["no answer"]
    [line] = found["Accuracy"].lines
    assert line.raw[-1] == (30, 29 / 30) and line.points[-1][1] < line.raw[-1][1]
    assert found["Accuracy"].marks == ()


def test_an_accuracy_of_0_throughout_is_shown(tmp_path):
    one = stage(tmp_path, "rl", 5, accuracy=lambda i: 0.0)
    assert by_title(panels([one]))["Accuracy"].lines[0].points == [(i, 0.0) for i in range(1, 6)]


def test_stages_stand_one_after_another_with_their_ends(tmp_path):
    stages = [stage(tmp_path, name, 10, accuracy=lambda i: 0.5) for name in ("zero", "dev2")]
    chart = by_title(panels(stages))["Accuracy"]
    assert [x for x, _ in chart.lines[0].raw] == list(range(1, 21))
    assert chart.marks == ((10, "zero"), (20, "dev2"))


def test_right_and_wrong_answers_have_lengths_of_their_own(tmp_path):
    one = stage(tmp_path, "rl", 4)
    rows = [
        {"step": step, "problem": "p", "completion": "c", "verdict": verdict, "tokens": tokens}
        for step in (1, 2, 3, 4)
        for verdict, tokens in (("correct", 10 * step), ("wrong", 5), ("unparseable", 15))
    ]
    (one.home / "samples.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = lengths(one)
    assert found["right"] == [(0.5, 10), (1.5, 20), (2.5, 30), (3.5, 40)]
    assert [y for _, y in found["wrong"]] == [10] * 4
    names = [line.name for line in by_title(panels([one]))["Response length"].lines]
    assert names == ["right answers", "wrong answers"]
    assert lengths(stage(tmp_path, "other", 2)) == {}


def test_pass_at_k_doubles_up_to_the_number_of_samples(tmp_path):
    one = stored(tmp_path, [["0", "x", "x", "x", "x", "x"], ["x"] * 6])
    chart = pass_at([("before", one)])
    assert chart.doubles
    assert chart.lines[0].points == [(k, pytest.approx(k / 12)) for k in (1, 2, 4, 6)]
    for path in (tmp_path / "evals" / "sums").glob("*.jsonl"):
        path.unlink()
    assert [k for k, _ in pass_at([("before", one)]).lines[0].points] == [
        int(k) for k in one["pass_at"]
    ]


def test_what_was_paid_and_what_was_wanted_have_an_axis_each(tmp_path):
    one = stage(tmp_path, "r1", 60, ["helpful"], helpful=lambda i: i - 3.0,
                quality=lambda i: min(i, 60 - i) / 60)  # fmt: skip
    paid, wanted = rewards([one])
    assert (paid.unit, wanted.unit) == ("", "%")
    assert [line.name for line in wanted.lines] == ["quality"]
    [(step, name)] = wanted.marks
    assert name == "best quality" and 30 <= step <= 45 and paid.marks == wanted.marks
    assert rewards([stage(tmp_path, "zero", 3)]) == []


def test_without_rewards_the_loss_is_the_curve(tmp_path):
    one = stage(tmp_path, "sft", 0)
    (one.home / "metrics.jsonl").write_text('{"step": 1, "train/loss": 2.0}\n')
    [chart] = panels([one])
    assert chart.title == "Loss" and chart.lines[0].points == [(1, 2.0)]


def test_few_points_are_not_smoothed():
    assert line_of("a", [(1, 2.0), (2, 4.0)]).points == [(1, 2.0), (2, 4.0)]
    assert line_of("a", []).points == []


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None, "x"])
def test_what_is_no_number_is_not_drawn(value, tmp_path):
    one = stage(tmp_path, "rl", 6, accuracy=lambda i: value if i == 2 else 0.5)
    assert [x for x, _ in by_title(panels([one]))["Accuracy"].lines[0].points] == [1, 2, 4, 5, 6]
