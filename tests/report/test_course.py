import json
from dataclasses import dataclass, field

import pytest

from r1gym.envs.spec import TaskSpec
from r1gym.recipes.ledger import Entry
from r1gym.recipes.rl import ReinforcementLearning
from r1gym.report.course import best_step, draw_course, paid, trained, wanted
from r1gym.report.stages import StageView

REWARDS = {"accuracy": 1.0, "general": {"weight": 0}, "quality": {"type": "x", "weight": 0.0}}


@dataclass(frozen=True)
class Scenarios(ReinforcementLearning):
    reward_models: dict = field(default_factory=dict)


def stage(folder, name, steps, paid=(), **columns):
    home = folder / name
    home.mkdir()
    rows = [
        {"step": i + 1, "rollout/ep_rew_mean": 0.5}
        | {f"rollout/{n}": values(i) for n, values in columns.items()}
        for i in range(steps)
    ]
    (home / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    tasks = {"train": TaskSpec(env="r1/Math-v0", rewards=REWARDS)}
    models = {name: {"artifact": name} for name in paid}
    return StageView(Scenarios(name, tasks=tasks, reward_models=models), home, Entry({}))


def test_stages_stand_one_after_another(tmp_path):
    first = stage(tmp_path, "zero", 30, accuracy=lambda i: 0.25)
    second = stage(tmp_path, "dev2", 10, accuracy=lambda i: 0.75, language=lambda i: 1.0)
    figure = draw_course([first, second])
    accuracy, language = figure.axes
    one, other = [line for line in accuracy.lines if len(line.get_xdata()) > 2]
    assert (one.get_xdata()[0], one.get_xdata()[-1]) == (1, 30)
    assert (other.get_xdata()[0], other.get_xdata()[-1]) == (31, 40)
    assert set(one.get_ydata()) == {0.25} and language.get_title(loc="left") == "Target language"
    assert accuracy.get_legend_handles_labels()[1] == ["samples in training"]


def test_one_stage_has_no_course(tmp_path):
    one = stage(tmp_path, "zero", 3)
    idle = StageView(one.stage, tmp_path / "nothing", None)
    assert trained([one, idle]) == [one] and draw_course([one, idle]) is None


def test_where_one_should_have_stopped_is_marked(tmp_path):
    first = stage(
        tmp_path, "r1", 40, ["helpful"], helpful=lambda i: i, quality=lambda i: i / 80,
        general=lambda i: 0.5,
    )  # fmt: skip
    second = stage(
        tmp_path, "longer", 100, ["helpful"], helpful=lambda i: 40 + i,
        quality=lambda i: 0.5 - i / 400, general=lambda i: 0.5,
    )  # fmt: skip
    step, name = best_step([first, second])
    assert name == "quality" and 40 <= step <= 60
    assert paid(second) == ["helpful"] and wanted(second) == ["general", "quality"]


@pytest.mark.parametrize("steps", [1, 19])
def test_too_few_steps_to_tell(steps, tmp_path):
    few = stage(tmp_path, "r1", steps, ["helpful"], helpful=float, quality=float)
    assert best_step([few]) is None
