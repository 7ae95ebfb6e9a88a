from functools import partial

import pytest
import torch
from torch.distributed.tensor import DTensor

from r1gym.models.batches import make_batches
from r1gym.models.logprobs import token_logprobs
from r1gym.models.masters import Masters
from r1gym.models.policy import new_tiny_policy
from r1gym.models.sharding import Sharded
from r1gym.models.ways import run_picked
from tests.ranks import in_ranks

# Their widths are cut up between three processes with a rest.
PROMPTS, COMPLETIONS = [[3, 4, 5], [4, 4]], [[5, 6, 7], [7, 8, 9, 1]]


def make(dtype):
    policy = new_tiny_policy(20, 2, 2, 25, 64, 0)
    with torch.no_grad():  # or attention has next to no gradient, and Muon makes its rounding large
        for weight in policy.model.parameters():
            weight.mul_(6 if weight.ndim == 2 else 1)
    masters = Masters(policy.to("cpu", dtype).model)
    inner = [w for w in masters.weights.values() if w.ndim == 2 and len(w) < 100]
    others = [w for w in masters.weights.values() if w.ndim != 2 or len(w) >= 100]
    optimizers = [torch.optim.AdamW(others, lr=1e-3, fused=True), torch.optim.Muon(inner, lr=1e-3)]
    for optimizer in optimizers:
        masters.follow(optimizer)
    return policy, masters, optimizers


def full_of(policy, state):
    return [state[name] for name, _ in policy.model.named_parameters()]


def batches(policy):
    return make_batches(PROMPTS, COMPLETIONS, 7, 0, policy.device)


def alone(steps, policy, masters, optimizers):
    for _ in range(steps):
        for batch in batches(policy):
            # The way of what is cut up, not the plain Llama's: optimisers make rounding large.
            run_picked(policy.model, batch, 1.0, packs=True).sum().backward()
        norm = float(torch.nn.utils.clip_grad_norm_(masters.weights.values(), 1.0))
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
    return norm


def copied(weights):
    return [weight.detach().clone() for weight in weights]


def work(dtype):
    policy, masters, optimizers = make(dtype)
    alone(1, policy, masters, optimizers)  # so that there is a state to cut up
    world = Sharded()
    trained = world.wrap(policy, masters, optimizers)
    assert all(isinstance(weight, DTensor) for weight in trained.model.parameters())
    dealt = world.deal(batches(policy))
    for batch in dealt:
        token_logprobs(trained.model, batch).sum().backward()
    norm = world.clip(masters.weights.values(), 1.0)
    for optimizer in optimizers:
        world.step(optimizer)
        optimizer.zero_grad()
    before = copied(policy.model.parameters())
    world.spread()
    after = copied(policy.model.parameters())
    moved = any(not torch.equal(a, b) for a, b in zip(before, after, strict=True))
    full = world.weights(masters)
    held = sum(w.to_local().numel() for w in trained.model.parameters())
    state = [world.state(optimizer) for optimizer in optimizers]
    return len(dealt), [b.is_empty for b in dealt], norm, full, after, state, held, moved


@pytest.mark.parametrize(
    ("size", "dtype"), [(2, "float32"), (3, "float32"), (2, "bfloat16"), (3, "bfloat16")]
)
def test_cut_up_weights_are_trained_as_whole_ones(size, dtype, tmp_path):
    policy, masters, optimizers = make(dtype)
    norm = alone(2, policy, masters, optimizers)
    whole = sum(weight.numel() for weight in policy.model.parameters())
    ranks = in_ranks(size, tmp_path, partial(work, dtype))
    expected_weights = masters.state()
    for rank, (count, empty, their_norm, full, rounded, states, held, moved) in enumerate(ranks):
        assert count == 1  # two batches for two or three processes: a third has an empty one
        assert empty == [rank == 2]
        assert moved
        assert their_norm == pytest.approx(norm, rel=1e-5)
        assert held < whole / size * 1.1
        assert full.keys() == expected_weights.keys()
        for name, theirs in expected_weights.items():
            assert full[name].dtype == torch.float32
            assert float((full[name] - theirs).abs().max()) < 1e-5
        for ours, theirs in zip(rounded, full_of(policy, full), strict=True):
            assert torch.equal(ours, theirs.to(ours.dtype))
        for state, optimizer in zip(states, optimizers, strict=True):
            expected = optimizer.state_dict()
            assert state["state"].keys() == expected["state"].keys()
            for number, values in expected["state"].items():
                for name, value in values.items():
                    found = state["state"][number][name]
                    assert torch.is_tensor(found) and not isinstance(found, DTensor)
                    assert torch.allclose(found, value, atol=1e-6)
