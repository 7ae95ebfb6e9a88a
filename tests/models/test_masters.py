import copy
from dataclasses import replace

import pytest
import torch
from transformers import AutoModelForCausalLM

from r1gym.agents.grpo import GRPO, GRPOConfig
from r1gym.agents.ppo.config import PPOConfig
from r1gym.agents.ppo.trainer import PPO
from r1gym.agents.sft import SFT, SFTConfig
from r1gym.core.errors import ConfigError
from r1gym.core.run import Run, find_checkpoints
from r1gym.core.types import Score, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.models.adapters import adapter_weights, add_lora, merged, weight_of
from r1gym.models.decoders import make_decoder
from r1gym.models.forward import forward
from r1gym.models.hub_decoders import decoder_class
from r1gym.models.lora import LoRASettings
from r1gym.models.masters import Masters, cast, in_float32
from r1gym.models.optimizers import make_optimizer
from r1gym.models.policy import load_policy, new_tiny_policy
from r1gym.models.reference import Reference
from r1gym.models.ways import find_ways
from r1gym.verifiers import register_verifier
from tests.agents.architectures import ARCHITECTURES
from tests.agents.test_architectures import HANDFUL, save, slow_unless

SPEC = TaskSpec(problems={"arithmetic": [1]}, rewards={"few_kinds": 1.0}, max_tokens=6)
SHARED = {"steps": 3, "questions": 3, "group_size": 4, "max_tokens": 6, "learning_rate": 1e-4}


@pytest.fixture(autouse=True)
def rewards():
    register_verifier("few_kinds")(FewKinds)


class FewKinds:
    """Pays for each repeated character, which an untrained model differs in."""

    def score(self, problem, completion):
        text = completion.text
        return Score(1 - len(set(text)) / max(1, len(text)), Verdict.CORRECT)


def rough(seed=0):
    return new_tiny_policy(16, 2, 2, 24, 128, seed).to("cpu", "bfloat16")


def flat(weights):
    return torch.cat([weight.detach().float().flatten() for weight in weights])


def learn_from(weights, gradient):
    for weight in weights:
        weight.backward(torch.full_like(weight, gradient))


@pytest.mark.parametrize("name", slow_unless((*HANDFUL, "openai-gpt", "xglm", "minimax")))
def test_a_cast_model_is_what_transformers_loads_in_that_type(name, tmp_path):
    folder = save(name, tmp_path)
    full, policy = load_policy(folder), load_policy(folder, dtype="bfloat16")
    theirs = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16).eval()
    ids = torch.tensor([[7, 30, 31, 8, 9, 12]])
    with torch.no_grad():
        ours, found = (
            forward(model, ids, 6, use_cache=False).logits for model in (policy.model, theirs)
        )
    assert torch.equal(ours, found)
    assert decoder_class(policy.model) is decoder_class(full.model)
    assert find_ways(policy.model) == find_ways(full.model)  # rounding hides none
    assert policy.dtype is torch.bfloat16


def test_names_of_architectures_are_known():
    assert {"openai-gpt", "xglm", "minimax"} <= ARCHITECTURES.keys()


def test_small_steps_add_up_where_the_weights_alone_would_stay():
    lost, kept = rough(), rough()
    masters = Masters(kept.model)
    optimizer = make_optimizer("sgd", masters.weights.values(), 1e-3, 0.0)
    masters.follow(optimizer)
    plain = torch.optim.SGD(lost.model.parameters(), lr=1e-3)
    start = flat(lost.model.parameters())
    for _ in range(1000):
        learn_from(lost.model.parameters(), 1e-2)  # a step of 1e-5; a weight of 0.02 has 1e-4
        learn_from(kept.model.parameters(), 1e-2)
        for one in (plain, optimizer):
            one.step()
            one.zero_grad()
    exact = flat(masters.weights.values())
    assert torch.allclose(exact, start - 1e-2, atol=1e-4)
    assert torch.equal(flat(kept.model.parameters()), exact.bfloat16().float())
    moved = start - flat(lost.model.parameters())
    assert float((moved < 1e-3)[start.abs() > 0.01].float().mean()) > 0.5


def test_gradients_are_added_up_in_float32():
    policy = rough()
    masters = Masters(policy.model)
    weight, master = next(zip(policy.model.parameters(), masters.weights.values(), strict=True))
    for _ in range(300):  # 256 + 1 is 256 in bfloat16
        weight.backward(torch.ones_like(weight))
    assert weight.grad is None
    assert float(master.grad.mean()) == 300


def test_a_model_in_float32_is_its_own_master():
    policy = new_tiny_policy(16, 2, 2, 24, 128, 0)
    masters = Masters(policy.model)
    assert not masters.are_copies
    assert all(masters.weights[n] is weight for n, weight in policy.model.named_parameters())


def test_masters_are_saved_in_full_and_the_model_follows_them():
    policy, other = rough(), rough(1)
    masters, others = Masters(policy.model), Masters(other.model)
    with torch.no_grad():
        for master in masters.weights.values():
            master += 1e-6
    state = masters.state()
    assert state.keys() == policy.model.state_dict().keys()
    assert state["lm_head.weight"] is not None  # tied, and there as in any state
    others.load(state)
    same = zip(masters.weights.values(), others.weights.values(), strict=True)
    assert all(torch.equal(*pair) for pair in same)
    masters.spread()
    pairs = zip(policy.model.parameters(), other.model.parameters(), strict=True)
    assert all(torch.equal(*pair) for pair in pairs)


def test_a_second_trainer_goes_on_from_the_masters_of_the_first():
    policy = rough()
    first = sft(policy).learn()
    exact = {name: master.clone() for name, master in first.masters.weights.items()}
    second = grpo(policy)
    assert all(torch.equal(exact[n], w) for n, w in second.masters.weights.items())
    second.learn()
    assert any(not torch.equal(exact[n], w) for n, w in second.masters.weights.items())


def test_weights_that_were_changed_in_between_have_new_masters():
    policy = rough()
    Masters(policy.model)
    with torch.no_grad():
        for weight in policy.model.parameters():
            weight += 1
    for name, weight in policy.model.named_parameters():
        assert torch.equal(Masters(policy.model).weights[name], weight.float())


def test_a_trial_while_sampling_leaves_weights_that_can_be_trained():
    policy = rough()
    with torch.inference_mode(), in_float32(policy.model):
        pass
    assert not any(weight.data.is_inference() for weight in policy.model.parameters())
    assert sft(policy).learn().step == 3


def test_float16_is_not_trained_and_says_so():
    policy = new_tiny_policy(16, 2, 2, 24, 128, 0)
    policy.model.half()
    with pytest.raises(ConfigError, match="float16.*take bfloat16 or float32") as caught:
        grpo(policy)
    assert "\n" not in str(caught.value)


def test_in_float32_gives_back_what_was():
    policy = rough()
    before = copy.deepcopy(policy.model.state_dict())
    with in_float32(policy.model):
        assert policy.model.dtype is torch.float32
    assert policy.model.dtype is torch.bfloat16
    assert all(torch.equal(before[n], w) for n, w in policy.model.state_dict().items())


class Corpus:
    def examples(self, start):
        for number in range(start, start + 1000):
            yield [3 + number % 5] * (1 + number % 4), [4 + number % 7] * (2 + number % 3) + [1]


def sft(policy, **changes):
    config = SFTConfig(steps=3, batch_size=6, warmup_steps=1)
    return SFT(policy, Corpus(), replace(config, **changes))


def grpo(policy):
    spec = replace(SPEC, tokenizer=policy.tokenizer.name, template="short")
    return GRPO(policy, spec, GRPOConfig(**SHARED, kl_coef=0.05))


def ppo(policy):
    return PPO(policy, SPEC, PPOConfig(**SHARED))


def adapted_grpo(policy):
    pytest.importorskip("peft")
    add_lora(policy.model, LoRASettings(rank=2))
    return grpo(policy)


class EnoughError(Exception):
    pass


@pytest.mark.parametrize("make", [sft, grpo, ppo, adapted_grpo])
def test_a_run_goes_on_to_the_bit(make, tmp_path):
    run = Run(tmp_path / "run", {"a": 1})

    def stop(trainer, *_):
        if trainer.step == 2:
            trainer.save(run)
            raise EnoughError

    whole, first, second = make(rough()), make(rough()), make(rough())
    whole.learn()
    with pytest.raises(EnoughError):
        first.learn(stop if make is sft else [stop])
    assert second.resume(run)
    second.learn()
    pairs = zip(whole.masters.weights.values(), second.masters.weights.values(), strict=True)
    assert all(torch.equal(*pair) for pair in pairs)
    pairs = zip(whole.policy.model.parameters(), second.policy.model.parameters(), strict=True)
    assert all(torch.equal(*pair) for pair in pairs)
    moved = flat(whole.masters.weights.values()) - flat(make(rough()).masters.weights.values())
    assert float(moved.abs().max()) > 1e-5


def test_a_model_that_came_in_float32_is_written_in_full(tmp_path):
    run = Run(tmp_path / "run", {"a": 1})
    trainer = grpo(rough()).learn()
    trainer.save(run)
    written = load_policy(str(find_checkpoints(tmp_path / "run")[-1]))
    state = trainer.masters.state()
    assert all(torch.equal(state[n], w) for n, w in written.model.state_dict().items())
    exact, rounded = flat(state.values()), flat(trainer.policy.model.state_dict().values())
    assert not torch.equal(exact, rounded)


def test_the_reference_is_a_copy_without_masters():
    policy = rough()
    Masters(policy.model)
    reference = Reference(policy, every=1)
    assert reference.model.dtype is torch.bfloat16
    for weight in reference.model.parameters():
        assert not weight._post_accumulate_grad_hooks


@pytest.mark.parametrize("name", ["llama", "mixtral", "gpt2"])
def test_an_adapter_is_float32_beside_a_base_in_bfloat16(name, tmp_path):
    pytest.importorskip("peft")
    policy = load_policy(save(name, tmp_path), dtype="bfloat16")
    add_lora(policy.model, LoRASettings(rank=2))
    assert {w.dtype for w in adapter_weights(policy.model).values()} == {torch.float32}
    assert not Masters(policy.model).are_copies  # what is trained has all digits
    trainer = grpo(policy).learn()
    assert trainer.step == 3
    assert policy.dtype is torch.bfloat16
    make_decoder(policy.model, 0)
    for module in policy.model.modules():
        if hasattr(module, "base_layer") and hasattr(module.base_layer, "weight"):
            assert weight_of(module).dtype is torch.bfloat16
    assert merged(policy.model).dtype is torch.bfloat16


def test_casting_leaves_an_adapter_alone():
    pytest.importorskip("peft")
    policy = new_tiny_policy(16, 2, 2, 24, 128, 0)
    add_lora(policy.model, LoRASettings(rank=2))
    cast(policy.model, torch.bfloat16)
    types = {n: w.dtype for n, w in policy.model.named_parameters()}
    assert {kind for n, kind in types.items() if "lora_" in n} == {torch.float32}
    assert {kind for n, kind in types.items() if "lora_" not in n} == {torch.bfloat16}


@pytest.mark.parametrize("name", ["adamw", "adafactor", "sgd"])
def test_every_optimiser_learns(name):
    rate = {"adamw": 1e-3, "adafactor": 1e-2, "sgd": 1.0}[name]
    for policy in (rough(), new_tiny_policy(16, 2, 2, 24, 128, 0)):
        config = GRPOConfig(**SHARED | {"optimizer": name, "learning_rate": rate}, kl_coef=0.0)
        trainer = GRPO(policy, SPEC, config)
        before = flat(trainer.masters.weights.values())
        trainer.learn()
        assert not torch.equal(before, flat(trainer.masters.weights.values()))
    trainer = sft(rough(), matrix_learning_rate=0.0, optimizer=name, learning_rate=rate)
    losses = []
    trainer.learn(lambda _, metrics: losses.append(metrics["train/loss"]))
    assert losses[-1] < losses[0]


def test_adafactor_and_sgd_have_next_to_no_state():
    held = {}
    for name in ("adamw", "adafactor", "sgd"):
        weights = list(new_tiny_policy(64, 2, 2, 128, 128, 0).model.parameters())
        optimizer = make_optimizer(name, weights, 1e-3, 0.0)
        learn_from(weights, 1e-2)
        optimizer.step()
        states = [v for s in optimizer.state.values() for v in s.values() if torch.is_tensor(v)]
        held[name] = sum(v.numel() for v in states) / sum(w.numel() for w in weights)
    assert held["adamw"] > 2
    assert held["adafactor"] < 0.1
    assert held["sgd"] == 0
