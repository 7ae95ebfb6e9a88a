import torch

from r1gym.models.batches import make_batches
from r1gym.models.heads import make_critic
from r1gym.models.logprobs import token_values


def test_a_critic_starts_at_0_and_shares_nothing_with_the_policy(policy):
    before = [weight.detach().clone() for weight in policy.model.parameters()]
    critic = make_critic(policy.model)
    (batch,) = make_batches([[7, 30], [8]], [[20, 1], [21, 22, 1]], 1000, 0, torch.device("cpu"))
    assert (token_values(critic, batch) == 0).all()
    with torch.no_grad():
        for weight in critic.parameters():
            weight.add_(1)
    assert (token_values(critic, batch)[batch.mask.bool()] != 0).all()
    for weight, old in zip(policy.model.parameters(), before, strict=True):
        assert torch.equal(weight, old)
    assert policy.model.get_output_embeddings().weight.shape[0] == policy.tokenizer.vocab_size


def test_a_critic_is_of_the_policys_size(llama):
    count = sum(weight.numel() for weight in llama.model.parameters())
    width = llama.model.config.hidden_size
    assert sum(weight.numel() for weight in make_critic(llama.model).parameters()) == count + width
