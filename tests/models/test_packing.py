import pytest
import torch

from r1gym.models import packing as module
from r1gym.models.batches import make_batches
from r1gym.models.packing import Packing, packed_attention
from r1gym.models.ways import run_packed, run_padded
from tests.agents.architectures import make_model

PROMPTS = [[7, 30, 8], [7, 30, 8], [9, 10, 11, 12, 13, 14, 15, 16], [7, 30, 8], [21]]
COMPLETIONS = [[20, 21, 22, 1], [1], [40, 41, 42, 43, 44, 45, 46, 1], [8, 8, 8], [33, 1]]


def sharp(name):
    model = make_model(name).eval()
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim > 1:
                weight.mul_(3)
    return model


def batch_of(*args):
    [batch] = make_batches(PROMPTS, COMPLETIONS, 1000, 0, torch.device("cpu"), *args)
    return batch


# Learned positions, shared keys, windows, windows of some layers, caps on scores, other widths.
@pytest.mark.parametrize("name", ["gpt2", "qwen2", "mistral", "gemma3", "gemma2", "deepseek_v3"])
@pytest.mark.parametrize("most_mask", [0, 2**26])
def test_packed_equals_padded_in_values_and_gradients(monkeypatch, name, most_mask):
    monkeypatch.setattr(module, "_MOST_MASK", most_mask)
    model = sharp(name).double()
    model.config._experts_implementation = "eager"  # the other takes no float64
    bound = 1e-9 if name == "gpt2" else 1e-6  # the others' norms are in float32
    batch = batch_of()
    expected = run_padded(model, batch)[batch.mask.bool()]
    scale = torch.arange(1.0, len(expected) + 1, dtype=torch.double)[:, None]
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    slopes = torch.autograd.grad((scale * expected**2).mean(), weights, allow_unused=True)
    found = run_packed(model, batch)
    assert (found - expected).abs().max() <= bound * expected.abs().max()
    mine = torch.autograd.grad((scale * found**2).mean(), weights, allow_unused=True)
    largest = max(float(slope.abs().max()) for slope in slopes if slope is not None)
    for a, b in zip(mine, slopes, strict=True):
        assert (a is None) == (b is None)
        assert a is None or (a - b).abs().max() <= bound * largest


def test_windows_that_layers_asked_for_are_known():
    packing = Packing(batch_of().packed)
    run_packed(sharp("gemma3"), batch_of(), packing)
    assert packing.windows == {None, 6}


def test_the_attention_is_the_model_s_own_again_afterwards():
    model = sharp("qwen2")
    before = model.config._attn_implementation
    with pytest.raises(KeyError), packed_attention(model, Packing(batch_of().packed)):
        assert model.config._attn_implementation != before
        raise KeyError
    assert model.config._attn_implementation == before


def test_nothing_is_computed_for_padding_or_again_for_a_shared_prompt():
    model, batch = sharp("qwen2"), batch_of()
    seen = []
    model.model.layers[0].mlp.register_forward_hook(lambda _, args, __: seen.append(args[0].shape))
    run_packed(model, batch)
    assert seen == [(1, 3 + 8 + 1 + 3 + 0 + 7 + 2 + 1, 32)]


def test_a_mask_of_the_model_s_own_is_refused():
    with (
        packed_attention(model := sharp("qwen2"), Packing(batch_of().packed)),
        pytest.raises(NotImplementedError),
    ):
        model(torch.tensor([[1, 2]]), attention_mask=torch.zeros(1, 1, 2, 2))
