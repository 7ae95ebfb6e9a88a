import json
import shutil
from dataclasses import replace

import pytest

from r1gym.core.errors import ConfigError, RunError, UnknownNameError
from r1gym.evaluation.results import load_results
from r1gym.evaluation.runner import EvalConfig
from r1gym.inspection.evaluate import evaluate_run, open_run
from r1gym.recipes.recipe import run

OPTIONS = EvalConfig(questions=4, samples=2)


def test_the_runs_own_evaluation_is_not_made_again(micro, run_copy):
    before = {path: path.read_bytes() for path in (run_copy / "evals").iterdir()}
    summary = evaluate_run(run_copy, "test", micro.eval)
    path = run_copy / "evals" / "test-step-000004.json"
    assert summary == json.loads(path.read_text()) | {"file": str(path)}
    assert {path: path.read_bytes() for path in (run_copy / "evals").iterdir()} == before


def test_an_evaluation_of_another_kind_stands_beside_it(micro, run_copy):
    own = (run_copy / "evals" / "test-step-000004.json").read_text()
    summary = evaluate_run(run_copy, "test", OPTIONS)
    assert (summary["step"], summary["samples"], set(summary["pass_at"])) == (4, 2, {"1", "2"})
    assert (run_copy / "evals" / "test-step-000004.json").read_text() == own
    assert summary["changed"] == {"questions": 4, "samples": 2}
    [beside] = set((run_copy / "evals").glob("test-step-000004-*.jsonl"))
    assert len(beside.read_text().splitlines()) == 8
    assert evaluate_run(run_copy, "test", OPTIONS) == summary


def test_other_splits(run_copy):
    assert evaluate_run(run_copy, "train", OPTIONS)["split"] == "train"
    with pytest.raises(UnknownNameError, match="no split 'tset'. Did you mean 'test'"):
        evaluate_run(run_copy, "tset", OPTIONS)


def test_the_base_model_can_be_loaded_too(micro, run_copy):
    with open_run(run_copy) as trained, open_run(run_copy, base=True) as base:
        assert (trained.view.config, trained.step, base.step) == (micro, 4, 0)
    one, other = (o.policy.model.get_input_embeddings().weight for o in (trained, base))
    assert not one.equal(other)


def test_a_folder_without_a_run_or_a_checkpoint(micro, run_copy, tmp_path):
    with pytest.raises(RunError, match="holds no run: there is no config.json"), open_run(tmp_path):
        pass
    (run_copy / "checkpoints").rename(tmp_path / "elsewhere")
    with pytest.raises(RunError, match="has no checkpoint yet; train it first"), open_run(run_copy):
        pass
    with (
        pytest.raises(ConfigError, match="holds no run of `r1gym train`"),
        open_run(next(run_copy.parent.glob("base-*"))),
    ):
        pass


def test_a_run_of_another_version(run_copy):
    plain = json.loads((run_copy / "config.json").read_text())
    (run_copy / "config.json").write_text(json.dumps(plain | {"colour": "red"}))
    with (
        pytest.raises(RunError, match="made by another version of r1gym") as caught,
        open_run(run_copy),
    ):
        pass
    assert "\n" not in str(caught.value)


def test_going_on_after_an_evaluation_in_the_middle(micro, run_copy):
    """`r1gym eval` on a stopped run must not become one of the run's own evaluations."""
    stopped = replace(micro, name="stopped", learner=replace(micro.learner, steps=2))
    folder = run(stopped, run_copy.parent)
    evaluate_run(folder, "test", OPTIONS)
    assert [summary["step"] for summary in load_results(folder, "test")] == [0, 2]


def test_a_base_that_stayed_behind_is_named(run_copy, tmp_path):
    alone = tmp_path / "elsewhere" / "micro"
    shutil.copytree(run_copy, alone)
    line = "was trained from .*, which is not there: bring the folder base-.* from beside"
    with pytest.raises(RunError, match=line), open_run(alone, base=True):
        pass
    with open_run(alone) as run:
        assert run.step == 4
