import copy

import pytest
import torch

from r1gym.core.errors import ConfigError
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.models.adapters import add_lora
from r1gym.models.decoders import make_decoder
from r1gym.models.embedded.llama import is_plain
from r1gym.models.logprobs import packs, token_logprobs
from r1gym.models.lora import LoRASettings
from r1gym.models.policy import Policy, new_tiny_policy
from r1gym.models.recomputing import is_recomputed, recompute_layers
from r1gym.rollout.agreement import check_agreement
from tests.models.test_packing import batch_of, sharp


def kept_for_gradients(model, batch):
    """Returns log-probs, gradients, and how many numbers were kept for those."""
    kept = []
    with torch.autograd.graph.saved_tensors_hooks(
        lambda t: kept.append(t.numel()) or t, lambda t: t
    ):
        found = token_logprobs(model, batch)
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    slopes = torch.autograd.grad((found**2).sum(), weights, allow_unused=True)
    return found, slopes, sum(kept)


# Packed, with windows and experts as well, padded, and with dropout in the layers themselves.
@pytest.mark.parametrize("name", ["llama", "gemma3_text", "mixtral", "lfm2", "opt"])
def test_gradients_are_equal_and_less_is_kept_for_them(name):
    plain = sharp(name)
    assert packs(plain) is (name != "lfm2")
    model = copy.deepcopy(plain)
    recompute_layers(model)
    calls = []
    layer = next(m for m in model.modules() if "forward" in vars(m))
    next(layer.children()).register_forward_hook(lambda *_: calls.append(1))
    batch = batch_of()
    token_logprobs(model, batch)
    found, slopes, kept = kept_for_gradients(model, batch)
    calls.clear()
    token_logprobs(model, batch).sum().backward()
    assert len(calls) == 2  # forward, and again for the backward pass
    expected, exact, all_kept = kept_for_gradients(plain, batch)
    assert torch.equal(found, expected)
    for mine, theirs in zip(slopes, exact, strict=True):
        assert (mine is None) == (theirs is None)
        assert mine is None or torch.allclose(mine, theirs, rtol=1e-4, atol=1e-5)
    assert kept < 0.6 * all_kept


def test_an_adapter_is_trained_through_recomputed_layers():
    plain = sharp("llama")
    add_lora(plain, LoRASettings(rank=2))
    model = copy.deepcopy(plain)
    recompute_layers(model)
    batch = batch_of()
    for mine, theirs in zip(
        kept_for_gradients(model, batch)[1], kept_for_gradients(plain, batch)[1], strict=True
    ):
        assert torch.allclose(mine, theirs, rtol=1e-4, atol=1e-5)


def test_without_gradients_nothing_changes_and_caches_are_used():
    policy = Policy(sharp("qwen3"), load_tokenizer("tiny"))
    recompute_layers(policy.model)
    assert check_agreement(policy, [[7, 30, 31, 8], [9]], max_tokens=6) < 1e-4
    kind = type(make_decoder(sharp("qwen3"), 0))
    assert type(make_decoder(policy.model, 0)) is kind


def test_a_copy_recomputes_its_own_layers():
    model = sharp("llama")
    recompute_layers(model)
    twin = copy.deepcopy(model)
    assert is_recomputed(twin)
    with torch.no_grad():
        for weight in twin.parameters():
            weight.zero_()
    batch = batch_of()
    assert not torch.allclose(token_logprobs(twin, batch), token_logprobs(model, batch))


def test_the_embedded_policy_takes_the_way_that_recomputes():
    model = new_tiny_policy(16, 2, 2, 32, 128, seed=0).model
    assert is_plain(model)
    recompute_layers(model)
    assert not is_plain(model)


def test_an_architecture_without_marked_layers_is_refused():
    with pytest.raises(ConfigError, match="takes no gradient checkpointing") as caught:
        recompute_layers(sharp("ctrl"))
    assert "\n" not in str(caught.value)
