import math

import pytest

from r1gym.core.errors import ConfigError
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.step_likelihood import LikelihoodScorer
from r1gym.models.step_scorer import make_step_scorer
from tests.policies import new_llama, new_qwen

PROMPTS = [[7, 30, 8], [7, 30, 8], [9, 11]]
STEPS = [[[20, 21], [22, 5, 13]], [[20], [21, 22], [1]], [[30, 1]]]


@pytest.fixture
def task():
    return TokenTask(TaskSpec(problems={"arithmetic": [3]}, max_tokens=40))


def by_hand(policy, prompt, completion, temperature=1.0):
    """The log-prob of each token, from a forward pass of its own."""
    import torch

    ids = torch.tensor([[*prompt, *completion]])
    with torch.no_grad():
        logprobs = (policy.model(ids).logits[0] / temperature).log_softmax(-1)
    at = range(len(prompt) - 1, len(prompt) + len(completion) - 1)
    return [float(logprobs[i, token]) for i, token in zip(at, completion, strict=True)]


@pytest.mark.parametrize("make", [new_llama, new_qwen])
@pytest.mark.parametrize("temperature", [1.0, 0.6])
def test_a_value_is_the_least_or_the_mean_probability_so_far(task, make, temperature):
    policy = make()
    least, mean = (
        LikelihoodScorer(task, model=policy, how=how, temperature=temperature).score(PROMPTS, STEPS)
        for how in ("least", "mean")
    )
    for i, (prompt, cut) in enumerate(zip(PROMPTS, STEPS, strict=True)):
        found = by_hand(policy, prompt, [t for step in cut for t in step], temperature)
        end = 0
        for number, step in enumerate(cut):
            end += len(step)
            assert least[i][number] == pytest.approx(math.exp(min(found[:end])), rel=1e-4)
            assert mean[i][number] == pytest.approx(math.exp(sum(found[:end]) / end), rel=1e-4)


def test_it_reads_tokens_and_not_where_they_are_cut(task):
    scorer = LikelihoodScorer(task, model=new_llama())
    whole, cut = scorer.score([[7, 30]] * 2, [[[20, 21, 22, 1]], [[20], [21, 22], [], [1]]])
    assert whole[0] == pytest.approx(cut[-1])
    assert cut[2] == cut[1] >= cut[3]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"how": "most"}, "how must be one of least, mean"),
        ({"temperature": 0}, "temperature must be a number above 0"),
        ({"most_tokens": 0}, "most_tokens must be a whole number of at least 1"),
    ],
)
def test_wrong_options(task, options, message):
    with pytest.raises(ConfigError, match=message):
        make_step_scorer("likelihood", task, {"model": new_llama(), **options})


def test_a_model_of_other_tokens_is_refused(task):
    from r1gym.models.policy import new_tiny_policy

    other = new_tiny_policy(16, 1, 2, 16, 64, seed=0, tokenizer="bilingual")
    with pytest.raises(ConfigError, match="reads other tokens than those of the task"):
        LikelihoodScorer(task, model=other)


def test_a_step_before_any_token_is_refused(task):
    with pytest.raises(ConfigError, match="first step holds no token"):
        LikelihoodScorer(task, model=new_llama()).score([[7]], [[[], [20]]])


def test_what_is_longer_than_the_context_is_refused(task):
    scorer = LikelihoodScorer(task, model=new_llama())
    assert len(scorer.score([[7] * 100], [[[20] * 28]])[0]) == 1
    with pytest.raises(ConfigError, match="has 129 tokens, and the context .* is 128"):
        scorer.score([[7] * 100], [[[20] * 29]])
    assert scorer.score([], []) == []
