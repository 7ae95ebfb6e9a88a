"""Agents that others wrote run on our ids as they are."""

import importlib.util
from pathlib import Path

import pytest

import r1gym  # noqa: F401  all that a user adds

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def ppo():
    spec = importlib.util.spec_from_file_location("third_party_ppo", HERE / "third_party_ppo.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_agent_knows_nothing_of_r1gym():
    assert "import r1gym" not in (HERE / "third_party_ppo.py").read_text("utf-8")


@pytest.mark.parametrize("mode", ["vector_entry_point", "sync"])
def test_a_single_file_ppo_runs_on_the_id_alone(ppo, mode):
    _, returns = ppo.train("r1/Math-v0", {"vectorization_mode": mode, "max_tokens": 32}, steps=512)
    assert len(returns) > 3
    assert all(0 <= one <= 1.1 for one in returns)


def test_it_learns_what_the_reward_pays(ppo):
    # The one thing paid is to be short and not empty: 1 for a token and the end, 0 for eight.
    kwargs = {
        "problems": {"equations": [1]},
        "rewards": {"length": {"weight": 1.0, "limit": 8, "buffer": 6}},
        "max_tokens": 8,
    }
    _, returns = ppo.train("r1/Math-v0", kwargs, steps=6_000)
    assert sum(returns[-100:]) > sum(returns[:100]) + 20
