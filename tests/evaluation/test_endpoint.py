import pytest

from r1gym.core.errors import ConfigError, R1GymError
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.evaluation.endpoint import Endpoint
from r1gym.evaluation.runner import EvalConfig, Sampler, evaluate
from r1gym.rollout.engine import Sampling
from tests.chat_server import ChatServer, chat, serving

SPEC = TaskSpec(
    problems="arithmetic:1", split="test", template="{question} Box it.", max_tokens=32,
    rewards={"accuracy": 1.0},
)  # fmt: skip


def answered(request):
    """The sum of what is asked, and one token a letter of it."""
    asked = request["messages"][0]["content"].removeprefix("Compute ").removesuffix(" Box it.")
    answer = chat(f"\\boxed{{{eval(asked)}}}")
    return answer | {"usage": {"completion_tokens": 7, "prompt_tokens": 1, "total_tokens": 8}}


def test_a_served_model_is_evaluated_as_any_other():
    task = TokenTask(SPEC)
    with serving(ChatServer([answered])) as server:
        endpoint = Endpoint(server.url, "m", {"concurrency": 1})
        assert isinstance(endpoint, Sampler) and endpoint.most_tokens is None
        assert (endpoint.at_once(2), endpoint.at_once(64)) == (2, 1)
        found = evaluate(endpoint, task, EvalConfig(questions=3, samples=2, seed=5))
    assert found.pass_at[1].mean == found.cons_at.mean == 1.0
    assert found.mean_length == 7  # as the server counts
    requests = server.requests
    assert len(requests) == 6 and len({request["seed"] for request in requests}) == 6
    assert {(r["temperature"], r["top_p"], r["max_completion_tokens"]) for r in requests} == {
        (0.6, 0.95, 32)
    }


def test_the_same_seed_asks_the_same():
    task = TokenTask(SPEC)
    problems = [task.problem_set[0]]
    with serving(ChatServer([chat("5")])) as server:
        for _ in range(2):
            Endpoint(server.url, "m").sample(task, problems, 2, Sampling(8), 3)
        [[(_, tokens), _]] = Endpoint(server.url, "m").sample(task, problems, 2, Sampling(8), 4)
    seeds = sorted(request["seed"] for request in server.requests[:4])
    assert seeds[0] == seeds[1] and seeds[2] == seeds[3] and tokens == 1  # counted here


def test_what_is_wrong_is_said_in_a_line():
    with pytest.raises(ConfigError, match="--model NAME"):
        Endpoint("http://localhost:1/v1", "")
    with pytest.raises(ConfigError, match="'temperature' of an endpoint has an option of its own"):
        Endpoint("http://localhost:1/v1", "m", {"temperature": 1})
    task = TokenTask(SPEC)
    with serving(ChatServer([500])) as server:
        endpoint = Endpoint(server.url, "m", {"max_retries": 0})
        with pytest.raises(R1GymError, match="gave no answer"):
            endpoint.sample(task, [task.problem_set[0]], 1, Sampling(8), 0)


def test_where_nobody_listens_nothing_is_tried_again_and_again(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    task = TokenTask(SPEC)
    with pytest.raises(R1GymError, match="Nobody answers at http://localhost:9/v1"):
        Endpoint("http://localhost:9/v1", "m").sample(
            task, [task.problem_set[0]] * 64, 16, Sampling(8), 0
        )
