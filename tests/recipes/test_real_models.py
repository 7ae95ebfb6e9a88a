"""Models as people bring them: what is trained in which template, and what is refused at once."""

import json
import shutil

import pytest
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

from r1gym.agents.grpo.config import GRPOConfig
from r1gym.core.errors import ConfigError, ModelNotFoundError, RunExistsError
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.evaluation.preflight import Status
from r1gym.evaluation.runner import EvalConfig
from r1gym.inspection.doctor import diagnose
from r1gym.inspection.rescore import rescore
from r1gym.models.policy import load_policy
from r1gym.recipes.r1_zero import R1Zero
from r1gym.recipes.recipe import run
from r1gym.recipes.run_view import load_run
from tests.envs.test_chat import PLAIN, save


@pytest.fixture
def chat_model(tmp_path):
    """A folder as one downloads it: a small Llama of bytes with a chat template."""
    return make_model(tmp_path / "model", PLAIN)


def make_model(folder, template, kind="llama", context=512):
    folder.mkdir()
    load_tokenizer.cache_clear()
    tokenizer, _ = save(folder, template)
    tokens = {"vocab_size": tokenizer.vocab_size, "eos_token_id": tokenizer.eos_id}
    if kind == "llama":
        config = LlamaConfig(
            hidden_size=16, intermediate_size=24, num_hidden_layers=1, num_attention_heads=2,
            max_position_embeddings=context, **tokens,
        )  # fmt: skip
        LlamaForCausalLM(config).save_pretrained(folder)
    else:
        config = GPT2Config(
            n_embd=16, n_layer=1, n_head=2, n_positions=context, bos_token_id=1, **tokens
        )
        GPT2LMHeadModel(config).save_pretrained(folder)
    return str(folder)


def zero(model, **changes):
    settings = {
        "name": "real", "model": model, "problems": "arithmetic:1", "rewards": {"accuracy": 1.0},
        "learner": GRPOConfig(steps=1, questions=2, group_size=2, max_tokens=40),
        "eval": EvalConfig(questions=2, samples=1), "quick_eval": EvalConfig(questions=2),
        "eval_every": 0,
    }  # fmt: skip
    return R1Zero(**(settings | changes))


def test_a_run_in_the_models_chat_template_keeps_it_by_name(chat_model, tmp_path):
    folder = run(zero(chat_model), tmp_path / "runs")
    tasks = json.loads((folder / "tasks.json").read_text())
    assert {task["template"] for task in tasks.values()} == {"chat"}
    assert load_run(folder).tasks["train"].template == "chat"
    [checkpoint] = (folder / "checkpoints").iterdir()
    again = load_policy(str(checkpoint))
    assert again.tokenizer.chat.source == PLAIN
    assert "| trained from | model |" in (checkpoint / "README.md").read_text()
    assert all(file.verdicts_changed == 0 for file in rescore(folder))
    run(zero(chat_model), tmp_path / "runs")  # goes on, with nothing left to do
    shutil.rmtree(chat_model)  # the checkpoint has a copy of the template
    load_tokenizer.cache_clear()
    assert all(file.verdicts_changed == 0 for file in rescore(folder))


def test_a_run_from_before_chat_templates_does_not_change_its_own(chat_model, tmp_path):
    folder = run(zero(chat_model, template="r1"), tmp_path / "runs")
    for name in ("tasks.json", "config.json"):  # as they were written then
        path = folder / name
        path.write_text(path.read_text().replace('"template": "r1"', '"template": ""'))
    tasks = json.loads((folder / "tasks.json").read_text())
    for task in tasks.values():
        del task["template"]
    (folder / "tasks.json").write_text(json.dumps(tasks))
    assert load_run(folder).tasks["test"].template == "r1"
    longer = GRPOConfig(steps=2, questions=2, group_size=2, max_tokens=40)
    with pytest.raises(RunExistsError, match="template r1, which was the default") as caught:
        run(zero(chat_model, learner=longer), tmp_path / "runs")
    assert "\n" not in str(caught.value)


def found(recipe, tmp_path):
    return {check.name: check for check in diagnose(recipe, tmp_path / "runs")}


def test_the_doctor_says_which_template_it_is(chat_model, tmp_path):
    check = found(zero(chat_model), tmp_path)["template"]
    assert (check.status, check.detail.partition(";")[0]) == (
        Status.OK, "chat, the tokenizer's own",
    )  # fmt: skip
    paid = {"accuracy": 1.0, "format": 0.1}
    check = found(zero(chat_model, rewards=paid), tmp_path)["template"]
    assert check.status is Status.WARNING and "never asks for the tags" in check.detail
    told = "chat:Think in <think></think>, answer in <answer></answer>."
    check = found(zero(chat_model, rewards=paid, template=told), tmp_path)["template"]
    assert check.status is Status.OK


@pytest.mark.parametrize("kind", ["llama", "gpt2"])
def test_a_context_that_is_too_short_stops_it_before_anything_runs(kind, tmp_path):
    model = make_model(tmp_path / "short", PLAIN, kind, context=64)
    with pytest.raises(ConfigError, match="the model's context is 64") as caught:
        run(zero(model), tmp_path / "runs")
    assert "\n" not in str(caught.value)
    assert not list((tmp_path / "runs").rglob("metrics.jsonl"))
    assert found(zero(model), tmp_path)["model"].status is Status.FAIL


def test_a_base_model_has_no_chat_template(tmp_path):
    model = make_model(tmp_path / "base", None)
    with pytest.raises(ConfigError, match=r"no chat template.*--template r1"):
        run(zero(model, template="chat"), tmp_path / "runs")
    assert found(zero(model), tmp_path)["template"].detail.startswith("r1, the tokenizer's own")


def test_a_device_and_a_tokenizer_that_are_not_there(chat_model, tmp_path):
    with pytest.raises(ConfigError, match="this torch finds no cuda device"):
        run(zero(chat_model, device="cuda"), tmp_path / "runs")
    for file in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / "model" / file).unlink()
    load_tokenizer.cache_clear()
    with pytest.raises(ModelNotFoundError, match=r"holds no tokenizer_config\.json"):
        run(zero(chat_model), tmp_path / "runs")
