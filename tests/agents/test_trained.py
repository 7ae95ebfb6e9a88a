import pytest

from r1gym.agents.protocol import AGENTS
from r1gym.agents.trained import Trained, find_algorithm
from r1gym.core.errors import ConfigError, UnknownNameError


def test_every_algorithm_is_found_by_the_prefix_of_its_options():
    for name in AGENTS.names():
        kind = AGENTS.get(name)
        if isinstance(kind, type) and issubclass(kind, Trained):
            assert find_algorithm(name) is kind
            assert kind.config.prefix == name


@pytest.mark.parametrize("name", ["uniform", "greedy", "sb3_ppo", "best_of_n"])
def test_an_agent_that_trains_no_language_model(name):
    with pytest.raises(ConfigError, match=f"{name!r} is no algorithm that a recipe trains with"):
        find_algorithm(name)


def test_an_unknown_name():
    with pytest.raises(UnknownNameError, match="Did you mean 'rloo'"):
        find_algorithm("rlo")
