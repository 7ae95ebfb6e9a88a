import json
import os
import subprocess
import time
from dataclasses import replace

import pytest
import torch

from r1gym.core.errors import (
    ConfigError,
    ModelNotFoundError,
    ProblemFileError,
    RunError,
    RunExistsError,
    UnknownNameError,
)
from r1gym.core.run import read_metrics
from r1gym.evaluation.runner import EvalConfig
from r1gym.models.policy import load_policy, new_tiny_policy, save_policy
from r1gym.recipes.r1_zero import R1Zero
from r1gym.recipes.recipe import run
from tests.runs import base_home, load_config, make_task


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A folder with a tiny model, as somebody would bring it."""
    folder = tmp_path_factory.mktemp("model")
    save_policy(new_tiny_policy(16, 1, 2, 32, 256, seed=0), folder)
    return str(folder)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("problems") / "sums.jsonl"
    rows = [
        {"problem": f"Compute {a}+{b}", "answer": a + b, "level": 1}
        for a in range(8)
        for b in range(8)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def test_a_run_leaves_everything_behind(micro, micro_run):
    names = {str(path.relative_to(micro_run)) for path in micro_run.rglob("*") if path.is_file()}
    assert {
        "config.json",
        "metrics.jsonl",
        "samples.jsonl",
        "evals/test-step-000000.json",
        "evals/test-step-000000.jsonl",
        "evals/test-step-000004.json",
        "checkpoints/step-000004/model.safetensors",
        "checkpoints/step-000004/tokenizer.json",
        "checkpoints/step-000004/trainer.pt",
    } <= names
    assert not [name for name in names if ".draft" in name]
    assert load_config(micro_run) == micro
    assert load_policy(str(micro_run / "checkpoints" / "step-000004")).tokenizer.name == "tiny"


def test_metrics_bear_the_usual_names(micro_run):
    rows = read_metrics(micro_run)
    assert [row["step"] for row in rows] == [0, 1, 2, 3, 4]
    assert [row["step"] for row in rows if "eval/pass@1" in row] == [0, 2, 4]
    for row in rows[1:]:
        assert {
            "rollout/ep_rew_mean", "rollout/ep_len_mean", "rollout/accuracy", "rollout/format",
            "rollout/zero_variance_share", "train/loss", "train/kl", "train/entropy",
            "train/clip_fraction", "train/learning_rate", "time/fps", "time/total_timesteps",
        } <= row.keys()  # fmt: skip
    assert len(read_metrics(next(micro_run.parent.glob("base-*")))) == 40


def test_the_policy_is_trained(micro, micro_run):
    rows = read_metrics(micro_run)[1:]
    assert all(row["train/grad_norm"] > 0 for row in rows)
    assert any(0 < row["rollout/zero_variance_share"] < 1 for row in rows)


def test_samples_show_completions_of_every_step(micro_run):
    rows = [json.loads(line) for line in (micro_run / "samples.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows] == [step for step in (1, 2, 3, 4) for _ in range(4)]
    assert {"problem", "completion", "verdict", "reward", "reward/accuracy"} <= rows[0].keys()


def test_no_question_of_the_evaluations_was_trained_on(micro_run):
    def questions(path):
        return {json.loads(line)["problem"] for line in path.read_text().splitlines()}

    trained = questions(micro_run / "samples.jsonl")
    tested = questions(micro_run / "evals" / "test-step-000004.jsonl")
    assert tested == questions(micro_run / "evals" / "test-step-000000.jsonl")
    assert not trained & tested


def test_the_same_command_again_does_nothing_new(micro, run_copy):
    def stamps():
        files = [path for path in run_copy.parent.rglob("*") if path.is_file()]
        return {path: path.stat().st_mtime_ns for path in files if path.suffix != ".jsonl"}

    text, before = (run_copy / "metrics.jsonl").read_text(), stamps()
    started = time.monotonic()
    assert run(micro, run_copy.parent) == run_copy
    assert time.monotonic() - started < 3
    assert stamps() == before
    assert (run_copy / "metrics.jsonl").read_text() == text


def test_another_configuration_in_the_same_folder_is_refused(micro, run_copy):
    with pytest.raises(RunExistsError, match=r"\(grpo.learning_rate: 0.001 -> 0.5\)") as caught:
        run(replace(micro, learner=replace(micro.learner, learning_rate=0.5)), run_copy.parent)
    assert "Choose another --name, or delete the folder" in str(caught.value)
    assert load_config(run_copy) == micro


def test_a_run_that_never_began_may_be_changed(micro, tmp_path):
    with pytest.raises(ModelNotFoundError):
        run(replace(micro, model=str(tmp_path / "misspelt")), tmp_path)
    run(micro, tmp_path)
    assert load_config(tmp_path / "micro") == micro


def test_runs_share_a_base_model_of_the_same_configuration(micro, run_copy):
    other = replace(micro, name="other", learner=replace(micro.learner, steps=1))
    run(other, run_copy.parent)
    assert base_home(other, run_copy.parent) == base_home(micro, run_copy.parent)
    assert len(list(run_copy.parent.glob("base-*"))) == 1
    first = (run_copy / "evals" / "test-step-000000.json").read_text()
    assert (run_copy.parent / "other" / "evals" / "test-step-000000.json").read_text() == first


def test_a_model_of_ones_own_trains_on_a_problem_file(micro, model, file, tmp_path):
    config = replace(micro, name="own", model=model, problems=file, rewards={"accuracy": 1.0})
    folder = run(config, tmp_path)
    assert [row["step"] for row in read_metrics(folder)] == [0, 1, 2, 3, 4]
    assert not list(tmp_path.glob("base-*"))
    rows = [json.loads(line) for line in (folder / "samples.jsonl").read_text().splitlines()]
    held_out = make_task(config, "test").problem_set
    held_out = {held_out[i].question for i in range(len(held_out))}
    assert held_out and not held_out & {row["problem"] for row in rows}
    assert {row["reward"] for row in rows} <= {0.0, 1.0}


def test_evaluations_on_a_file_use_all_of_it(micro, model, file, tmp_path):
    config = replace(micro, name="own", eval_problems=file, eval=EvalConfig(100, 1))
    folder = run(config, tmp_path)
    lines = (folder / "evals" / "test-step-000004.jsonl").read_text().splitlines()
    assert len(lines) == 64 and all("Compute" in json.loads(line)["problem"] for line in lines)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"env": "r1/Maths-v0"}, ConfigError, "Did you mean: `Math`"),
        ({"env": "CartPole-v1"}, ConfigError, "'CartPole-v1' is not a token environment"),
        ({"rewards": {"acuracy": 1.0}}, UnknownNameError, "Did you mean 'accuracy'"),
        ({"problems": "arithmetics:1"}, UnknownNameError, "Did you mean 'arithmetic'"),
        ({"problems": "arithmetic:9"}, ConfigError, "from 1 to 6, not 9"),
        ({"problems": "missing.jsonl"}, ProblemFileError, "missing.jsonl cannot be read: No such"),
        ({"eval_problems": "missing.jsonl"}, ProblemFileError, "missing.jsonl cannot be read"),
        ({"template": "R1"}, UnknownNameError, "There is no template 'R1'"),
        ({"device": "gpu"}, ConfigError, "The device 'gpu' cannot be used"),
    ],
)
def test_a_wrong_setting_is_one_line_before_any_work(changes, error, message, micro, tmp_path):
    with pytest.raises(error, match=message) as caught:
        run(replace(micro, **changes), tmp_path)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "name must be the name of a folder in runs/, not ''"),
        ({"name": "../up"}, "not '../up'"),
        ({"threads": 0}, "threads must be at least 1, not 0"),
        ({"save_every": 0}, "save_every must be at least 1, not 0"),
        ({"eval_every": -1}, "eval_every must be at least 0, not -1"),
        ({"seed": -1}, "seed must be at least 0, not -1"),
    ],
)
def test_impossible_values_are_refused(changes, message):
    with pytest.raises(ConfigError, match=message):
        R1Zero(**changes)


def test_the_tiny_model_needs_procedural_problems(micro, file, tmp_path):
    with pytest.raises(ConfigError, match="--model FOLDER or --model HUB_ID"):
        run(replace(micro, problems=file), tmp_path)


def test_a_missing_model_is_one_line_and_quick(micro, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    started = time.monotonic()
    with pytest.raises(ModelNotFoundError, match="'nobody/nothing' cannot be loaded") as caught:
        run(replace(micro, model="nobody/nothing"), tmp_path)
    assert time.monotonic() - started < 15
    assert "\n" not in str(caught.value) and "check the name and the network" in str(caught.value)


def test_weights_that_are_no_numbers_are_one_line(micro, run_copy):
    checkpoint = next(base_home(micro, run_copy.parent).glob("checkpoints/*"))
    broken = run_copy.parent / "broken"
    policy = load_policy(str(checkpoint))
    with torch.no_grad():
        policy.model.get_input_embeddings().weight.fill_(float("nan"))
    save_policy(policy, broken)
    with pytest.raises(ConfigError, match="are no numbers") as caught:
        run(replace(micro, name="nan", model=str(broken)), run_copy.parent)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk takes root")
@pytest.mark.parametrize("size", range(4, 460, 50))
def test_a_full_disk_is_one_line_at_any_moment(size, micro, tmp_path):
    from r1gym.report.page import write_report

    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(tmp_path)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("no permission to mount a small disk")
    try:
        with pytest.raises(RunError, match="^The disk is full: .* Free some space") as caught:
            write_report(run(micro, tmp_path))
        assert "\n" not in str(caught.value)
        assert not [path for path in tmp_path.rglob(".*.draft") if path.is_dir()]
    finally:
        subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


class TestTwoFiles:
    @staticmethod
    def write(path, first, count):
        rows = [{"problem": f"Compute {n}+1", "answer": n + 1} for n in range(first, first + count)]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        return str(path)

    def test_one_is_trained_on_whole_and_the_other_is_evaluated(self, micro, tmp_path):
        train = self.write(tmp_path / "train.jsonl", 0, 20)
        test = self.write(tmp_path / "test.jsonl", 50, 5)
        config = replace(micro, problems=train, eval_problems=test)
        sizes = {s: len(make_task(config, s).problem_set) for s in ("train", "test")}
        assert sizes == {"train": 20, "test": 5}

    def test_questions_in_both_are_refused(self, micro, model, tmp_path):
        train = self.write(tmp_path / "train.jsonl", 0, 20)
        test = self.write(tmp_path / "test.jsonl", 18, 5)
        with pytest.raises(ConfigError, match="2 questions of .* stand in .* as well"):
            run(replace(micro, model=model, problems=train, eval_problems=test), tmp_path)


def test_training_draws_other_problems_with_another_seed_and_tests_on_the_same(micro):
    def first(seed, split):
        task = make_task(replace(micro, seed=seed), split)
        return [task.problem_set[i].question for i in range(20)]

    assert first(1, "train") != first(2, "train")
    assert first(1, "test") == first(2, "test")
