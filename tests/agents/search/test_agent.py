"""Search agents run on several ids through one protocol, with anybody's policy and step scorer."""

import gymnasium as gym
import pytest
import torch

import r1gym  # noqa: F401
from r1gym.agents.protocol import AGENTS, AnswerAgent
from r1gym.agents.search.agent import MCTSAgent, StepBeamAgent
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.envs.task import task_of
from r1gym.evaluation.episodes import run_episodes
from r1gym.models.step_scorer import STEP_SCORERS

IDS = {
    "r1/Math-v0": {"arithmetic": [1]},
    "r1/Countdown-v0": {"countdown-numbers": [1]},
    "r1/Code-v0": {"code-digit-sums": [1]},
}


def env_of(name, max_tokens=12):
    rewards = {"format": 1.0}  # the search is told nothing of it
    return gym.make(name, problems=IDS[name], rewards=rewards, max_tokens=max_tokens, split="test")


@pytest.fixture
def wide(llama):
    """The small policy, with room for the prompts of all ids."""
    llama.model.config.max_position_embeddings = 1024
    return llama


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("agent", ["mcts", "step_beam"])
def test_they_answer_on_every_id(name, agent, wide):
    env = env_of(name)
    made = AGENTS.get(agent)(task_of(env), model=wide, steps="tokens:4")
    assert isinstance(made, AnswerAgent)
    episodes = run_episodes(made, env, 2, seed=0)
    assert len(made.costs) == 2
    for episode, cost in zip(episodes, made.costs, strict=True):
        assert 1 <= len(episode.completion.token_ids) <= 12
        assert cost.tokens > len(episode.completion.token_ids) and cost.nodes > 0 < cost.seconds


def test_a_policy_of_another_kind_writes(qwen):
    env = env_of("r1/Math-v0")
    agent = MCTSAgent(task_of(env), model=qwen, steps="tokens:4", simulations=3)
    assert len(run_episodes(agent, env, 2, seed=0)) == 2


class Shortest:
    """A third party's step scorer: the shorter the better."""

    name = "shortest"

    def __init__(self, task, *, weight=1.0):
        self.weight = weight

    def score(self, prompts, steps):
        return [
            [1 / (1 + self.weight * sum(map(len, one[: i + 1]))) for i in range(len(one))]
            for one in steps
        ]


def test_a_step_scorer_of_another_package_guides(llama):
    with STEP_SCORERS.scoped():
        STEP_SCORERS.register("shortest")(Shortest)
        task = task_of(env_of("r1/Math-v0"))
        options = {"model": llama, "steps": "newline", "seed": 3}
        agent = StepBeamAgent(task, scorer="shortest", scorer_options={"weight": 2.0}, **options)
        plain = AGENTS.get("sampled")(task, model=llama, seed=3)
        prompts = ["User: Compute 2+2. Assistant:"] * 8
        short, long = (sum(len(c.token_ids) for c in a.answer(prompts, 12)) for a in (agent, plain))
        assert short < long
        same = StepBeamAgent(task, scorer=Shortest(task), **options)
        assert sum(len(c.token_ids) for c in same.answer(prompts, 12)) == short


def test_every_call_has_a_seed_of_its_own(llama):
    task = task_of(env_of("r1/Math-v0"))
    prompts = ["User: Compute 2+2. Assistant:"] * 4
    one, same = (MCTSAgent(task, model=llama, seed=1, simulations=2) for _ in range(2))
    first, second = (one.answer(prompts, 12) for _ in range(2))
    assert first != second
    assert [same.answer(prompts, 12) for _ in range(2)] == [first, second]


def test_log_probabilities_are_those_of_the_policy(llama):
    task = task_of(env_of("r1/Math-v0"))
    (answer,) = MCTSAgent(task, model=llama, simulations=2).answer(["Compute 2+2"], 12)
    ids = torch.tensor([[*task.tokenizer.encode("Compute 2+2"), *answer.token_ids]])
    with torch.no_grad():
        logprobs = llama.model(ids).logits[0, :-1].log_softmax(-1)
    picked = logprobs.gather(1, ids[0, 1:, None])[-len(answer.token_ids) :, 0]
    torch.testing.assert_close(picked, torch.tensor(answer.logprobs), atol=1e-4, rtol=0)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({}, ConfigError, "needs a model"),
        ({"steps": "lines"}, UnknownNameError, "newline"),
        ({"model": "x", "endpoint": {"model": "m"}}, ConfigError, "not both"),
        ({"endpoint": {"model": "m", "chat": True, "api_key_env": None}}, ConfigError, "chat"),
    ],
)
def test_what_cannot_be_used_is_one_line(options, error, said):
    with pytest.raises(error, match=said):
        MCTSAgent(task_of(env_of("r1/Math-v0")), **options)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"scorer": "likelyhood"}, UnknownNameError, "likelihood"),
        ({"simulations": 0}, ConfigError, "simulations"),
        ({"scorer_options": {"hov": "mean"}}, UnknownNameError, "how"),
        ({"width": 3}, UnknownNameError, "no option of 'mcts' 'width'"),
    ],
)
def test_an_option_that_there_is_not(options, error, said, llama):
    with pytest.raises(error, match=said):
        MCTSAgent(task_of(env_of("r1/Math-v0")), model=llama, **options)
