import json
import shutil
from dataclasses import replace

import pytest

from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.sft import SFTConfig
from r1gym.core.errors import ConfigError
from r1gym.core.settings_file import read_settings
from r1gym.evaluation.runner import EvalConfig
from r1gym.models.lora import LoRASettings
from r1gym.recipes.config_files import find_config
from r1gym.recipes.examples import read_examples
from r1gym.recipes.recipe import run
from r1gym.recipes.sft_rl import SFTThenRL
from tests.runs import base_home

CONFIG = find_config("smollm2")
SFT = SFTConfig(steps=2, batch_size=8, matrix_learning_rate=0.0, learning_rate=1e-3, warmup_steps=0)
GRPO = GRPOConfig(steps=2, questions=2, group_size=4, max_tokens=24, learning_rate=1e-3)


@pytest.fixture
def small(micro, micro_run):
    model = sorted((base_home(micro, micro_run.parent) / "checkpoints").iterdir())[-1]
    return SFTThenRL(
        model=str(model), problems="arithmetic:1-2", examples=16, sft=SFT, learner=GRPO,
        eval=EvalConfig(4, 2), eval_every=0, template="short",
    )  # fmt: skip


def test_it_evaluates_as_it_comes_after_the_examples_and_at_the_end(small, tmp_path):
    folder = run(small, tmp_path)
    rows = read_examples(folder / "examples" / "examples.jsonl")
    assert len(rows) == 16 and len({row.question for row in rows}) == 16
    made = {path.name for path in (folder / "sft" / "evals").glob("*.json")}
    assert made == {"test-step-000000.json", "test-step-000002.json"}
    assert (folder / "evals" / "test-step-000002.json").exists()
    before, after = (
        json.loads((folder / path).read_text())["pass_at"]
        for path in ("sft/evals/test-step-000002.json", "evals/test-step-000000.json")
    )
    assert before == after  # the same weights, asked the same
    rows = [
        (folder / path).read_text()
        for path in ("sft/evals/test-step-000002.jsonl", "evals/test-step-000000.jsonl")
    ]
    assert rows[0] == rows[1]


def test_a_model_that_is_brought_instead_of_the_fine_tuning_is_evaluated(small, tmp_path):
    config = replace(small, given={"sft": small.model})
    folder = run(config, tmp_path)
    assert [one.name for one in config.stages()] == ["examples", "sft", "rl"]
    assert (folder / "evals" / "test-step-000000.json").exists() and not (folder / "sft").exists()


def test_the_test_questions_are_in_no_example(small, tmp_path):
    folder = run(small, tmp_path, until="examples")
    shown = {row.question for row in read_examples(folder / "examples" / "examples.jsonl")}
    test = small.tasks()["test"].make().unwrapped.task.problem_set
    assert not shown & {test[index].question for index in range(64)}


def test_examples_that_are_brought_are_learnt_from(small, tmp_path):
    mine = tmp_path / "mine.jsonl"
    mine.write_text(json.dumps({"question": "Compute 1+2", "completion": "3"}) + "\n")
    folder = run(replace(small, given={"examples": str(mine)}), tmp_path / "runs", until="sft")
    assert not (folder / "examples").exists()


def test_families_without_worked_solutions_are_refused(small, tmp_path):
    with pytest.raises(ConfigError, match="no worked solution of .*--given examples=FILE"):
        run(replace(small, problems="countdown:1"), tmp_path)
    assert not list(tmp_path.iterdir())


def test_it_needs_a_model_and_only_one(tmp_path):
    with pytest.raises(ConfigError, match="needs 'model': bring it with --given model=PLACE"):
        run(SFTThenRL(), tmp_path)
    with pytest.raises(ConfigError, match="two models"):
        SFTThenRL(model="a", given={"model": "b"}).brought()


def test_the_configuration_of_make_real_is_one():
    settings = read_settings(CONFIG)
    config = SFTThenRL.changed(settings, CONFIG)
    assert config.learner.steps > 1 and config.sft.matrix_learning_rate == 0


def test_a_model_with_a_tokenizer_of_its_own_goes_through_all_stages(small, tmp_path):
    shutil.copytree(small.model, tmp_path / "own")
    path = tmp_path / "own" / "config.json"
    config = json.loads(path.read_text())
    del config["r1gym_tokenizer"]
    path.write_text(json.dumps(config))
    folder = run(replace(small, model=str(tmp_path / "own")), tmp_path / "runs")
    assert (folder / "evals" / "test-step-000002.json").exists()


def test_adapters_are_trained_in_both_stages_and_whole_models_are_saved(small, tmp_path):
    from transformers import AutoModelForCausalLM

    pytest.importorskip("peft")
    plain = json.loads((run(small, tmp_path / "all") / "config.json").read_text())
    assert "lora" not in plain and "gradient_checkpointing" not in plain  # as in older runs
    chosen = replace(small, lora=LoRASettings(rank=2), gradient_checkpointing=True)
    folder = run(chosen, tmp_path / "lora")
    assert json.loads((folder / "config.json").read_text())["lora"]["rank"] == 2
    weights = []
    for stage in (folder / "sft", folder):
        checkpoint = sorted((stage / "checkpoints").iterdir())[-1]
        assert (checkpoint / "adapter" / "adapter_model.safetensors").exists()
        weights.append(AutoModelForCausalLM.from_pretrained(checkpoint).state_dict())
    start = AutoModelForCausalLM.from_pretrained(small.model).state_dict()
    for before, after in ((start, weights[0]), (weights[0], weights[1])):
        moved = {name for name in before if not before[name].equal(after[name])}
        assert moved and all("_proj" in name for name in moved)  # all linear layers but the head
    assert run(chosen, tmp_path / "lora") == folder  # nothing runs again
    run(replace(chosen, lora=LoRASettings(rank=4)), tmp_path / "lora")  # other stages: run anew
    adapter = sorted((folder / "checkpoints").iterdir())[-1] / "adapter" / "adapter_config.json"
    assert json.loads(adapter.read_text())["r"] == 4
