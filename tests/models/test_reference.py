import pytest
import torch

from r1gym.models.batches import make_batches
from r1gym.models.logprobs import token_logprobs
from r1gym.models.reference import Reference

PROMPTS = [(7, 30, 8), (9,), (7, 8)]
COMPLETIONS = [(5, 6, 1), (40, 1), (30, 31, 32, 1)]
MASKS = [(True, False, True), (True, True), (False, True, True, True)]


def test_its_log_probs_are_those_of_the_model_at_the_tokens_that_count(policy):
    found = Reference(policy, 2).logprobs(PROMPTS, COMPLETIONS, MASKS, 0.7, most_tokens=12)
    assert [len(row) for row in found] == [2, 2, 3]
    for i in range(3):
        (batch,) = make_batches([PROMPTS[i]], [COMPLETIONS[i]], 99, 0, torch.device("cpu"))
        whole = token_logprobs(policy.model, batch, 0.7)[0].tolist()
        wanted = [value for value, counts in zip(whole, MASKS[i], strict=True) if counts]
        assert found[i] == pytest.approx(wanted, abs=1e-5)


def test_it_stays_until_its_step_comes(llama):
    reference = Reference(llama, 3)
    before = {name: weight.clone() for name, weight in reference.state_dict().items()}
    with torch.no_grad():
        for weight in llama.model.parameters():
            weight += 1
    for step in (1, 2):
        reference.follow(step)
        assert all(torch.equal(reference.state_dict()[name], w) for name, w in before.items())
    reference.follow(3)
    now = llama.model.state_dict()
    assert all(torch.equal(weight, now[name]) for name, weight in reference.state_dict().items())
    reference.load_state_dict(before)
    assert all(torch.equal(reference.state_dict()[name], w) for name, w in before.items())
    assert not any(weight.requires_grad for weight in reference.model.parameters())
