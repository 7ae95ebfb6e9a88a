import math
import time

import gymnasium as gym
import pytest
from sb3_contrib import MaskablePPO
from stable_baselines3 import PPO

import r1gym  # noqa: F401
from r1gym.agents.protocol import AGENTS, Budget
from r1gym.agents.sb3.agent import MaskablePPOAgent, PPOAgent
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask, task_of
from r1gym.envs.wrappers.action_mask import ActionMask
from r1gym.evaluation.episodes import run_episodes

KWARGS = {"problems": {"equations": [1]}, "rewards": {"accuracy": 1.0}, "max_tokens": 4}
NAMES = ["sb3_a2c", "sb3_maskable_ppo", "sb3_ppo", "sb3_recurrent_ppo"]


@pytest.fixture
def task():
    return TokenTask(TaskSpec(**KWARGS))


@pytest.mark.parametrize("name", NAMES)
def test_every_algorithm_plays_learns_and_reports(name, task):
    agent = AGENTS.get(name)(task, num_envs=8, seed=1)
    env = gym.make("r1/Math-v0", split="test", **KWARGS)
    before = run_episodes(agent, env, 4, seed=0)
    reports = []
    agent.learn("r1/Math-v0", KWARGS, Budget(tokens=100), reports.append)
    tokens = [progress.tokens for progress in reports]
    assert tokens == sorted(set(tokens)) and tokens[-1] >= 100
    assert all(progress.seconds > 0 for progress in reports)
    assert all(math.isnan(progress.reward) or 0 <= progress.reward <= 1 for progress in reports)
    agent.learn("r1/Math-v0", KWARGS, Budget(tokens=50), reports.append)
    assert 50 <= reports[-1].tokens < 100
    assert len(run_episodes(agent, env, 4, seed=0)) == len(before) == 4


def test_the_seed_decides(task):
    sums = []
    for seed in (0, 0, 1):
        agent = PPOAgent(task, num_envs=16, seed=seed)
        agent.learn("r1/Math-v0", KWARGS, Budget(tokens=300), lambda progress: None)
        weights = agent.model.policy.action_net.weight.detach()
        sums.append(float(weights.double().sum()))
    assert sums[0] == sums[1] != sums[2]


def test_a_report_ends_the_learning_and_its_time_does_not_count(task):
    agent = PPOAgent(task, num_envs=8)
    seen = []

    def report(progress):
        seen.append(progress)
        time.sleep(0.3)
        return len(seen) == 3

    start = time.perf_counter()
    agent.learn("r1/Math-v0", KWARGS, Budget(tokens=10**6), report)
    wall = time.perf_counter() - start
    assert len(seen) == 3
    assert seen[-1].tokens < 200
    assert wall - seen[-1].seconds > 0.9


def test_seconds_end_the_learning(task):
    agent = PPOAgent(task, num_envs=8)
    seen = []
    agent.learn("r1/Math-v0", KWARGS, Budget(seconds=0.2), seen.append)
    assert seen[-1].seconds >= 0.2
    assert all(progress.seconds < 0.2 for progress in seen[:-1])


def test_masked_tokens_are_never_chosen(task):
    agent = MaskablePPOAgent(task, num_envs=8, allowed="12")
    agent.learn("r1/Math-v0", KWARGS, Budget(tokens=64), lambda progress: None)
    episodes = run_episodes(agent, gym.make("r1/Math-v0", **KWARGS), 5)
    allowed = {*task.tokenizer.encode("12"), task.tokenizer.eos_id}
    assert {token for e in episodes for token in e.completion.token_ids} <= allowed
    written = agent.model.rollout_buffer.actions
    assert set(written.flatten().tolist()) <= allowed


def test_masks_of_the_wrapper_work_with_sb3s_own_environments():
    env = ActionMask(gym.make("r1/Math-v0", **KWARGS), "0123456789<answer></answer>")
    model = MaskablePPO("MlpPolicy", env, n_steps=16, batch_size=16, device="cpu").learn(32)
    assert set(model.rollout_buffer.actions.flatten().tolist()) <= set(
        env.action_masks().nonzero()[0].tolist()
    )


def test_a_model_is_saved_and_loaded_by_sb3(task, tmp_path):
    agent = PPOAgent(task, num_envs=8)
    agent.learn("r1/Math-v0", KWARGS, Budget(tokens=64), lambda progress: None)
    agent.model.save(tmp_path / "ppo")
    env = gym.make("r1/Math-v0", **KWARGS)
    before = run_episodes(agent, env, 5, seed=0)
    agent.model = PPO.load(tmp_path / "ppo", device="cpu")
    assert run_episodes(agent, env, 5, seed=0) == before
    assert task_of(env).max_tokens == 4


@pytest.mark.slow
def test_ppo_learns_from_scratch():
    kwargs = {**KWARGS, "template": "{question}<answer>0123456789</answer>", "window": 24}
    env = gym.make("r1/Math-v0", **kwargs)
    agent = PPOAgent(task_of(env))

    def mean():
        return sum(e.score.value for e in run_episodes(agent, env, 100, seed=1)) / 100

    assert mean() < 0.05
    agent.learn(
        "r1/Math-v0", kwargs, Budget(tokens=400_000), lambda progress: progress.reward > 0.35
    )
    assert mean() > 0.3


@pytest.mark.parametrize("name", ["sb3_a2c", "sb3_maskable_ppo"])
def test_a_categorical_task_is_taken_as_numbers(name):
    env = gym.make("r1/Digits-v0", split="test")
    agent = AGENTS.get(name)(task_of(env), num_envs=8)
    reports = []
    agent.learn("r1/Digits-v0", {"problem_seed": 3}, Budget(tokens=64), reports.append)
    assert reports[-1].tokens >= 64
    assert len(run_episodes(agent, env, 4, seed=0)) == 4
