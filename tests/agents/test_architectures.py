"""Every architecture samples with the log-probs that it is trained on, or is refused at loading."""

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerFast

from r1gym.agents.grpo import GRPO, GRPOConfig
from r1gym.core.errors import ConfigError, ModelNotFoundError
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.models.forward import forward
from r1gym.models.hub_decoders import (
    HubDecoder,
    OneLengthDecoder,
    UncachedDecoder,
    decoder_class,
)
from r1gym.models.policy import Policy, load_policy, save_policy
from r1gym.rollout.agreement import check_agreement
from tests.agents.architectures import ARCHITECTURES, make_model

ENCODERS = ("bert_encoder", "roberta_encoder", "electra_encoder", "xlnet", "xlm")
# A plain one, sliding windows, nested configurations, states with and without a cache.
HANDFUL = ("qwen3", "gemma3", "gemma4", "qwen3_5_text", "falcon_h1", "mamba", "rwkv", "mixtral")
# What people bring most.
COMMON = ("llama", "qwen2", "gemma2", "gpt2", "mistral", "qwen3_moe")
UNCACHED = (
    "deepseek_v4", "minimax", "openai-gpt", "recurrent_gemma", "rwkv", "xlstm"
)  # fmt: skip


def slow_unless(chosen):
    return [
        pytest.param(name, marks=[] if name in chosen else pytest.mark.slow)
        for name in ARCHITECTURES
        if name not in ENCODERS
    ]


def save(name, folder):
    """Saves an architecture with sharper distributions than an untrained model's."""
    model = make_model(name)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim > 1:
                weight.mul_(3)
    save_policy(Policy(model, load_tokenizer("tiny")), folder)
    return str(folder)


def assert_same_when_loaded_by_others(policy, folder, prompts):
    save_policy(policy, folder)
    theirs = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    # Of some kinds transformers takes every tokenizer for Qwen's, whatever its files say.
    is_qwens = theirs.config.model_type.startswith("qwen")
    tokenizer = (PreTrainedTokenizerFast if is_qwens else AutoTokenizer).from_pretrained(folder)
    assert len(tokenizer) == policy.tokenizer.vocab_size
    assert tokenizer.eos_token_id == policy.tokenizer.eos_id
    for ids in prompts:
        text = policy.tokenizer.decode(ids)
        assert tokenizer(text)["input_ids"] == policy.tokenizer.encode(text)
        row = torch.tensor([ids])
        with torch.no_grad():
            ours, found = (
                forward(model, row, len(ids), use_cache=False).logits.log_softmax(-1)
                for model in (policy.model, theirs)
            )
        assert torch.allclose(ours, found, atol=1e-6)


@pytest.mark.parametrize("name", slow_unless((*HANDFUL, *COMMON)))
def test_sampler_and_trainer_agree_and_grpo_runs(name, tmp_path):
    policy = load_policy(save(name, tmp_path))
    kind = decoder_class(policy.model)
    assert kind is UncachedDecoder if name in UNCACHED else issubclass(kind, HubDecoder)
    prompts = [[7, 30, 31, 8], [7, 12, 13, 14, 15, 40, 41, 8, 9, 9], [9], [7, 30, 31, 33, 8]]
    assert check_agreement(policy, prompts, max_tokens=10) < 1e-4
    task = TokenTask(
        TaskSpec(
            problems={"arithmetic": [1]},
            tokenizer=policy.tokenizer.name,
            template="short",
            max_tokens=6,
        )
    )
    config = GRPOConfig(
        steps=2, questions=2, group_size=4, max_tokens=6, warmup_steps=0, learning_rate=1e-3
    )
    seen = []
    GRPO(policy, task, config).learn([lambda t, r, m: seen.append(m)])
    assert len(seen) == 2
    assert seen[0]["train/clip_fraction"] == 0  # the policy is still the one that sampled
    assert check_agreement(policy, prompts, max_tokens=10) < 1e-4
    assert_same_when_loaded_by_others(policy, tmp_path / "trained", prompts)


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow) if n[0] == "x" else n for n in ENCODERS]
)
def test_a_model_that_sees_tokens_to_come_is_refused_in_one_line(name, tmp_path):
    with pytest.raises(ModelNotFoundError, match="no causal language model") as caught:
        load_policy(save(name, tmp_path))
    assert "\n" not in str(caught.value)


def test_models_that_read_padding_are_sampled_length_by_length():
    from r1gym.rollout.embedded import EmbeddedEngine
    from r1gym.rollout.engine import Sampling

    policy = Policy(make_model("bart_decoder"), load_tokenizer("tiny"))
    assert decoder_class(policy.model) is OneLengthDecoder
    prompts = [[7, 30, 8], [9], [7, 31, 8], [8], [7, 30, 31, 33, 8]]
    greedy = Sampling(4, temperature=0)
    together = EmbeddedEngine(policy).generate(prompts, 2, greedy, 0)
    for group, prompt in zip(together, prompts, strict=True):
        [alone] = EmbeddedEngine(policy).generate([prompt], 2, greedy, 0)
        assert [c.token_ids for c in group] == [c.token_ids for c in alone]


def test_a_sampler_of_other_weights_is_found(llama, qwen):
    from r1gym.rollout.embedded import EmbeddedEngine

    assert check_agreement(llama) < 1e-4
    with pytest.raises(ConfigError, match="differ by .* nats") as caught:
        check_agreement(llama, engine=EmbeddedEngine(qwen))
    assert "\n" not in str(caught.value)


def test_the_check_draws_from_no_stream_of_the_run(llama):
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    check_agreement(llama)
    assert torch.equal(torch.rand(1), expected)
