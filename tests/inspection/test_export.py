"""A run's model in a folder of its own: what is in it, and what goes wrong in one line."""

import json

import huggingface_hub
import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from r1gym.core.errors import ConfigError, RunError
from r1gym.evaluation.runner import EvalConfig
from r1gym.inspection.export import export, say_how_to_sample
from r1gym.recipes.run_view import load_run


def test_it_is_the_newest_model_without_what_training_needs(micro_run, tmp_path, command):
    folder = tmp_path / "models" / "mine"
    code, output, errors = command("export", micro_run, folder)
    assert (code, errors) == (0, "") and str(folder) in output
    checkpoint = load_run(micro_run).model()[0]
    assert load_file(folder / "model.safetensors").keys() == (
        load_file(f"{checkpoint}/model.safetensors").keys()
    )
    theirs = AutoModelForCausalLM.from_pretrained(folder)
    ours = AutoModelForCausalLM.from_pretrained(checkpoint)
    ids = torch.tensor([AutoTokenizer.from_pretrained(folder)("Compute 1+1")["input_ids"]])
    assert torch.equal(theirs(ids).logits, ours(ids).logits)
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "README.md", "config.json", "generation_config.json", "model.safetensors",
        "tokenizer.json", "tokenizer_config.json",
    }  # fmt: skip
    how = theirs.generation_config
    assert (how.do_sample, how.temperature, how.top_p) == (True, 0.6, 0.95)  # as it was evaluated
    card = (folder / "README.md").read_text()
    assert "## Evaluations" in card and "| the run's own | test | 4 | 8 | 4 |" in card


def test_a_way_to_sample_that_the_base_came_with_stays(tmp_path):
    path = tmp_path / "generation_config.json"
    for mine in ({"do_sample": False}, {"temperature": 0.7}, {"top_p": 0.8, "top_k": 20}):
        path.write_text(json.dumps(mine))
        say_how_to_sample(path, EvalConfig())
        assert json.loads(path.read_text()) == mine
    path.write_text('{"eos_token_id": 2}')
    say_how_to_sample(path, EvalConfig(samples=1, temperature=0.0))
    assert json.loads(path.read_text()) == {"eos_token_id": 2}


def test_in_another_type(micro_run, tmp_path):
    export(micro_run, tmp_path / "half", "bfloat16")
    kept = load_file(tmp_path / "half" / "model.safetensors")
    assert {weight.dtype for weight in kept.values()} == {torch.bfloat16}
    with pytest.raises(ConfigError, match="dtype"):
        export(micro_run, tmp_path / "other", "float8")


def test_what_is_there_is_not_written_over(micro_run, tmp_path):
    (tmp_path / "file").write_text("mine")
    for taken in (tmp_path, tmp_path / "file"):
        with pytest.raises(ConfigError, match="something in .* already"):
            export(micro_run, taken)
    with pytest.raises(RunError, match="holds no run"):
        export(tmp_path, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_it_is_uploaded_when_asked_to(micro_run, tmp_path, monkeypatch):
    done = []

    class Hub:
        def create_repo(self, name, **options):
            done.append((name, options))
            return f"https://hub/{name}"

        def upload_folder(self, repo_id, folder_path):
            done.append((repo_id, sorted(p.name for p in folder_path.iterdir())[0]))

    monkeypatch.setattr(huggingface_hub, "HfApi", Hub)
    assert export(micro_run, tmp_path / "a", "", "me/mine").address == "https://hub/me/mine"
    assert done == [("me/mine", {"exist_ok": True, "private": True}), ("me/mine", "README.md")]
    monkeypatch.setattr(Hub, "create_repo", lambda *_, **__: 1 / 0)
    with pytest.raises(RunError, match=r"is written, but .*hf auth login") as caught:
        export(micro_run, tmp_path / "b", "", "me/mine")
    assert "\n" not in str(caught.value) and (tmp_path / "b" / "config.json").exists()
    with pytest.raises(ConfigError, match="OWNER/NAME"):
        export(micro_run, tmp_path / "c", "", "mine")
