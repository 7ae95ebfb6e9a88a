import pytest
import torch

from r1gym.models import logprobs as module
from r1gym.models.batches import make_batches
from r1gym.models.heads import make_critic
from r1gym.models.logprobs import (
    token_distributions,
    token_logprobs,
    token_values,
)
from tests.agents.tolerance import assert_same_sums, forward_additions, gradient_additions
from tests.policies import in_bfloat16

PROMPTS = [[7, 30, 8], [7, 30, 8], [7, 30, 8], [9, 10, 11, 12, 13], [9, 10, 11, 12, 13]]
COMPLETIONS = [[20, 21, 22, 1], [1], [20, 25, 1], [40, 1], [41, 42, 43, 44, 45, 46]]
CPU = torch.device("cpu")


def reference(model, temperature=1.0):
    """Log-probs one sequence at a time, with nothing of ours but the arithmetic's definition."""
    found = []
    for prompt, completion in zip(PROMPTS, COMPLETIONS, strict=True):
        logits = model(torch.tensor([prompt + completion])).logits[0] / temperature
        shifted = logits[len(prompt) - 1 : -1].log_softmax(-1)
        found.append(shifted[range(len(completion)), completion])
    return found


@pytest.mark.parametrize("most_tokens", [1, 20, 1000])
@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_log_probabilities_and_gradients_equal_hugging_face(policy, most_tokens, temperature):
    model = policy.model
    expected = reference(model, temperature)
    size = max(float(row.detach().abs().max()) for row in expected)
    sum((i + 1) * (row**2).sum() for i, row in enumerate(expected)).backward()
    gradients = [weight.grad.clone() for weight in model.parameters()]
    model.zero_grad()
    seen = []
    for batch in make_batches(PROMPTS, COMPLETIONS, most_tokens, 0, CPU):
        rows = token_logprobs(model, batch, temperature)
        assert rows.shape == batch.mask.shape
        assert (rows[batch.mask == 0] == 0).all()
        for row, values, mask in zip(batch.rows, rows, batch.mask, strict=True):
            assert_same_sums(
                values[mask.bool()], expected[row], forward_additions(model.config, 11), size
            )
            ((row + 1) * (values**2).sum()).backward(retain_graph=True)
        seen += batch.rows
    assert sorted(seen) == [0, 1, 2, 3, 4]
    found = [weight.grad for weight in model.parameters()]
    assert_same_sums(found, gradients, gradient_additions(model.config, 11, 20))


@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_distributions_are_those_of_hugging_face_where_a_token_counts(policy, temperature):
    masks = [[True] * len(completion) for completion in COMPLETIONS]
    masks[4][1] = masks[4][2] = False
    (batch,) = make_batches(PROMPTS, COMPLETIONS, 1000, 0, CPU, masks)
    found = token_distributions(policy.model, batch, temperature)
    assert found.shape == (sum(map(sum, masks)), policy.tokenizer.vocab_size)
    expected = []
    for row in batch.rows:
        logits = policy.model(torch.tensor([PROMPTS[row] + COMPLETIONS[row]])).logits[0]
        before = (logits / temperature).log_softmax(-1)[len(PROMPTS[row]) - 1 : -1]
        expected.append(before[torch.tensor(masks[row])])
    additions = forward_additions(policy.model.config, 11)
    assert_same_sums(found, torch.cat(expected), additions)
    counts = batch.mask.bool()
    picked = found.gather(1, batch.ids[:, batch.first :][counts][:, None]).squeeze(1)
    assert_same_sums(picked, token_logprobs(policy.model, batch, temperature)[counts], additions)


def test_the_embedded_path_is_the_one_that_was_tested(llama, qwen):
    assert module.is_plain(llama.model)
    assert not module.is_plain(qwen.model)
    assert not module.is_plain(in_bfloat16(llama).model)


def test_bfloat16_comes_close(llama):
    (batch,) = make_batches(PROMPTS, COMPLETIONS, 1000, 0, CPU)
    exact = token_logprobs(llama.model, batch)
    rough = token_logprobs(in_bfloat16(llama).model, batch)
    assert rough.dtype == torch.float32
    assert 0 < (rough - exact).abs().max() < 0.5


@pytest.mark.parametrize("most_tokens", [1, 20, 1000])
def test_values_and_gradients_equal_hugging_face(policy, most_tokens):
    critic = make_critic(policy.model)
    head = critic.get_output_embeddings().weight
    torch.nn.init.normal_(head, generator=torch.Generator().manual_seed(0))
    expected = []
    for prompt, completion in zip(PROMPTS, COMPLETIONS, strict=True):
        outputs = critic(torch.tensor([prompt + completion])).logits[0, :, 0]
        expected.append(outputs[len(prompt) - 1 : -1])  # before each token, not after
    sum((i + 1) * (row**2).sum() for i, row in enumerate(expected)).backward()
    gradients = [weight.grad.clone() for weight in critic.parameters()]
    critic.zero_grad()
    for batch in make_batches(PROMPTS, COMPLETIONS, most_tokens, 0, CPU):
        values = token_values(critic, batch)
        assert (values[batch.mask == 0] == 0).all()
        for row, tokens in zip(batch.rows, batch.split(values), strict=True):
            assert_same_sums(
                torch.tensor(tokens), expected[row], forward_additions(critic.config, 11)
            )
        scale = torch.tensor(batch.rows)[:, None] + 1
        (scale * values**2).sum().backward()
    found = [weight.grad for weight in critic.parameters()]
    assert_same_sums(found, gradients, gradient_additions(critic.config, 11, 20))
