import pytest
import torch
from torch.distributed.tensor import DTensor

from r1gym.models.batches import make_batches
from r1gym.models.logprobs import token_logprobs
from r1gym.models.policy import new_tiny_policy
from r1gym.models.sharding import Sharded
from r1gym.models.ways import run_picked
from tests.ranks import in_ranks

# Their widths are cut up between three processes with a rest.
PROMPTS, COMPLETIONS = [[3, 4, 5], [4, 4]], [[5, 6, 7], [7, 8, 9, 1]]


def make():
    policy = new_tiny_policy(20, 2, 2, 25, 64, 0)
    with torch.no_grad():  # or attention has next to no gradient, and Muon makes its rounding large
        for weight in policy.model.parameters():
            weight.mul_(6 if weight.ndim == 2 else 1)
    inner = [w for w in policy.model.parameters() if w.ndim == 2 and len(w) < 100]
    others = [w for w in policy.model.parameters() if w.ndim != 2 or len(w) >= 100]
    return policy, [
        torch.optim.AdamW(others, lr=1e-3, fused=True),
        torch.optim.Muon(inner, lr=1e-3),
    ]


def batches(policy):
    return make_batches(PROMPTS, COMPLETIONS, 7, 0, policy.device)


def alone(steps, policy, optimizers):
    for _ in range(steps):
        for batch in batches(policy):
            # The way of what is cut up, not the plain Llama's: optimisers make rounding large.
            run_picked(policy.model, batch, 1.0, packs=True).sum().backward()
        norm = float(torch.nn.utils.clip_grad_norm_(policy.model.parameters(), 1.0))
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
    return norm


def weights(policy):
    return [weight.detach().clone() for weight in policy.model.parameters()]


def work():
    policy, optimizers = make()
    alone(1, policy, optimizers)  # so that there is a state to cut up
    world = Sharded()
    trained = world.wrap(policy, optimizers)
    assert all(isinstance(weight, DTensor) for weight in trained.model.parameters())
    dealt = world.deal(batches(policy))
    for batch in dealt:
        token_logprobs(trained.model, batch).sum().backward()
    norm = world.clip(policy.model.parameters(), 1.0)
    for optimizer in optimizers:
        world.step(optimizer)
        optimizer.zero_grad()
    before = weights(policy)
    world.spread()
    moved = any(not torch.equal(a, b) for a, b in zip(before, weights(policy), strict=True))
    held = sum(w.to_local().numel() for w in trained.model.parameters())
    state = [world.state(optimizer) for optimizer in optimizers]
    return len(dealt), [b.is_empty for b in dealt], norm, weights(policy), state, held, moved


@pytest.mark.parametrize("size", [2, 3])
def test_cut_up_weights_are_trained_as_whole_ones(size, tmp_path):
    policy, optimizers = make()
    norm = alone(2, policy, optimizers)
    whole = sum(weight.numel() for weight in policy.model.parameters())
    ranks = in_ranks(size, tmp_path, work)
    for rank, (count, empty, their_norm, trained, states, held, moved) in enumerate(ranks):
        assert count == 1  # two batches for two or three processes: a third has an empty one
        assert empty == [rank == 2]
        assert moved
        assert their_norm == pytest.approx(norm, rel=1e-5)
        assert held < whole / size * 1.1
        for ours, theirs in zip(trained, weights(policy), strict=True):
            assert float((ours - theirs).abs().max()) < 1e-5
        for state, optimizer in zip(states, optimizers, strict=True):
            expected = optimizer.state_dict()
            assert state["state"].keys() == expected["state"].keys()
            for number, values in expected["state"].items():
                for name, value in values.items():
                    found = state["state"][number][name]
                    assert torch.is_tensor(found) and not isinstance(found, DTensor)
                    assert torch.allclose(found, value, atol=1e-6)
