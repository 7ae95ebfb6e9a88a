import pytest

from r1gym.agents.language_model import Greedy, Sampled
from r1gym.core.errors import ConfigError, ModelNotFoundError
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask

PROMPTS = ["User: Compute 1+1. Assistant:", "User: Solve 3*x=9. Assistant:"] * 3


@pytest.fixture
def task():
    return TokenTask(TaskSpec(problems={"equations": [1]}, max_tokens=8))


def test_greedy_always_answers_the_same(task, llama):
    first, second = (Greedy(task, model=llama, seed=seed).answer(PROMPTS, 8) for seed in (0, 1))
    assert first == second
    assert [c.token_ids for c in first[:2]] == [c.token_ids for c in first[2:4]]


def test_samples_differ_and_the_seed_decides(task, llama):
    texts = [
        [c.token_ids for c in Sampled(task, model=llama, seed=seed).answer(PROMPTS, 8)]
        for seed in (0, 0, 1)
    ]
    assert texts[0] == texts[1] != texts[2]
    assert texts[0][0] != texts[0][2]
    assert max(map(len, texts[0])) <= 8


def test_what_cannot_be_used_is_an_error(task, llama):
    with pytest.raises(ConfigError, match="needs a model"):
        Greedy(task)
    with pytest.raises(ConfigError, match="temperature"):
        Sampled(task, model=llama, temperature=-1)
    with pytest.raises(ModelNotFoundError):
        Sampled(task, model="/no/such/folder")
