import shutil

import pytest

from r1gym.core.errors import RunError
from r1gym.inspection.naming import home_of, is_run, means_a_run, run_meant, run_of, task_of_run
from tests.runs import base_home


def test_a_run_its_checkpoint_its_base_and_a_model(micro, micro_run, tmp_path):
    checkpoint = micro_run / "checkpoints" / "step-000002"
    assert is_run(str(micro_run)) and not is_run(str(tmp_path)) and not is_run("me/model")
    assert not is_run(str(checkpoint)) and means_a_run(str(checkpoint))
    assert run_of(str(micro_run)) == (micro_run, "")
    assert run_of(f"{checkpoint}/") == (micro_run, str(checkpoint))
    base = base_home(micro, micro_run.parent)
    assert not means_a_run(str(base)) and not means_a_run(str(base / "checkpoints/step-000040"))
    shutil.copytree(checkpoint, tmp_path / "checkpoints" / "step-000002")
    alone = tmp_path / "checkpoints" / "step-000002"
    assert not means_a_run(str(alone)) and run_of(str(alone)) == (alone, "")
    assert task_of_run(str(checkpoint)) == task_of_run(str(micro_run))


@pytest.mark.parametrize(
    ("given", "means"),
    [
        ("runs/mine", True),
        ("./mine", True),
        ("me/model", False),
        ("smollm2", False),
        ("https://api.host/v1", False),
    ],
)
def test_what_is_not_here_is_guessed_from_its_form(given, means):
    assert means_a_run(given) is means


def test_a_checkpoint_that_is_not_there_is_one_line(micro_run):
    with pytest.raises(RunError, match="has no checkpoint step-000009; its newest are .*step-000"):
        run_of(str(micro_run / "checkpoints" / "step-000009"))


@pytest.mark.parametrize(
    ("given", "model", "home"),
    [
        ("http://localhost:8000/v1", "me/m 1", "runs/eval-localhost-8000-v1-me-m-1"),
        ("me/model", "", "runs/eval-me-model"),
        ("runs/mine", "", "runs/mine"),
    ],
)
def test_where_evaluations_are_kept(given, model, home):
    assert str(home_of(given, model)) == home


def test_a_checkpoints_evaluations_are_the_runs(micro_run):
    assert home_of(str(micro_run / "checkpoints" / "step-000002")) == micro_run


def test_a_folder_of_checkpoints_is_none_of_them(micro_run):
    line = r"checkpoints holds \d checkpoints: name one, such as .*/step-000004\.$"
    with pytest.raises(RunError, match=line):
        run_of(str(micro_run / "checkpoints"))


def test_a_name_of_a_run_without_its_folder(run_copy, monkeypatch):
    monkeypatch.chdir(run_copy.parent.parent)
    assert run_meant("micro") == " A run of that name is here: write runs/micro."
    assert run_meant("runs/micro") == run_meant("mirco") == run_meant("me/model") == ""
