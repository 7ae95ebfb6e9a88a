import pytest
import torch

from r1gym.models import picked as module
from r1gym.models.picked import pick, picked_logprobs

TOKENS, WIDTH, VOCABULARY = 11, 6, 40


def make(dtype=torch.float64, bias=True):
    generator = torch.Generator().manual_seed(0)
    shapes = ((TOKENS, WIDTH), (VOCABULARY, WIDTH), (VOCABULARY,))
    parts = [torch.randn(shape, generator=generator, dtype=dtype) for shape in shapes]
    for part in parts:
        part.requires_grad_()
    targets = torch.randint(VOCABULARY, (TOKENS,), generator=generator)
    return parts[0], parts[1], parts[2] if bias else None, targets


def gradients(found, parts):
    scale = torch.arange(1, TOKENS + 1, dtype=found.dtype)
    return torch.autograd.grad((scale * found**2).sum(), parts)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("temperature", [1.0, 0.6])
@pytest.mark.parametrize("rows", [1, 4, 10])
def test_chunks_give_the_values_and_gradients_of_all_logits(monkeypatch, bias, temperature, rows):
    hidden, weight, shift, targets = make(bias=bias)
    parts = [part for part in (hidden, weight, shift) if part is not None]
    whole = picked_logprobs(hidden, weight, shift, targets, temperature)
    expected = gradients(whole, parts)
    monkeypatch.setattr(module, "_CHUNK", rows * VOCABULARY)
    found = picked_logprobs(hidden, weight, shift, targets, temperature)
    assert torch.allclose(found, whole, rtol=1e-12)
    for mine, plain in zip(gradients(found, parts), expected, strict=True):
        assert torch.allclose(mine, plain, rtol=1e-10)


@pytest.mark.parametrize("trained", [(0,), (1,), (2,), (0, 1)])
def test_only_what_is_trained_has_a_gradient(monkeypatch, trained):
    hidden, weight, shift, targets = make()
    parts = [hidden, weight, shift]
    expected = gradients(picked_logprobs(*parts, targets, 0.7), parts)
    monkeypatch.setattr(module, "_CHUNK", 3 * VOCABULARY)
    for number, part in enumerate(parts):
        part.requires_grad_(number in trained)
    chosen = [parts[number] for number in trained]
    for number, mine in zip(
        trained, gradients(picked_logprobs(*parts, targets, 0.7), chosen), strict=True
    ):
        assert torch.allclose(mine, expected[number], rtol=1e-10)


def test_no_tensor_has_as_many_numbers_as_there_are_logits(monkeypatch):
    from torch.utils._python_dispatch import TorchDispatchMode

    largest = []

    class Largest(TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            result = func(*args, **kwargs or {})
            if isinstance(result, torch.Tensor):
                largest.append(result.numel())
            return result

    hidden, weight, _, targets = make(bias=False)
    for chunk, expected in ((2 * VOCABULARY, 2 * VOCABULARY), (10**6, TOKENS * VOCABULARY)):
        monkeypatch.setattr(module, "_CHUNK", chunk)
        largest.clear()
        with Largest():
            gradients(picked_logprobs(hidden, weight, None, targets, 1.0), [hidden])
        weight.requires_grad_(False)
        with Largest():
            gradients(picked_logprobs(hidden, weight, None, targets, 1.0), [hidden])
        weight.requires_grad_()
        assert max(largest) == max(expected, weight.numel())


def test_bfloat16_is_computed_in_bfloat16_and_summed_in_float32(monkeypatch):
    hidden, weight, _, targets = make(torch.float32, bias=False)
    exact = picked_logprobs(hidden, weight, None, targets, 1.0)
    found = {}
    for chunk in (10**6, 3 * VOCABULARY):
        monkeypatch.setattr(module, "_CHUNK", chunk)
        rough = [part.detach().bfloat16().requires_grad_() for part in (hidden, weight)]
        found[chunk] = picked_logprobs(*rough, None, targets, 1.0)
        assert all(slope.dtype == torch.bfloat16 for slope in gradients(found[chunk], rough))
    whole, chunks = found.values()
    assert chunks.dtype == whole.dtype == torch.float32
    assert torch.allclose(chunks, whole, atol=1e-6)
    assert 0 < (chunks - exact).abs().max() < 0.2


def test_pick_is_the_log_softmax_at_the_targets():
    logits = torch.randn(3, 5, VOCABULARY, generator=torch.Generator().manual_seed(1))
    targets = torch.randint(VOCABULARY, (3, 5))
    expected = (logits / 0.5).log_softmax(-1).gather(-1, targets[..., None]).squeeze(-1)
    assert torch.allclose(pick(logits, targets, 0.5), expected, atol=1e-5)


def test_a_likely_tokens_gradient_is_as_exact_under_a_frozen_head(monkeypatch):
    monkeypatch.setattr(module, "_CHUNK", 3 * VOCABULARY)
    hidden, weight, _, _ = make(torch.float32, bias=False)
    hidden, weight = hidden.detach() * 4, weight.detach()
    targets = (hidden @ weight.T).argmax(-1)  # nearly sure: its slope is a small difference
    exact = hidden.double().requires_grad_()
    pick(exact @ weight.double().T, targets, 1.0).sum().backward()
    found = hidden.clone().requires_grad_()
    picked_logprobs(found.bfloat16(), weight.bfloat16(), None, targets, 1.0).sum().backward()
    gap = (found.grad - exact.grad).norm() / exact.grad.norm()
    assert float(gap) < 0.05
