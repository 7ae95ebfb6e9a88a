"""These need vLLM, in an environment of its own: `make test-vllm`."""

from importlib.util import find_spec

import pytest
import torch

if find_spec("vllm") is None:
    pytest.skip("`make test-vllm` runs these", allow_module_level=True)

from transformers import Qwen2Config, Qwen2ForCausalLM

from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.grpo.trainer import GRPO
from r1gym.core.errors import ConfigError, TrainingStopped
from r1gym.models.policy import Policy, new_tiny_policy
from r1gym.rollout import vllm_worker
from r1gym.rollout.engine import Sampling, make_engine
from r1gym.rollout.vllm import VLLMEngine
from r1gym.testing import check_engine
from r1gym.testing.engines import _moved
from tests.policies import new_wide_llama, sharpen

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def engine():
    engine = VLLMEngine(new_wide_llama(), kv_cache_gib=0.1)
    yield engine
    engine.close()


def new_wide_qwen(tied):
    """Grouped queries, biases, and a head that is tied or not."""
    tokenizer = new_wide_llama().tokenizer
    config = Qwen2Config(
        vocab_size=tokenizer.vocab_size, hidden_size=128, intermediate_size=48,
        num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
        max_position_embeddings=128, tie_word_embeddings=tied, bos_token_id=None,
        eos_token_id=tokenizer.eos_id, pad_token_id=tokenizer.pad_id,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = Qwen2ForCausalLM(config)
    return sharpen(Policy(model.eval(), tokenizer))


def test_it_keeps_the_promises():
    check_engine(VLLMEngine, new_wide_llama())


@pytest.mark.parametrize("tied", [True, False])
def test_weights_arrive_whether_the_head_is_tied_or_not(tied):
    policy = new_wide_qwen(tied)
    engine = VLLMEngine(policy, kv_cache_gib=0.1)
    assert engine.sync(_moved(policy), 1) < 1e-3
    assert engine.sync(policy, 2) < 1e-3
    engine.close()


def test_a_head_that_was_not_packed_again_is_found_out(engine, monkeypatch):
    monkeypatch.setattr(vllm_worker, "pack_embeddings", lambda model: None)
    with pytest.raises(TrainingStopped, match="weights of step 3 .* differ by"):
        engine.sync(_moved(engine.policy), 3)


def test_no_row_that_pads_the_vocabulary_is_sampled():
    """The vocabulary of 107 tokens has 128 rows there."""
    policy = new_tiny_policy(64, 1, 2, 48, 128, seed=0)  # nearly uniform
    engine = VLLMEngine(policy, kv_cache_gib=0.1)
    groups = engine.generate([[7, 30, 8]], 32, Sampling(60, temperature=2.0), 0)
    engine.close()
    found = {token for turn in groups[0] for token in turn.token_ids}
    assert len(found) > 100 and max(found) < policy.tokenizer.vocab_size


@pytest.mark.parametrize(("temperature", "top_p"), [(0.5, 1.0), (2.0, 1.0), (1.0, 0.6), (0.7, 0.5)])
def test_log_probs_are_those_of_what_was_sampled_from(engine, temperature, top_p):
    [turns] = engine.generate([[7, 30, 8]], 8, Sampling(5, temperature, top_p), 1)
    for turn in turns:
        ids = torch.tensor([[7, 30, 8, *turn.token_ids]])
        logits = engine.policy.model(ids).logits[0, 2:-1] / temperature
        ordered, order = logits.sort(-1, descending=True)
        before = ordered.softmax(-1).cumsum(-1) - ordered.softmax(-1)
        outside = torch.zeros_like(before, dtype=torch.bool).scatter(1, order, before >= top_p)
        logprobs = logits.masked_fill(outside, float("-inf")).log_softmax(-1)
        expected = logprobs.gather(1, ids[0, 3:, None])[:, 0]
        assert torch.allclose(expected, torch.tensor(turn.logprobs), atol=1e-3)


def test_every_end_ends_a_turn(engine):
    ends = engine.policy.tokenizer.end_ids
    try:
        engine.policy.tokenizer.end_ids = (*ends, *range(9, 60))
        [turns] = engine.generate([[7, 30, 8]], 16, Sampling(30), 0)
    finally:
        engine.policy.tokenizer.end_ids = ends
    for turn in turns:
        assert not {*ends, *range(9, 60)} & set(turn.token_ids[:-1])
    assert any(turn.token_ids[-1] >= 9 and not turn.truncated for turn in turns)


def test_what_it_leaves_alone(engine):
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    assert torch.get_num_threads() == 2
    torch.set_num_threads(threads)


def test_heads_without_a_kernel_are_refused():
    with pytest.raises(ConfigError, match=r"heads of 32, 64, .* and this model's have 16: take"):
        make_engine("vllm", new_tiny_policy(32, 1, 2, 48, 128, seed=0))


def test_two_steps_of_training():
    policy = new_tiny_policy(64, 2, 2, 48, 512, seed=0)
    engine = make_engine("vllm", policy, options={"kv_cache_gib": 0.1})
    config = GRPOConfig(
        steps=2, questions=4, group_size=4, max_tokens=8, learning_rate=3e-3, overlong="soft"
    )
    metrics = []
    trainer = GRPO(policy, "r1/Math-v0", config, engine=engine)
    trainer.learn([lambda trainer, rollout, found: metrics.append(found)])
    engine.close()
    for found in metrics:
        assert found["train/sync_gap"] < 1e-3 and found["train/engine_gap_max"] < 1e-3
        assert found["train/staleness"] == 0 and found["train/importance_capped"] == 0
