import subprocess
import sys

import pytest

from r1gym.agents.protocol import (
    AGENTS,
    AnswerAgent,
    Budget,
    LearningAgent,
    TokenAgent,
    register_agent,
)
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask


@pytest.fixture
def task():
    return TokenTask(TaskSpec(problems={"equations": [1]}, max_tokens=4))


def test_the_table_names_agents_that_exist():
    assert "uniform" in AGENTS.names()
    for name in AGENTS.names():
        agent = AGENTS.get(name)
        assert callable(agent)
        assert agent.name == name


def test_an_agent_is_whatever_has_the_methods(task):
    uniform = AGENTS.get("uniform")(task)
    assert isinstance(uniform, TokenAgent)
    assert not isinstance(uniform, AnswerAgent)
    assert not isinstance(uniform, LearningAgent)
    sb3 = AGENTS.get("sb3_a2c")(task, num_envs=2)
    assert isinstance(sb3, TokenAgent)
    assert isinstance(sb3, LearningAgent)


def test_users_register_agents(task):
    @register_agent("hasty-of-a-test")
    class Hasty:
        name = "hasty-of-a-test"

        def act(self, observation):
            return 1

    assert AGENTS.get("hasty-of-a-test") is Hasty
    with pytest.raises(ConfigError, match="already"):
        register_agent("uniform")(Hasty)


def test_an_unknown_agent_is_an_error_with_a_suggestion():
    with pytest.raises(UnknownNameError, match="Did you mean 'uniform'"):
        AGENTS.get("unifrom")


@pytest.mark.parametrize("values", [{}, {"tokens": 0}, {"seconds": -1}])
def test_a_budget_must_end(values):
    with pytest.raises(ConfigError):
        Budget(**values)


def test_the_table_costs_no_torch():
    code = (
        "import sys; from r1gym.agents.protocol import AGENTS; AGENTS.get('uniform'); "
        "sys.exit(bool({'torch', 'stable_baselines3', 'openai'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
