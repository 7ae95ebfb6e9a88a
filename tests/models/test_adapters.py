import copy
from dataclasses import replace

import pytest
import torch
from transformers import AutoModelForCausalLM

from r1gym.agents.grpo import GRPO, GRPOConfig
from r1gym.agents.sft import SFT, SFTConfig
from r1gym.core.errors import ConfigError, RunError
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.models.adapters import (
    adapter_weights,
    add_lora,
    has_adapter,
    load_trained,
    merged,
    merged_weights,
)
from r1gym.models.checkpoint import load_checkpoint, save_checkpoint
from r1gym.models.decoders import HubDecoder, LlamaDecoder, make_decoder
from r1gym.models.embedded.llama import is_plain
from r1gym.models.lora import LoRASettings
from r1gym.models.policy import Policy, load_policy, new_tiny_policy, save_policy
from r1gym.models.reference import Reference
from r1gym.models.ways import Ways, find_ways
from r1gym.models.weights import full_weights
from r1gym.rollout.agreement import check_agreement
from tests.models.test_packing import sharp

pytest.importorskip("peft")
IDS = torch.tensor([[7, 30, 8, 20, 21]])
RANK = LoRASettings(rank=2)


def adapted(name="llama", settings=RANK, trained=True):
    """A policy whose adapter does something, as after training."""
    model = sharp(name)
    add_lora(model, settings)
    if trained:
        move(model)
    return Policy(model, load_tokenizer("tiny"))


def move(model, seed=0):
    generator = torch.Generator().manual_seed(seed)
    for weight in adapter_weights(model).values():
        weight.copy_(torch.randn(weight.shape, generator=generator) / 3)


def logits(model):
    with torch.no_grad():
        return model(IDS).logits


def test_an_adapter_starts_as_no_change_and_is_all_that_is_trained():
    plain, policy = sharp("qwen3"), adapted("qwen3", trained=False)
    assert torch.equal(logits(policy.model), logits(plain))
    trained = {name for name, weight in policy.model.named_parameters() if weight.requires_grad}
    assert trained == set(adapter_weights(policy.model))
    assert len(trained) == 2 * 7 * 2  # two factors of seven layers in two blocks, not of the head


def test_the_first_weights_are_those_of_the_seed_and_no_stream_is_drawn_from():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    first, same = (adapter_weights(adapted(trained=False).model) for _ in range(2))
    assert torch.equal(torch.rand(1), expected)
    assert all(torch.equal(first[name], same[name]) for name in first)
    other = sharp("llama")
    add_lora(other, RANK, seed=1)
    assert any(not torch.equal(first[n], w) for n, w in adapter_weights(other).items())


def test_scale_and_targets_are_those_that_were_asked_for():
    policy = adapted(settings=LoRASettings(rank=4, alpha=2, targets="q_proj, v_proj"))
    layer = policy.model.model.layers[0].self_attn
    assert layer.q_proj.scaling["default"] == 0.5
    assert type(layer.k_proj) is torch.nn.Linear
    assert adapted().model.model.layers[0].mlp.up_proj.scaling["default"] == 2  # twice the rank


def test_a_rank_of_0_changes_nothing():
    model = sharp("llama")
    add_lora(model, LoRASettings())
    assert not has_adapter(model)
    assert all(weight.requires_grad for weight in model.parameters())


@pytest.mark.parametrize("targets", ["query", "norm"])
def test_targets_that_are_not_there_are_refused_and_the_model_is_as_it_was(targets):
    model = sharp("llama")
    with pytest.raises(ConfigError, match=r"--lora.targets .* down_proj, .* q_proj") as caught:
        add_lora(model, LoRASettings(rank=2, targets=targets))
    assert "\n" not in str(caught.value)
    assert not has_adapter(model)


def test_a_second_adapter_is_refused():
    with pytest.raises(ConfigError, match="has an adapter already"):
        add_lora(adapted().model, RANK)


@pytest.mark.parametrize("name", ["llama", "gpt2", "qwen3", "mixtral"])
def test_the_merged_model_computes_the_same_and_has_no_adapter(name):
    model = adapted(name).model
    before = logits(model)
    whole = merged(model)
    assert not has_adapter(whole)
    assert set(whole.state_dict()) == set(sharp(name).state_dict())
    assert torch.allclose(logits(whole), before, atol=1e-4)
    assert not torch.allclose(logits(sharp(name)), before, atol=0.1)
    assert torch.equal(logits(model), before)  # which is not written to
    for key, weight in merged_weights(model).items():
        assert torch.allclose(weight, whole.state_dict()[key], atol=1e-6), key


def test_engines_are_sent_merged_weights():
    policy = adapted()
    sent = dict(full_weights(policy))
    whole = dict(full_weights(Policy(merged(policy.model), policy.tokenizer)))
    assert sent.keys() == whole.keys()
    assert all(torch.allclose(sent[name], whole[name], atol=1e-6) for name in sent)


def test_a_folder_has_the_whole_model_and_the_adapter_beside_it(tmp_path):
    policy = adapted()
    save_policy(policy, tmp_path)
    assert torch.allclose(logits(load_policy(str(tmp_path)).model), logits(policy.model), atol=1e-4)
    again = AutoModelForCausalLM.from_pretrained(tmp_path)
    assert torch.allclose(logits(again), logits(policy.model), atol=1e-4)
    base = sharp("llama")
    base.load_adapter(str(tmp_path / "adapter"))  # peft's own reader
    assert torch.allclose(logits(base), logits(policy.model), atol=1e-6)


@pytest.mark.parametrize("name", ["llama", "qwen3", "gpt2"])
def test_sampler_and_trainer_agree_with_an_adapter(name):
    policy = adapted(name)
    kind = LlamaDecoder if name == "llama" else HubDecoder
    assert isinstance(make_decoder(policy.model, 0), kind)
    assert check_agreement(policy, [[7, 30, 31, 8], [9]], max_tokens=6) < 1e-4
    assert find_ways(policy.model) == Ways(None, True)


def test_an_embedded_policy_with_an_adapter_is_not_read_without_it():
    policy = new_tiny_policy(16, 2, 2, 32, 128, seed=0)
    assert is_plain(policy.model)
    add_lora(policy.model, RANK)
    move(policy.model)
    assert not is_plain(policy.model)
    assert check_agreement(policy, [[7, 30, 31, 8]], max_tokens=6) < 1e-4


def test_a_head_with_an_adapter_is_not_read_without_it():
    model = sharp("qwen3")
    assert find_ways(model).picks
    add_lora(model, LoRASettings(rank=2, targets="lm_head"))
    assert not find_ways(model).picks


def test_the_reference_is_the_model_without_its_adapter_and_follows():
    policy = adapted(trained=False)
    plain = Policy(sharp("llama"), policy.tokenizer)
    asked = ([[7, 30, 8]], [[20, 21]], [[True, True]], 1.0, 100)
    reference = Reference(policy, 2)
    assert reference.model is policy.model  # no second copy
    expected = Reference(plain, 2).logprobs(*asked)
    move(policy.model)
    moved = {n: w.clone() for n, w in adapter_weights(policy.model).items()}
    assert reference.logprobs(*asked)[0] == pytest.approx(expected[0], abs=1e-5)
    assert reference.state_dict() == {}
    followed = Reference(Policy(merged(policy.model), policy.tokenizer), 9).logprobs(*asked)
    reference.follow(1)
    assert reference.logprobs(*asked)[0] == pytest.approx(expected[0], abs=1e-5)
    reference.follow(2)
    state = copy.deepcopy(reference.state_dict())
    move(policy.model, 1)
    now = {n: w.clone() for n, w in adapter_weights(policy.model).items()}
    assert reference.logprobs(*asked)[0] == pytest.approx(followed[0], abs=1e-4)
    for name, weight in adapter_weights(policy.model).items():
        assert torch.equal(weight, now[name])  # the policy's own are back
        assert torch.equal(state[name], moved[name])
    again = Reference(policy, 2)
    again.load_state_dict(state)
    assert again.logprobs(*asked)[0] == pytest.approx(followed[0], abs=1e-4)


class Varied(GRPO):
    """An untrained policy is never paid: its groups are given different advantages."""

    def advantages(self, rollout, reference):
        found = super().advantages(rollout, reference)
        return replace(found, advantages=torch.linspace(-1, 1, len(found.advantages)))


def grpo(policy, steps):
    config = GRPOConfig(
        steps=steps, questions=2, group_size=4, max_tokens=6, learning_rate=1e-2, kl_coef=0.1,
        warmup_steps=0, refresh_reference_every=2,
    )  # fmt: skip
    return Varied(policy, "r1/Math-v0", config)


def test_grpo_trains_the_adapter_alone_and_goes_on_to_the_bit(tmp_path):
    def fresh():
        policy = new_tiny_policy(16, 2, 2, 32, 512, seed=0)
        add_lora(policy.model, RANK)
        return policy

    whole = grpo(fresh(), 4)
    base = {n: w.clone() for n, w in whole.policy.model.state_dict().items() if "lora_" not in n}
    whole.learn()
    for name, weight in base.items():
        assert torch.equal(weight, whole.policy.model.state_dict()[name])
    first = grpo(fresh(), 3)
    first.learn()
    path = save_checkpoint(tmp_path, 3, first.policy, first.state())
    saved = torch.load(path / "trainer.pt")["weights"]
    assert saved.keys() == adapter_weights(first.policy.model).keys()
    rest = grpo(fresh(), 4)
    rest.load_state(load_checkpoint(path, rest.policy))
    rest.learn()
    ends = [adapter_weights(trainer.policy.model) for trainer in (whole, rest)]
    assert all(torch.equal(ends[0][name], ends[1][name]) for name in ends[0])
    assert any(weight.any() for name, weight in ends[0].items() if "lora_B" in name)


class Corpus:
    def examples(self, start):
        while True:
            yield [7, 30, 8], [20, 21, 1]


def test_fine_tuning_trains_the_adapter_by_adamw(tmp_path):
    policy = adapted("qwen3", trained=False)
    sft = SFT(policy, Corpus(), SFTConfig(steps=3, batch_size=2, warmup_steps=0))
    assert [type(one) for one in sft.optimizers] == [torch.optim.AdamW]
    before = {n: w.clone() for n, w in policy.model.state_dict().items()}
    losses = []
    sft.learn(lambda _, metrics: losses.append(metrics["train/loss"]))
    assert losses[-1] < losses[0]
    after = policy.model.state_dict()
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert moved == set(adapter_weights(policy.model))


@pytest.mark.parametrize("turned", [False, True])
def test_a_checkpoint_of_other_settings_is_refused(turned):
    kinds = [adapted().model, sharp("llama")]
    model, other = reversed(kinds) if turned else kinds
    weights = adapter_weights(other) or other.state_dict()
    before = logits(model)
    with pytest.raises(RunError, match="--lora"):
        load_trained(model, weights)
    with pytest.raises(RunError, match="--lora"):
        load_trained(adapted(settings=LoRASettings(rank=3)).model, adapter_weights(adapted().model))
    assert torch.equal(logits(model), before)
