"""The stage of fine-tuning, on the micro run's base model."""

from dataclasses import replace
from pathlib import Path

import pytest

from r1gym.agents.sft import SFTConfig
from r1gym.core.errors import ConfigError, Interrupted, ProblemFileError
from r1gym.core.run import Run, read_metrics
from r1gym.evaluation.results import load_result
from r1gym.models.policy import new_tiny_policy
from r1gym.recipes.examples import ExampleRow, write_examples
from r1gym.recipes.sft import FineTuning
from r1gym.recipes.workplace import Workplace

ROWS = [ExampleRow(f"Compute {n}+2", f"<think></think><answer>{n + 2}</answer>") for n in range(9)]


@pytest.fixture
def base(micro_run):
    return str(next(micro_run.parent.glob("base-*/checkpoints/step-000040")))


@pytest.fixture
def examples(tmp_path):
    write_examples(tmp_path / "mine.jsonl", ROWS)
    return str(tmp_path / "mine.jsonl")


@pytest.fixture
def stage(micro):
    config = SFTConfig(steps=6, batch_size=4, warmup_steps=1, matrix_learning_rate=0.004)
    return FineTuning(config=config, tasks={"test": micro.tasks()["test"]})


@pytest.fixture
def tune(micro, base, examples, tmp_path):
    def run(stage, name="one", stop=False):
        with Workplace(micro, tmp_path / name) as at:
            stage.check_problems(at)
            at.move(Run(at.folder, {"a": 1}))
            at.stopper.requested = stop
            return at.folder, stage.run(at, {"base": base, "examples": examples})

    return run


def weights(folder):
    return (folder / "checkpoints" / "step-000006" / "model.safetensors").read_bytes()


def test_a_model_is_tuned_and_evaluated_before_and_after(stage, tune):
    folder, made = tune(stage)
    assert made == {
        "sft": str(folder / "checkpoints" / "step-000006"),
        "sft/test": str(folder / "evals" / "test-step-000006.json"),
    }
    assert stage.makes == {"sft": "model", "sft/test": "evaluation"}
    losses = [row["train/loss"] for row in read_metrics(folder)]
    assert len(losses) == 6 and losses[-1] < losses[0]
    assert load_result(folder, "test", 0) is not None
    assert "6 steps in batches of 4" in stage.describe()


def test_it_goes_on_where_it_was_stopped(stage, tune):
    whole, _ = tune(stage)
    with pytest.raises(Interrupted, match="Stopped at "):
        tune(stage, "stopped", stop=True)
    stopped, _ = tune(stage, "stopped")
    assert weights(stopped) == weights(whole)
    for name in ("test-step-000000.json", "test-step-000006.json"):
        assert (stopped / "evals" / name).read_text() == (whole / "evals" / name).read_text()


def test_passes_over_the_examples_set_the_steps(stage, tune):
    stage = replace(stage, epochs=2.5, tasks={})
    folder, made = tune(stage)
    assert made == {"sft": str(folder / "checkpoints" / "step-000006")}  # of 22.5 examples, by 4
    assert "2.5 passes over the examples in batches of 4" in stage.describe()
    assert [stage.config_for(count).steps for count in (1, 9, 100)] == [1, 6, 63]


def test_an_engine_with_weights_of_its_own_is_told_the_new_ones(stage, tune, monkeypatch):
    told = []
    monkeypatch.setattr(
        "r1gym.rollout.embedded.EmbeddedEngine.sync",
        lambda self, policy, version: told.append(version) or 0.0,
    )
    tune(stage)
    assert told == [6]


def test_examples_that_do_not_fit_are_found_before_anything_is_done(
    stage, tune, tmp_path, examples
):
    write_examples(tmp_path / "mine.jsonl", [*ROWS, ExampleRow("先7", "7")])
    with pytest.raises(ConfigError, match="'先7' holds '先', which the model's tokenizer"):
        tune(stage)
    (tmp_path / "mine.jsonl").write_text("{}\n")
    with pytest.raises(ProblemFileError, match="has 1 bad line: line 1"):
        tune(stage)
    assert not (tmp_path / "one" / "evals").exists()


def test_examples_longer_than_the_context(stage, examples):
    policy = new_tiny_policy(16, 1, 2, 32, context=40, seed=0)
    write_examples(Path(examples), [*ROWS, ExampleRow("1" * 40, "1")])
    with pytest.raises(
        ConfigError, match="1 of the 10 examples in .* context of 40 tokens.*with 44"
    ):
        stage.corpus(policy, examples)


def test_wrong_settings(stage, tune):
    with pytest.raises(ConfigError, match="template"):
        tune(replace(stage, template="nothing{}"), "two")
    with pytest.raises(ConfigError, match="epochs must be"):
        replace(stage, epochs=-1)
