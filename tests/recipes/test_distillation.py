"""The recipe of distillation, with a teacher and a student that take a second each."""

import dataclasses
import json
import shutil
from dataclasses import replace

import pytest

from r1gym.agents.distill import DistillConfig, OnPolicyDistillation
from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.sft import SFTConfig
from r1gym.core.errors import ConfigError, ModelNotFoundError
from r1gym.core.run import read_metrics
from r1gym.evaluation.runner import EvalConfig
from r1gym.models.policy import load_policy, new_tiny_policy, save_policy
from r1gym.recipes.distillation import Distillation, small_base
from r1gym.recipes.examples import read_examples
from r1gym.recipes.recipe import run
from r1gym.recipes.rejection_sampling import SamplingConfig
from r1gym.recipes.task_choice import TINY_PROBLEMS

# What is for reinforcement learning alone, as it is where nobody gives it.
NO_LOOKS = {name: getattr(Distillation(), name) for name in ("eval_every", "quick_eval")}


@pytest.fixture(scope="module")
def small(micro):
    """The configuration of a run of which every stage takes a second at most."""
    base = replace(micro.base, hidden_size=16, layers=1, heads=2, feed_forward=32, seed=1)
    return Distillation(
        name="small",
        method="both",
        problems=micro.problems,
        save_every=2,
        eval_every=2,
        eval=EvalConfig(questions=4, samples=2),
        quick_eval=EvalConfig(questions=2, samples=2),
        sampling=SamplingConfig(prompts=192, samples=4, keep=2, chunk=64),
        filters=(),  # so early the teacher's tags are seldom in order
        sft=SFTConfig(steps=8, batch_size=8, warmup_steps=2),
        learner=DistillConfig(steps=4, questions=8, max_tokens=24, learning_rate=1e-3),
        base=base,
        teacher_base=micro.base,
        teacher_learner=micro.learner,
    )


@pytest.fixture(scope="module")
def whole(small, tmp_path_factory):
    """The folder of a finished run; tests must not write to it."""
    return run(small, tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def teacher(whole):
    """The teacher of that run, as somebody would bring it."""
    return json.loads((whole / "artifacts.json").read_text())["teacher"]["made"]["teacher"]


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """The folder of a teacher with other tokens."""
    folder = tmp_path_factory.mktemp("foreign")
    save_policy(new_tiny_policy(16, 1, 2, 24, 256, 3, "bilingual"), folder)
    return str(folder)


def made(folder):
    """Returns what the stages of a run have made, by the stages' names."""
    ledger = json.loads((folder / "artifacts.json").read_text())
    return {stage: entry["made"] for stage, entry in ledger.items()}


def weights(folder):
    return load_policy(str(max((folder / "checkpoints").iterdir()))).model.state_dict()


def test_all_stages_from_nothing(small, whole):
    assert list(made(whole)) == ["teacher_base", "teacher", "student", "samples", "sft", "distill"]
    examples = read_examples(whole / made(whole)["samples"]["examples"])
    assert examples and all(row.source == "samples" for row in examples)
    student = load_policy(str(whole / made(whole)["distill"]["policy"]))
    assert student.model.config.hidden_size == 16
    teacher = load_policy(str(whole / made(whole)["teacher"]["teacher"]))
    assert teacher.model.config.hidden_size == 32
    losses = [row["train/loss"] for row in read_metrics(whole) if "train/loss" in row]
    assert len(losses) == 4
    assert {path.name for path in (whole / "evals").glob("*.json")} == {
        "test-step-000000.json", "test-step-000004.json",
    }  # fmt: skip


def test_run_again_it_has_nothing_left_to_do(small, whole):
    before = {path: path.stat().st_mtime_ns for path in whole.rglob("*.json*")}
    assert run(small, whole.parent) == whole
    after = {path: path.stat().st_mtime_ns for path in whole.rglob("*.json*")}
    assert {p for p in before if after[p] != before[p]} <= {whole / "metrics.jsonl"}


def test_a_stopped_run_ends_to_the_bit_as_one_in_one_go(small, whole, tmp_path, monkeypatch):
    shutil.copytree(whole.parent, tmp_path / "runs")
    folder = tmp_path / "runs" / whole.name
    ledger = json.loads((folder / "artifacts.json").read_text())
    del ledger["distill"]
    (folder / "artifacts.json").write_text(json.dumps(ledger))
    for name in ("checkpoints", "evals"):
        shutil.rmtree(folder / name)
    update = OnPolicyDistillation.update

    def die_in_step_3(trainer, rollout, experience):
        if trainer.step == 2:
            raise KeyboardInterrupt
        return update(trainer, rollout, experience)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(OnPolicyDistillation, "update", die_in_step_3)
        run(small, tmp_path / "runs")
    assert [path.name for path in (folder / "checkpoints").iterdir()] == ["step-000002"]
    run(small, tmp_path / "runs")
    ours, theirs = weights(folder), weights(whole)
    assert all((ours[name] == tensor).all() for name, tensor in theirs.items())
    for name in ("samples.jsonl", "evals/test-step-000004.jsonl"):
        assert (folder / name).read_text() == (whole / name).read_text()


@pytest.mark.parametrize(
    ("changes", "stages"),
    [
        ({"method": "off_policy"}, ["samples", "sft"]),
        ({"method": "on_policy"}, ["distill"]),
        ({"method": "on_policy", "learner": GRPOConfig()}, ["rl"]),
        ({"method": "both", "learner": GRPOConfig()}, ["samples", "sft", "rl"]),
    ],
)
def test_a_method_takes_only_the_stages_and_models_that_it_needs(small, changes, stages):
    found = [stage.name for stage in replace(small, **changes).stages()]
    made_here = ["student"] if stages == ["rl"] else ["teacher_base", "teacher", "student"]
    assert found == made_here + stages
    brought = replace(small, **changes, teacher="x", student="y", problems="arithmetic:1")
    assert [stage.name for stage in brought.stages()] == stages


def test_models_and_examples_of_ones_own(small, whole, teacher, tmp_path):
    """As with two folders of a user's: nothing is pretrained, and nothing sampled."""
    save_policy(new_tiny_policy(16, 1, 2, 24, 256, seed=3), tmp_path / "mine")
    (tmp_path / "my.jsonl").write_text(
        json.dumps({"prompt": "Compute 1+1", "completion": "<think></think><answer>2</answer>"})
    )
    config = replace(
        small,
        teacher=str(whole / teacher),
        student=str(tmp_path / "mine"),
        given={"examples": str(tmp_path / "my.jsonl")},
    )
    folder = run(config, tmp_path / "runs")
    assert list(made(folder)) == ["sft", "distill"]
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["small"]


def test_examples_alone_need_no_teacher(small, tmp_path):
    save_policy(new_tiny_policy(16, 1, 2, 24, 256, seed=3), tmp_path / "mine")
    (tmp_path / "my.jsonl").write_text('{"question": "Compute 1+1", "completion": "2"}')
    config = replace(
        small, method="off_policy", student=str(tmp_path / "mine"),
        given={"examples": str(tmp_path / "my.jsonl")}, **NO_LOOKS,
    )  # fmt: skip
    assert list(made(run(config, tmp_path / "runs"))) == ["sft"]


def test_both_models_are_asked_the_same_questions(small):
    """Of the environment only those that a model made here knows; all of them if none is."""
    bare = replace(small, problems="")
    for brought in ({}, {"teacher": "x"}, {"student": "y"}):
        config = replace(bare, given=brought)
        sampling = next(stage for stage in config.stages() if stage.name == "samples")
        assert sampling.task.problems == config.tasks()["train"].problems == TINY_PROBLEMS
    own = replace(bare, given={"teacher": "x", "student": "y"})
    alone = replace(bare, method="on_policy", learner=GRPOConfig(), student="y")
    assert own.tasks()["train"].problems is alone.tasks()["train"].problems is None


def test_two_teachers_are_refused(small):
    with pytest.raises(ConfigError, match="--teacher and --given teacher=... are two models"):
        replace(small, teacher="x", given={"teacher": "y"}).brought()
    learner = dataclasses.replace(small.learner, teacher="z")
    with pytest.raises(ConfigError, match=r"leave out --distill\.teacher"):
        replace(small, learner=learner).stages()


@pytest.mark.parametrize("method", ["off_policy", "on_policy", "both"])
def test_a_teacher_that_is_not_there_is_found_before_anything_runs(small, tmp_path, method):
    config = replace(small, method=method, teacher=str(tmp_path / "nobody"))
    config = replace(config, **NO_LOOKS) if method == "off_policy" else config
    with pytest.raises(ModelNotFoundError, match="nobody") as caught:
        run(config, tmp_path / "runs")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "runs").exists()


def test_a_teacher_of_other_tokens_may_write_examples_and_not_score(small, tmp_path, foreign):
    config = replace(small, method="on_policy", teacher=foreign)
    with pytest.raises(ConfigError, match="tokenizer 'tiny' and the teacher's.*differ"):
        run(config, tmp_path / "runs")
    assert not (tmp_path / "runs").exists()
    replace(small, method="off_policy", teacher=foreign).stages()


def test_small_students_differ_from_the_base_in_size_alone():
    assert small_base(64, 3) == type(small_base())()
    assert (small_base().hidden_size, small_base().layers) == (32, 2)
    assert small_base(16).heads == 2


def test_the_command_line_has_it(command):
    code, output, _ = command("train", "--recipe", "distillation", "--help")
    assert code == 0
    for option in ("--teacher", "--student", "--method", "--distill.loss", "--sampling.prompts"):
        assert option in output
