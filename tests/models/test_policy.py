import json
import time

import pytest
import torch
from huggingface_hub import constants
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from r1gym.core.errors import ConfigError, ModelNotFoundError
from r1gym.envs.embedded_tokenizers import TAGS, TINY_VOCABULARY
from r1gym.envs.tokenizers import HubTokenizer, load_tokenizer
from r1gym.models.policy import check_device, load_policy, save_policy
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import Sampling
from tests.agents.tolerance import assert_same_sums, forward_additions

IDS = torch.tensor([[7, 30, 31, 8, 3, 20, 4]])


def test_a_saved_policy_loads_in_transformers_and_here(llama, tmp_path):
    save_policy(llama, tmp_path)
    theirs = AutoModelForCausalLM.from_pretrained(tmp_path)
    ours = load_policy(str(tmp_path))
    assert ours.tokenizer is llama.tokenizer
    for model in (theirs, ours.model):
        assert torch.equal(model(IDS).logits, llama.model(IDS).logits)
    assert theirs.generation_config.eos_token_id == llama.tokenizer.eos_id


@pytest.fixture(scope="module")
def hub_tokenizer(tmp_path_factory):
    from r1gym.models.policy import new_tiny_policy

    folder = tmp_path_factory.mktemp("policy")
    save_policy(new_tiny_policy(8, 1, 1, 8, 32, seed=0), folder)
    return AutoTokenizer.from_pretrained(folder)


pieces = st.sampled_from([*TAGS, "User: ", ". Assistant:", "Compute ", "<think", "<eos>", "<pad>"])
texts = st.lists(pieces | st.text("0123456789+-*/=().,x \nabZ<>é✓")).map("".join)


@settings(deadline=None)
@given(texts)
def test_the_saved_tiny_tokenizer_is_the_same_in_transformers(hub_tokenizer, text):
    from r1gym.envs.embedded_tokenizers import TinyTokenizer

    tiny = TinyTokenizer()
    ids = tiny.encode(text)
    assert hub_tokenizer(text, add_special_tokens=False).input_ids == ids
    assert hub_tokenizer.encode(text) == ids  # it adds nothing by itself
    if tiny.encode("<unk>")[0] not in ids and 2 not in ids:
        assert hub_tokenizer.decode(ids, skip_special_tokens=True) == tiny.decode(ids) == text


def test_the_saved_tokenizer_names_its_special_tokens(hub_tokenizer):
    assert hub_tokenizer.get_vocab() == {piece: i for i, piece in enumerate(TINY_VOCABULARY)}
    assert (hub_tokenizer.pad_token_id, hub_tokenizer.eos_token_id) == (0, 1)
    assert hub_tokenizer.decode([3, 20, 4, 1, 0], skip_special_tokens=True) == "<think>9</think>"


def test_a_policy_with_a_tokenizer_of_its_own_survives_saving_twice(qwen, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    save_policy(qwen, first)  # with the tiny tokenizer's files, and no mark that it is ours
    loaded = load_policy(str(first))
    assert isinstance(loaded.tokenizer, HubTokenizer)
    assert (loaded.tokenizer.pad_id, loaded.tokenizer.eos_id) == (0, 1)
    save_policy(loaded, second)
    again = load_policy(str(second))
    text = "User: Compute 3+4. Assistant:<think>"
    assert again.tokenizer.encode(text) == qwen.tokenizer.encode(text)
    assert torch.equal(again.model(IDS).logits, qwen.model(IDS).logits)


def test_a_checkpoint_has_all_that_belongs_to_the_tokenizer(qwen, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    save_policy(qwen, first)
    texts = {
        "chat_template.jinja": "{{ messages }}",
        "special_tokens_map.json": '{"eos_token": "<eos>"}',
        "added_tokens.json": "{}",
        "merges.txt": "a b",
        "generation_config.json": '{"eos_token_id": [1, 40], "temperature": 0.6}',
        "additional_chat_templates/tools.jinja": "{{ tools }}",
    }
    (first / "additional_chat_templates").mkdir()
    for name, text in texts.items():
        (first / name).write_text(text, "utf-8")
    (first / "pytorch_model.bin.index.json").write_text("{}", "utf-8")
    (first / "trainer_state.json").write_text("{}", "utf-8")
    loaded = load_policy(str(first))
    save_policy(loaded, second)
    assert {name: (second / name).read_text("utf-8") for name in texts} == texts
    assert not (second / "pytorch_model.bin.index.json").exists()
    assert not (second / "trainer_state.json").exists()
    assert load_policy(str(second)).tokenizer.end_ids == loaded.tokenizer.end_ids == (1, 40)
    save_policy(loaded, first)  # onto itself
    assert (first / "chat_template.jinja").read_text("utf-8") == "{{ messages }}"


def test_every_end_of_a_chat_model_ends_a_completion(qwen, tmp_path):
    save_policy(qwen, tmp_path)
    ends = [1, *range(20, 60)]
    (tmp_path / "generation_config.json").write_text(f'{{"eos_token_id": {ends}}}', "utf-8")
    policy = load_policy(str(tmp_path))
    groups = EmbeddedEngine(policy).generate(
        [[9], [7, 30, 8]], 100, Sampling(8, temperature=5), seed=0
    )
    completions = [turn for group in groups for turn in group]
    assert {c.token_ids[-1] for c in completions if not c.truncated} > {1}
    for c in completions:
        assert not set(ends) & set(c.token_ids[:-1])
        assert c.truncated == (c.token_ids[-1] not in ends)
        assert len(c.token_ids) == len(c.logprobs)
        if not c.truncated:
            assert c.text == policy.tokenizer.decode(c.token_ids[:-1])


def test_a_model_with_missing_weights_is_refused(qwen, tmp_path):
    save_policy(qwen, tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    weights.pop("model.norm.weight")
    save_file(weights, tmp_path / "model.safetensors", {"format": "pt"})
    with pytest.raises(ModelNotFoundError, match=r"lack model.norm.weight, and random weights"):
        load_policy(str(tmp_path))


@pytest.mark.parametrize("file", ["model.safetensors", "config.json", "tokenizer.json"])
@pytest.mark.parametrize("content", [b"", b"\0\1\2" * 50, b"{"])
def test_a_folder_with_a_broken_file_is_one_line(qwen, tmp_path, file, content):
    save_policy(qwen, tmp_path)
    (tmp_path / file).write_bytes(content)
    load_tokenizer.cache_clear()
    with pytest.raises(ModelNotFoundError) as caught:
        load_policy(str(tmp_path))
    assert "\n" not in str(caught.value)


def test_quantised_weights_are_refused(qwen, tmp_path):
    save_policy(qwen, tmp_path)
    config = json.loads((tmp_path / "config.json").read_text("utf-8"))
    config["quantization_config"] = {"quant_method": "fp8"}
    (tmp_path / "config.json").write_text(json.dumps(config), "utf-8")
    with pytest.raises(ModelNotFoundError, match="quantised"):
        load_policy(str(tmp_path))


def test_rows_that_pad_the_vocabulary_are_never_sampled(qwen, tmp_path):
    vocabulary = qwen.tokenizer.vocab_size
    logits = qwen.model(IDS).logits
    qwen.model.resize_token_embeddings(vocabulary + 21, mean_resizing=False)
    save_policy(qwen, tmp_path)
    loaded = load_policy(str(tmp_path))
    assert_same_sums(loaded.model(IDS).logits, logits, forward_additions(qwen.model.config, 7))
    [completions] = EmbeddedEngine(loaded).generate(
        [[9]], 500, Sampling(2, temperature=100), seed=0
    )
    sampled = {token for c in completions for token in c.token_ids}
    assert max(sampled) < vocabulary
    assert len(sampled) > vocabulary / 2


@pytest.mark.parametrize("name", ["nobody/nothing", "nothing", "/no/such/folder", "a b"])
@pytest.mark.parametrize("offline", [True, False])
def test_a_model_that_cannot_be_reached_is_one_clear_line_at_once(name, offline, monkeypatch):
    def unreachable(*args, **kwargs):
        asked.append(args)
        raise ConnectionError("no network in this test")

    asked = []
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", offline)
    monkeypatch.setattr("huggingface_hub.get_hf_file_metadata", unreachable)
    started = time.monotonic()
    with pytest.raises(ModelNotFoundError) as caught:
        load_policy(name)
    assert time.monotonic() - started < 5
    assert "\n" not in str(caught.value)
    assert repr(name) in str(caught.value)
    assert len(asked) <= (0 if offline else 1)


def test_a_folder_without_a_model_is_one_clear_line(tmp_path):
    with pytest.raises(ModelNotFoundError, match="the folder holds no loadable model") as caught:
        load_policy(str(tmp_path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("device", ["cuda:99", "warp-drive"])
def test_a_device_that_is_not_there(device, llama, tmp_path):
    save_policy(llama, tmp_path)
    with pytest.raises(ConfigError, match=device) as caught:
        load_policy(str(tmp_path), device=device)
    assert "\n" not in str(caught.value)


def test_a_type_that_is_not_there():
    with pytest.raises(ConfigError, match="float32, bfloat16, not 'float8'"):
        load_policy("anything", dtype="float8")


def test_weights_are_of_the_type_that_is_asked_for(llama, tmp_path):
    save_policy(llama, tmp_path)
    rough = load_policy(str(tmp_path), dtype="bfloat16")
    assert rough.dtype == rough.model.dtype == torch.bfloat16
    assert rough.saved_dtype == llama.dtype == torch.float32
    assert rough.model(IDS).logits.dtype == torch.bfloat16
    assert llama.model(IDS).logits.dtype == torch.float32


@pytest.mark.parametrize(
    ("device", "why"),
    [
        ("foo", "torch knows no device of that name"),
        ("", "torch knows no device of that name"),
        ("cuda:x", "torch knows no device of that name"),
        ("meta", "it computes nothing"),
        pytest.param(
            "mps",
            "this torch finds no mps device",
            marks=pytest.mark.skipif(torch.backends.mps.is_available(), reason="there is one"),
        ),
        pytest.param(
            "cuda",
            "this torch finds no cuda device",
            marks=pytest.mark.skipif(torch.cuda.is_available(), reason="there is one"),
        ),
    ],
)
def test_a_device_that_is_not_there_is_one_short_line(device, why):
    with pytest.raises(ConfigError, match=why) as caught:
        check_device(device)
    assert len(str(caught.value)) < 200 and "\n" not in str(caught.value)
    check_device("cpu")
