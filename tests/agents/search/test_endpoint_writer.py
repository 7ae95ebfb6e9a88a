"""A served model that is gone on with: steps end where it says, and where servers do not say."""

import gymnasium as gym
import pytest

import r1gym  # noqa: F401
from r1gym.agents.search.agent import MCTSAgent
from r1gym.agents.search.endpoint_writer import EndpointWriter
from r1gym.agents.search.steps import Cut
from r1gym.envs.task import task_of
from r1gym.evaluation.episodes import run_episodes
from tests.chat_server import ChatServer, serving

STEPS = ("<think>Split it.\n", "Add the digits.\n", "</think><answer>no</answer>")


def served(told, steps=STEPS, counts=True):
    """Returns what goes on with a text by one of the steps, as a server that tells so much does."""

    def reply(request):
        done = sum(step in request["prompt"] for step in steps)
        text, stop = steps[done], request.get("stop", [])
        if not stop:
            text = "".join(steps[done:])
        stopped = next((one for one in stop if text.endswith(one)), None)
        choice = {"index": 0, "text": text.removesuffix(stopped or ""), "finish_reason": "stop"}
        if told:
            choice["stop_reason"] = stopped
        found = {"id": "x", "object": "text_completion", "created": 0, "model": "m"}
        usage = {"prompt_tokens": 1, "completion_tokens": 3, "total_tokens": 4}
        return found | {"choices": [choice]} | ({"usage": usage} if counts else {})

    return reply


def options(server):
    return {"model": "m", "base_url": server.url, "api_key_env": None, "max_retries": 0}


@pytest.fixture
def task():
    return task_of(gym.make("r1/Code-v0", problems={"code-digit-sums": [1]}, max_tokens=64))


@pytest.mark.parametrize("told", [True, False])
def test_steps_are_joined_to_what_the_model_wrote(told, task):
    with serving(ChatServer([served(told)])) as server:
        writer = EndpointWriter(task, **options(server))
        prefix = writer.begin("Sum the digits.")
        while not prefix.ended:
            ((step,),) = writer.write([prefix], 1, Cut.of("newline"), 64, seed=len(prefix.steps))
            prefix += step
        assert tuple(step.text for step in prefix.steps) == STEPS
        assert [step.sampled for step in prefix.steps] == [3, 3, 3]
        assert writer.completion(prefix).text == "".join(STEPS)
        assert [r["max_tokens"] for r in server.requests] == [64, 61, 58]
        assert len({r["seed"] for r in server.requests}) == 3


def test_a_server_that_tells_is_believed(task):
    with serving(ChatServer([served(True, ("No answer",), counts=False)])) as server:
        writer = EndpointWriter(task, **options(server))
        ((step,),) = writer.write([writer.begin("x")], 1, Cut.of("newline"), 64, seed=0)
        assert step.ended and step.sampled == len(step.token_ids) == len("No answer")


def test_one_that_ran_into_its_limit_is_gone_on_with(task):
    def reply(request):
        found = served(True, ("12345678",))(request)
        found["choices"][0] |= {"text": "1234", "finish_reason": "length"}
        return found

    with serving(ChatServer([reply])) as server:
        writer = EndpointWriter(task, **options(server))
        ((step,),) = writer.write([writer.begin("x")], 1, Cut.of("tokens:4"), 64, seed=0)
        assert not step.ended and server.requests[0]["max_tokens"] == 4
        assert "stop" not in server.requests[0]


@pytest.mark.parametrize("name", ["r1/Math-v0", "r1/Countdown-v0", "r1/Code-v0"])
def test_search_runs_with_a_served_model(name):
    class Halfway:
        name = "halfway"

        def score(self, prompts, steps):
            return [[0.5] * len(one) for one in steps]

    env = gym.make(name, rewards={"format": 1.0}, max_tokens=64)
    with serving(ChatServer([served(True)])) as server:
        agent = MCTSAgent(
            task_of(env), endpoint=options(server), scorer=Halfway(), simulations=3, children=2
        )
        (episode,) = run_episodes(agent, env, 1, seed=0)
    assert episode.completion.text == "".join(STEPS) and episode.score.value == 1.0
    assert agent.costs[0].tokens == 3 * 2 * 3
