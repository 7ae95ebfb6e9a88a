import pytest
import torch
from safetensors.torch import load_file

from r1gym.models.policy import Policy
from r1gym.models.weights import full_weights
from tests.agents.architectures import make_model


@pytest.mark.parametrize(
    "name", ["llama", "gpt2", "gemma3_text", "mixtral", "qwen3_moe", "mamba", "gpt_oss", "bloom"]
)
def test_they_are_those_of_a_saved_folder(tmp_path, name):
    model = make_model(name)
    weights = dict(full_weights(Policy(model, None)))
    model.save_pretrained(tmp_path)
    saved = load_file(tmp_path / "model.safetensors")
    assert weights.keys() == saved.keys()
    assert all(torch.equal(weights[key], saved[key]) for key in saved)


def test_a_tied_head_comes_once_and_nothing_is_copied(llama):
    weights = full_weights(llama)
    found = [(name, weight.data_ptr()) for name, weight in weights]
    assert ("model.embed_tokens.weight", llama.model.lm_head.weight.data_ptr()) in found
    assert "lm_head.weight" not in dict(found)
    assert {place for _, place in found} <= {w.data_ptr() for w in llama.model.parameters()}
