import pytest
from safetensors.torch import load_file

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.models.policy import Policy
from r1gym.models.weights import full_weights
from r1gym.rollout.engine import Sampling
from r1gym.rollout.vllm_base import VLLMOptions, read_options, write_model, write_weights
from r1gym.rollout.vllm_server import VLLMServerEngine
from tests.agents.architectures import make_model
from tests.policies import in_bfloat16
from tests.rollout.vllm_fake import fake_vllm


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"gpu_memory_utilisation": 0.3}, "Did you mean 'gpu_memory_utilization'"),
        ({"gpu_memory_utilization": "0.3"}, "gpu_memory_utilization cannot be '0.3'"),
        ({"gpu_memory_utilization": 1.5}, "must be at most 1"),
        ({"gpu_memory_utilization": 0}, "must be at least 0.01"),
        ({"kv_cache_gib": -1}, "kv_cache_gib must be at least"),
        ({"max_model_len": 1}, "max_model_len must be at least 2"),
        ({"max_model_len": 2.5}, "max_model_len cannot be 2.5"),
        ({"sleep": 1}, "sleep cannot be 1"),
        ({"enforce_eager": "yes"}, "enforce_eager cannot be 'yes'"),
    ],
)
def test_options_that_make_no_sense(options, said):
    with pytest.raises((ConfigError, UnknownNameError), match=said):
        read_options(VLLMOptions(), options)


@pytest.mark.parametrize("options", [{"sleep": True}, {"gpu_memory_utilization": 0.3}])
def test_what_would_do_nothing_on_a_cpu_is_refused(llama, options):
    with pytest.raises(ConfigError, match=f"option {next(iter(options))} is for GPUs"):
        read_options(VLLMOptions(), options).arguments(llama, 8)


def test_arguments(llama):
    found = VLLMOptions().arguments(llama, 8)
    assert found["max_model_len"] == llama.model.config.max_position_embeddings
    assert found["kv_cache_memory_bytes"] == 2**30 and found["enforce_eager"] is True
    assert (found["dtype"], found["max_num_seqs"]) == ("float32", 8)
    half = in_bfloat16(llama)
    options = read_options(VLLMOptions(), {"kv_cache_gib": 0.5, "max_model_len": 64})
    found = options.arguments(half, 8)
    assert (found["dtype"], found["max_model_len"]) == ("bfloat16", 64)
    assert found["kv_cache_memory_bytes"] == 2**29


@pytest.mark.parametrize("name", ["llama", "qwen3_moe", "gpt2"])
def test_the_folder_is_a_model(tmp_path, name):
    model = make_model(name)
    policy = Policy(model, None)
    write_model(policy, tmp_path)
    assert type(model).from_pretrained(tmp_path).config.architectures == [type(model).__name__]
    found = load_file(tmp_path / "model.safetensors")
    assert {key: (value == found[key]).all() for key, value in full_weights(policy)}
    write_weights(full_weights(policy), tmp_path / "model.safetensors")  # over what is there


@pytest.fixture
def engine(llama):
    with fake_vllm(llama) as server:
        yield VLLMServerEngine(llama, url=server.url)


@pytest.mark.parametrize(
    ("sampling", "said"),
    [
        (Sampling(4, 0.001), "a temperature of 0 or of 0.01 to 2, not 0.001"),
        (Sampling(4, 2.5), "not 2.5"),
        (Sampling(200), "lower max_tokens to at most 126"),
    ],
)
def test_what_vllm_cannot_do_is_refused(engine, sampling, said):
    with pytest.raises(ConfigError, match=said):
        engine.generate([[7, 8]], 1, sampling, 0)


def test_the_turns_of_a_prompt_hang_on_nothing_behind_it(engine):
    alone = engine.generate([[7, 30, 8]], 4, Sampling(8), 3)
    assert engine.generate([[7, 30, 8], [9]], 4, Sampling(8), 3)[:1] == alone
    assert engine.generate([[7, 30, 8]], 2, Sampling(8), 3)[0] == alone[0][:2]


@pytest.mark.parametrize("is_closed", [True, False])
def test_it_leaves_nothing_behind(llama, is_closed):
    with fake_vllm(llama) as server:
        engine = VLLMServerEngine(llama, url=server.url)
        folder = engine.folder
        assert folder.is_dir()
        if is_closed:
            engine.close()
            engine.close()
        del engine
        assert not folder.exists()
