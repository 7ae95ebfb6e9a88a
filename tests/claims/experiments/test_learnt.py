import pytest

from r1gym.agents.grpo import GRPOConfig
from r1gym.claims.experiments.learnt import TRUTH, learn, look
from r1gym.models.policy import new_tiny_policy, save_policy

CONFIG = GRPOConfig(steps=2, questions=2, group_size=2, max_tokens=64, kl_coef=0.0)


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    folder = tmp_path_factory.mktemp("start")
    save_policy(new_tiny_policy(16, 1, 2, 24, 256, 0), folder)
    return str(folder)


def test_learns_for_so_many_steps_and_what_is_watched_is_logged(start):
    rewards = {"noisy": {"weight": 1.0, "false_positive": 1.0}, "accuracy": TRUTH}
    learnt = learn(start, CONFIG, 0, rewards)
    assert len(learnt.rows) == 2
    assert learnt.course("rollout/noisy") == learnt.course("rollout/ep_rew_mean") == [1.0, 1.0]
    assert learnt.course("rollout/accuracy") == [0.0, 0.0]
    assert look(learnt.policy, 2, 2).pass_at[1].mean == 0.0


def test_learns_for_so_many_tokens(start):
    learnt = learn(start, CONFIG, 0, tokens=600)
    tokens = learnt.course("time/total_timesteps")
    assert tokens[-2] < 600 <= tokens[-1] == learnt.tokens
