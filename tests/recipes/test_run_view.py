"""Tools look at a run without knowing its recipe, at one of before recipes had versions too."""

import json
import subprocess
import sys

import pytest

from r1gym.core.errors import ConfigError, RunError, RunExistsError, UnknownNameError
from r1gym.inspection.evaluate import evaluate_run
from r1gym.inspection.play import play
from r1gym.inspection.rescore import rescore
from r1gym.inspection.targets import How
from r1gym.recipes.recipe import run
from r1gym.recipes.run_view import load_run
from r1gym.report.page import write_report


@pytest.fixture
def old_run(run_copy):
    """A run as it was written before there were stages."""
    path = run_copy / "config.json"
    plain = json.loads(path.read_text())
    for name in ("version", "algorithm", "engine"):
        del plain[name]
    path.write_text(json.dumps(plain))
    [base] = run_copy.parent.glob("base-*")
    (run_copy / "base.txt").write_text(f"{base.name}\n")
    for name in ("tasks.json", "artifacts.json"):
        (run_copy / name).unlink()
    return run_copy


def test_what_a_view_shows(micro, micro_run):
    view = load_run(micro_run)
    assert (view.recipe, view.config, view.tasks) == ("r1_zero", micro, micro.tasks())
    model, step = view.model()
    assert (model, step) == (str(micro_run / "checkpoints" / "step-000004"), 4)
    assert "base-" in view.start() and view.start().endswith("step-000040")
    with pytest.raises(UnknownNameError, match="no split 'tset'. Did you mean 'test'"):
        view.task("tset")


def test_an_old_run_can_be_looked_at(micro, old_run):
    view = load_run(old_run)
    assert (view.config, view.tasks) == (micro, micro.tasks())
    assert view.start().endswith("step-000040")
    assert evaluate_run(old_run, "test", micro.eval)["step"] == 4
    assert len(play([str(old_run)], how=How(base=True))) == 2  # the base, and what became of it
    assert all(file.changed is None for file in rescore(old_run))
    assert write_report(old_run).exists()


def test_an_old_run_does_not_go_on_and_loses_nothing(micro, old_run):
    before = {p: p.read_bytes() for p in old_run.rglob("*") if p.is_file() and p.name != ".lock"}
    with pytest.raises(RunExistsError, match=r"version: 0 -> 1\).*another --name"):
        run(micro, old_run.parent)
    after = {p: p.read_bytes() for p in old_run.rglob("*") if p.is_file() and p.name != ".lock"}
    assert after == before


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"recipe": "theirs"}, ConfigError, "There is no recipe 'theirs'.*pip install"),
        ({"recipe": 3}, ConfigError, "holds no run of `r1gym train`"),
        ({"colour": "red"}, RunError, "another version .*colour is unknown"),
        ({"algorithm": "ppo"}, RunError, "another version .*ppo is missing"),
        ({"algorithm": None}, RunError, "another version .*algorithm is missing"),
        ({"grpo": 3}, RunError, "broken: learner cannot be 3"),
    ],
)
def test_a_configuration_that_cannot_be_read_is_one_line(changes, error, message, run_copy):
    path = run_copy / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    with pytest.raises(error, match=message) as caught:
        _ = load_run(run_copy).config
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"train": 3}', '{"train": {"colour": 1}}', '{"train": {"max_tokens": "a"}}']
)
def test_tasks_that_cannot_be_read_are_one_line(text, run_copy):
    (run_copy / "tasks.json").write_text(text)
    with pytest.raises(RunError, match=r"tasks.json is broken \(.*writes it anew") as caught:
        _ = load_run(run_copy).tasks
    assert "\n" not in str(caught.value)


def test_a_run_is_looked_at_without_torch(micro_run):
    code = (
        "import sys; from pathlib import Path; from r1gym.recipes.run_view import load_run; "
        f"assert load_run(Path({str(micro_run)!r})).tasks; sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
