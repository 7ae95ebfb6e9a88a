"""A run that is killed, at any moment, goes on and ends to the bit as one that never was."""

import json
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from r1gym.core.errors import RunExistsError
from r1gym.core.run import read_metrics
from r1gym.inspection.evaluate import open_run
from r1gym.recipes.recipe import run
from r1gym.recipes.run_view import load_run
from tests.runs import base_home, load_config

# With the micro configuration: 40 steps of pretraining; an evaluation before and after 4 steps of
# GRPO; a look at the validation split, and a checkpoint, after every second step.
MOMENTS = {
    "in pretraining": ("r1gym.core.run:Run.log", 7),
    "in the base model's checkpoint": ("r1gym.models.checkpoint:save_policy", 1),
    "in the evaluation before": ("r1gym.evaluation.runner:summarise", 1),
    "between the two files of an evaluation": ("r1gym.evaluation.results:write_text", 1),
    "in step 1 of GRPO": ("r1gym.agents.grpo.trainer:GRPO.collect", 1),
    "after a step was logged and before it was saved": ("r1gym.core.run:Run.log", 45),
    "in GRPO's second checkpoint": ("r1gym.models.checkpoint:save_policy", 3),
    "in the evaluation after": ("r1gym.evaluation.runner:summarise", 5),
}


def contents(folder):
    """Returns what a run came to: weights, metrics without times, samples, evaluations."""
    weights = load_file(sorted((folder / "checkpoints").iterdir())[-1] / "model.safetensors")
    metrics = [
        {name: value for name, value in row.items() if not name.startswith("time/")}
        for row in read_metrics(folder)
    ]
    files = {
        str(path.relative_to(folder)): path.read_text()
        for path in [*folder.glob("*.jsonl"), *folder.glob("evals/*")]
        if path.name != "metrics.jsonl"
    }
    return weights, metrics, files


def assert_same_run(one, other):
    (weights, *rest), (other_weights, *other_rest) = contents(one), contents(other)
    assert weights.keys() == other_weights.keys()
    for name, tensor in weights.items():
        assert torch.equal(tensor, other_weights[name]), name
    assert rest == other_rest
    drafts = [path for path in one.rglob(".*") if path.name.endswith(".draft")]
    assert not [path for path in drafts if not path.is_dir()], drafts


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_killed_and_run_again(moment, strike, micro, micro_arguments, micro_run, tmp_path):
    code, output = strike(tmp_path, micro_arguments, moment, signal.SIGKILL)
    assert code == -signal.SIGKILL, output
    runs = tmp_path / "runs"
    folder = run(micro, runs)
    assert_same_run(folder, micro_run)
    base, whole = base_home(micro, runs), base_home(micro, micro_run.parent)
    assert contents(base)[1] == contents(whole)[1]


@pytest.mark.parametrize(
    ("moment", "where", "saved"),
    [
        (("r1gym.core.run:Run.log", 44), "step 3 of 4", "micro/checkpoints/step-000003"),
        (
            ("r1gym.core.run:Run.log", 7),
            "pretraining step 7 of 40",
            "base-*/checkpoints/step-000007",
        ),
        (("r1gym.evaluation.runner:summarise", 3), "step 2 of 4", "micro/checkpoints/step-000002"),
    ],
    ids=["GRPO step 3", "pretraining", "a look at the validation split"],
)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_control_c_finishes_the_step_saves_and_says_how_to_go_on(
    moment, where, saved, number, strike, micro, micro_arguments, micro_run, tmp_path
):
    code, output = strike(tmp_path, micro_arguments, moment, number)
    assert code == 130
    assert "Stopping after this step. Press Ctrl-C again to stop at once." in output
    last = output.splitlines()[-1]
    assert last == f"Stopped at {where}; saved. Run the same command to go on."
    assert list((tmp_path / "runs").glob(saved))
    assert_same_run(run(micro, tmp_path / "runs"), micro_run)


def test_a_run_that_is_given_more_steps_is_one_that_had_them(micro, micro_run, tmp_path):
    shutil.copytree(base_home(micro, micro_run.parent), base_home(micro, tmp_path))
    for steps in (1, 3):
        run(replace(micro, learner=replace(micro.learner, steps=steps)), tmp_path)
    folder = run(micro, tmp_path)
    for extra in folder.glob("evals/test-step-00000[13].*"):  # the ends that it had before
        extra.unlink()
    assert load_config(folder) == micro
    assert_same_run(folder, micro_run)


def test_what_changes_nothing_that_was_done_may_change(micro, micro_run, run_copy):
    other = replace(
        micro, save_every=3, eval_every=3, threads=2, show_every=1, track=("tensorboard",)
    )
    other = replace(other, learner=replace(micro.learner, steps=5))
    folder = run(other, run_copy.parent)
    assert [row["step"] for row in read_metrics(folder)] == [0, 1, 2, 3, 4, 5]
    assert load_config(folder) == other and list((folder / "tensorboard").iterdir())
    for refused in ({"seed": 5}, {"quick_eval": replace(micro.quick_eval, samples=3)}):
        with pytest.raises(RunExistsError, match=next(iter(refused))):
            run(replace(other, **refused), run_copy.parent)
    assert load_config(folder) == other


def test_fewer_steps_than_were_done_are_refused(micro, run_copy):
    with pytest.raises(RunExistsError, match="done 4 steps already and is to end at grpo.steps 3"):
        run(replace(micro, learner=replace(micro.learner, steps=3)), run_copy.parent)
    assert load_config(run_copy) == micro


def test_on_another_device_a_run_keeps_its_base_model(micro, run_copy, monkeypatch):
    """A device by another name: what it changes is where the base model would be looked for."""
    home = base_home(micro, run_copy.parent)
    moved = replace(micro, device="cpu:0", learner=replace(micro.learner, steps=5))
    assert base_home(moved, run_copy.parent) != home
    run(moved, run_copy.parent)
    assert Path(load_run(run_copy).start()).resolve().parents[1] == home.resolve()
    assert [path.name for path in run_copy.parent.glob("base-*")] == [home.name]
    with open_run(run_copy, base=True) as opened:
        assert opened.step == 0


def test_a_line_that_was_cut_short_is_dropped(micro, micro_run, run_copy):
    for path in (run_copy / "checkpoints").glob("step-000004"):
        path.rename(run_copy / "gone")
    (run_copy / "evals" / "test-step-000004.json").unlink()
    for name in ("metrics.jsonl", "samples.jsonl"):
        with (run_copy / name).open("a") as file:
            file.write(json.dumps({"step": 9})[:-3])
    assert_same_run(run(micro, run_copy.parent), micro_run)
