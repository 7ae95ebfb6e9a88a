import json

import pytest

from r1gym.core.errors import RunError
from r1gym.report.curves import draw_curves


def test_the_four_curves_of_a_run(micro_run):
    accuracy, length, reward, health = draw_curves(micro_run).axes
    assert [a.get_title() for a in (accuracy, length, reward, health)] == [
        "Accuracy",
        "Response length",
        "Reward",
        "Health",
    ]
    lines = {line.get_label(): line for axes in (accuracy, length) for line in axes.lines}
    assert list(lines["pass@1, validation"].get_xdata()) == [0, 2, 4]
    assert list(lines["mean response length"].get_xdata()) == [1, 2, 3, 4]
    assert "cons@2 (majority vote)" in lines
    assert len(health.lines) == 3 and len(reward.lines) == 2


def test_numbers_are_those_of_the_metrics(micro_run):
    rows = [json.loads(line) for line in (micro_run / "metrics.jsonl").read_text().splitlines()]
    [line] = draw_curves(micro_run).axes[1].lines
    assert list(line.get_ydata()) == [row["rollout/ep_len_mean"] for row in rows[1:]]


def test_a_run_without_metrics_has_empty_curves(tmp_path):
    assert [len(axes.lines) for axes in draw_curves(tmp_path).axes] == [0, 0, 0, 0]


def test_metrics_that_cannot_be_read(tmp_path):
    (tmp_path / "metrics.jsonl").mkdir()
    with pytest.raises(RunError, match="metrics.jsonl could not be used"):
        draw_curves(tmp_path)
