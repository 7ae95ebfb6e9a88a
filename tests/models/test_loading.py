"""What people bring is loaded, or refused in one line that says what to do."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from r1gym.core.errors import ModelNotFoundError
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.models.policy import load_policy, save_policy


def setting(folder, **values):
    path = folder / "config.json"
    found = {n: v for n, v in (json.loads(path.read_text()) | values).items() if v is not None}
    path.write_text(json.dumps(found))


def weights(policy):
    return torch.cat([weight.detach().flatten() for weight in policy.model.parameters()])


@pytest.mark.parametrize("dtype", ["bfloat17", "int8", "long", 3])
def test_a_type_that_is_none_is_one_line(llama, tmp_path, dtype):
    save_policy(llama, tmp_path)
    setting(tmp_path, dtype=dtype)
    with pytest.raises(ModelNotFoundError, match='none .*write "float32" or "bfloat16"') as caught:
        load_policy(str(tmp_path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("named", ["dtype", "torch_dtype", "nowhere"])
def test_weights_are_float32_and_go_back_in_their_own_type(llama, tmp_path, dtype, named):
    save_policy(llama, tmp_path)
    file = tmp_path / "model.safetensors"
    kept = {name: weight.to(dtype) for name, weight in load_file(file).items()}
    save_file(kept, file, {"format": "pt"})
    setting(tmp_path, **{"dtype": None, named: str(dtype).removeprefix("torch.")})
    policy = load_policy(str(tmp_path))
    assert policy.model.dtype == torch.float32 and policy.saved_dtype == dtype
    save_policy(policy, tmp_path / "again")
    saved = load_file(tmp_path / "again" / "model.safetensors")
    assert saved.keys() == kept.keys()
    assert all(torch.equal(saved[name], kept[name]) for name in kept)


def test_weights_in_several_files(llama, tmp_path):
    llama.model.save_pretrained(tmp_path, max_shard_size="10KB")
    assert (tmp_path / "model.safetensors.index.json").exists()
    assert len(list(tmp_path.glob("model-*.safetensors"))) > 2
    again = load_policy(str(tmp_path))
    assert torch.equal(weights(again), weights(llama))
    save_policy(again, tmp_path / "again")
    assert torch.equal(weights(load_policy(str(tmp_path / "again"))), weights(llama))


def test_a_file_of_several_that_is_missing_is_one_line(llama, tmp_path):
    llama.model.save_pretrained(tmp_path, max_shard_size="10KB")
    sorted(tmp_path.glob("model-*.safetensors"))[1].unlink()
    with pytest.raises(ModelNotFoundError, match="holds no loadable model") as caught:
        load_policy(str(tmp_path))
    assert "\n" not in str(caught.value)


def test_an_adapter_is_no_model(llama, tmp_path):
    (tmp_path / "adapter_config.json").write_text('{"base_model_name_or_path": "some/base"}')
    with pytest.raises(ModelNotFoundError, match=r"an adapter of some/base.*merge") as caught:
        load_policy(str(tmp_path))
    assert "\n" not in str(caught.value)
    with pytest.raises(ModelNotFoundError, match="an adapter of some/base"):
        load_tokenizer(str(tmp_path))  # which peft saves none of
    save_policy(llama, tmp_path)  # transformers would put the adapter into it
    with pytest.raises(ModelNotFoundError, match="an adapter of some/base"):
        load_policy(str(tmp_path))
