import math
from collections import Counter

import pytest
import torch

from r1gym.core.errors import ConfigError
from r1gym.models.batches import make_batches
from r1gym.models.logprobs import token_logprobs
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import Sampling
from tests.agents.tolerance import assert_same_sums, forward_additions
from tests.policies import in_bfloat16

PROMPTS = [[7, 30, 31, 8], [7, 12, 13, 14, 15, 40, 41, 8], [9], [7, 30, 31, 33, 8]]
EOS = 1


def sample(policy, sampling, seed=0, group_size=4, prompts=PROMPTS, **options):
    groups = EmbeddedEngine(policy, **options).generate(prompts, group_size, sampling, seed)
    assert [len(group) for group in groups] == [group_size] * len(prompts)
    return [turn for group in groups for turn in group]


def likely_to_end(policy):
    """Makes the end token likely, so that completions end at many different lengths."""
    embedding = policy.model.get_output_embeddings().weight  # tied to the input
    common = torch.full_like(embedding[0], 0.1)  # every hidden state gets a share of this
    with torch.no_grad():
        embedding.mul_(0.5).add_(common)
        embedding[EOS] += 1.4 * common
    return policy


@pytest.mark.parametrize("temperature", [1.0, 0.6])
def test_log_probs_are_those_of_the_policy_that_sampled(policy, temperature):
    completions = sample(likely_to_end(policy), Sampling(24, temperature), group_size=8)
    lengths = {len(c.token_ids) for c in completions}
    assert len(lengths) > 3  # so rows left at different times
    prompts = [prompt for prompt in PROMPTS for _ in range(8)]
    ids = [c.token_ids for c in completions]
    for batch in make_batches(prompts, ids, 200, 0, torch.device("cpu")):
        again = token_logprobs(policy.model, batch, temperature).detach()
        sampled = batch.align([c.logprobs for c in completions])
        assert_same_sums(again, sampled, forward_additions(policy.model.config, 32))


def test_completions_end_with_the_end_token_or_are_truncated(policy):
    completions = sample(likely_to_end(policy), Sampling(24), group_size=8)
    assert {c.truncated for c in completions} == {True, False}
    for c in completions:
        assert len(c.logprobs) == len(c.token_ids)
        assert EOS not in c.token_ids[:-1]
        assert c.truncated == (c.token_ids[-1] != EOS)
        assert len(c.token_ids) == 24 if c.truncated else len(c.token_ids) <= 24
        assert c.text == policy.tokenizer.decode(c.token_ids)


def test_an_end_token_in_the_last_place_is_no_truncation(llama):
    weight = llama.model.get_output_embeddings().weight
    with torch.no_grad():
        weight.zero_()  # uniform
    for c in sample(llama, Sampling(1), group_size=200):
        assert len(c.token_ids) == 1
        assert c.truncated == (c.token_ids[0] != EOS)


@pytest.mark.parametrize("group_size", [1, 3])
def test_temperature_0_is_the_greedy_search_of_hugging_face(policy, group_size):
    completions = sample(likely_to_end(policy), Sampling(16, temperature=0), group_size=group_size)
    for i, prompt in enumerate(PROMPTS):
        ids = torch.tensor([prompt])
        expected = policy.model.generate(
            ids, attention_mask=torch.ones_like(ids), max_new_tokens=16, do_sample=False
        )[0, len(prompt) :].tolist()
        for c in completions[i * group_size : (i + 1) * group_size]:
            assert list(c.token_ids) == expected


def test_the_seed_decides_everything_and_nothing_else_does(policy):
    first = sample(policy, Sampling(12), seed=5)
    torch.manual_seed(1)
    torch.rand(3)
    assert sample(policy, Sampling(12), seed=5) == first
    assert sample(policy, Sampling(12), seed=6) != first


def test_chunks_leave_each_prompt_its_group(policy):
    greedy = Sampling(8, temperature=0)
    whole = sample(policy, greedy, group_size=2)
    chunked = sample(policy, greedy, group_size=2, rows=4)
    single = sample(policy, greedy, group_size=2, rows=1)
    ids = [[c.token_ids for c in found] for found in (whole, chunked, single)]
    assert ids[0] == ids[1] == ids[2]
    assert len(ids[0]) == 2 * len(PROMPTS)


def first_tokens(policy, sampling, count):
    completions = sample(policy, sampling, group_size=count, prompts=[[9]], rows=count)
    return Counter(c.token_ids[0] for c in completions), completions


def test_samples_follow_the_distribution(llama):
    count = 20_000
    counts, _ = first_tokens(llama, Sampling(1), count)
    with torch.no_grad():
        exact = llama.model(torch.tensor([[9]])).logits[0, -1].softmax(-1).tolist()
    # Rare tokens are taken together: the statistic needs at least 5 expected in each cell.
    likely = [i for i, p in enumerate(exact) if p * count >= 5]
    cells = [(counts[i], exact[i] * count) for i in likely]
    rest = count - sum(e for _, e in cells)
    statistic = sum((n - e) ** 2 / e for n, e in cells)
    freedom = len(cells) - 1
    assert freedom >= 5
    # Five standard deviations of chi-square above its mean: a false alarm in about 10^5.
    assert statistic < freedom + 5 * math.sqrt(2 * freedom)
    rare = sum(n for i, n in counts.items() if i not in likely)
    assert abs(rare - rest) < 5 + 5 * math.sqrt(rest)


def test_top_p_keeps_the_smallest_set_and_renormalises(llama):
    with torch.no_grad():
        exact = (llama.model(torch.tensor([[9]])).logits[0, -1] / 1.5).softmax(-1)
    ordered, order = exact.sort(descending=True)
    size = int((ordered.cumsum(0) < 0.7).sum()) + 1
    nucleus = set(order[:size].tolist())
    counts, completions = first_tokens(llama, Sampling(1, temperature=1.5, top_p=0.7), 4000)
    assert 1 < size < 60
    assert set(counts) <= nucleus
    assert len(counts) > size / 2
    mass = ordered[:size].sum()
    for c in completions[:50]:
        expected = float((exact[c.token_ids[0]] / mass).log())
        assert c.logprobs[0] == pytest.approx(expected, abs=1e-4)


def test_a_tiny_top_p_is_greedy(llama):
    counts, completions = first_tokens(llama, Sampling(1, top_p=1e-6), 50)
    assert len(counts) == 1
    assert completions[0].logprobs == (0.0,)


def test_bfloat16_samples(llama):
    completions = sample(in_bfloat16(llama), Sampling(8))
    assert all(math.isfinite(x) for c in completions for x in c.logprobs)


@pytest.mark.parametrize(
    "options", [{"max_tokens": 0}, {"temperature": -1}, {"top_p": 0}, {"top_p": 1.1}]
)
def test_values_that_make_no_sense_are_refused(options):
    with pytest.raises(ConfigError, match=next(iter(options))):
        Sampling(**{"max_tokens": 4} | options)
