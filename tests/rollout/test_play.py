"""Play and step are two doors to one reward, for one turn and for several."""

from dataclasses import replace
from functools import partial

import gymnasium as gym
import numpy as np
import pytest
import torch

import r1gym  # noqa: F401
from r1gym.agents.distill import DistillConfig, OnPolicyDistillation
from r1gym.agents.expert_iteration import ExpertIteration, ExpertIterationConfig
from r1gym.agents.grpo import GRPO, GRPOConfig
from r1gym.agents.ppo import PPO, PPOConfig
from r1gym.agents.reinforce import REINFORCEConfig, RLOOConfig
from r1gym.core.errors import ConfigError
from r1gym.core.types import Score, Turn, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.evaluation.runner import EvalConfig, evaluate
from r1gym.models import logprobs as logprobs_module
from r1gym.models import ways
from r1gym.models.policy import new_tiny_policy, save_policy
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import Sampling
from r1gym.rollout.play import play
from r1gym.verifiers import register_verifier

SPEC = TaskSpec(
    problems={"arithmetic": [1]},
    rewards={"digits": 1.0},
    max_tokens=6,
    interaction={"type": "try_again", "turns": 3, "discount": 0.5},
)


@pytest.fixture(autouse=True)
def digits():
    """A reward that random texts often earn: is there a digit?"""

    @register_verifier("digits")
    class Digits:
        def score(self, problem, completion):
            right = any(c.isdigit() for c in completion.text)
            return Score(float(right), Verdict.CORRECT if right else Verdict.WRONG)


@pytest.fixture
def small():
    return new_tiny_policy(16, 1, 2, 24, 512, 0)


def played(policy, spec=SPEC, problems=8, n=8):
    task = TokenTask(spec)
    asked = [task.problem_set[i] for i in range(problems)]
    groups = play(EmbeddedEngine(policy), task, asked, n, Sampling(6), seed=0)
    assert [len(group) for group in groups] == [n] * problems
    assert [group[0].problem for group in groups] == asked
    return task, [one for group in groups for one in group]


def test_the_tokens_of_a_rollout_earn_the_same_when_stepped(small):
    task, trajectories = played(small)
    assert {len(t.turns) for t in trajectories} == {1, 3, 5}
    env = gym.make("r1/Math-v0", **SPEC.settings())
    vector = gym.make_vec("r1/Math-v0", num_envs=1, **SPEC.settings())
    for number, episode in enumerate(task.score_trajectories(trajectories)):
        trajectory = episode.trajectory
        env.reset(options={"problem": number // 8})
        vector.reset(options={"problem": number // 8})
        for token, is_own in zip(trajectory.token_ids, trajectory.mask, strict=True):
            if is_own:
                observation, reward, terminated, truncated, info = env.step(token)
                rows, rewards, ended, cut, infos = vector.step(np.array([token]))
        assert terminated or truncated
        assert (reward, terminated, truncated) == (rewards[0], ended[0], cut[0])
        assert reward == episode.score.value
        start = len(trajectory.prompt_ids)
        written = observation[start : observation[-1]].tolist()
        assert written == rows[0][start : rows[0][-1]].tolist() == list(trajectory.token_ids)
        own = info["agent_mask"][start : start + len(written)]
        assert own.tolist() == list(trajectory.mask)
        assert (infos["agent_mask"][0] == info["agent_mask"]).all()
        stepped = env.unwrapped.trajectory
        assert [turn.text for turn in stepped.turns] == [turn.text for turn in trajectory.turns]


def test_each_turn_before_the_last_costs_the_discount(small):
    task, trajectories = played(small)
    for episode in task.score_trajectories(trajectories):
        right = episode.score.verdict is Verdict.CORRECT
        turns = len(episode.trajectory.turns) // 2
        assert episode.score.value == (0.5**turns if right else 0.0)
        assert right or turns == 2


def test_nobody_grades_twice(small):
    asked = []

    @register_verifier("counting")
    class Counting:
        def score(self, problem, completion):
            asked.append((problem.id, completion.text))
            return Score(0.0, Verdict.WRONG)

    task, trajectories = played(small, replace(SPEC, rewards={"counting": 1.0}))
    task.score_trajectories(trajectories)
    assert len(asked) == 3 * 64


def test_the_flat_views_are_aligned(small):
    _, trajectories = played(small)
    for t in trajectories:
        assert len(t.token_ids) == len(t.mask) == len(t.logprobs)
        assert t.policy_tokens == sum(t.mask) == sum(len(turn.token_ids) for turn in t.turns[::2])
        assert all((value == 0.0) or own for value, own in zip(t.logprobs, t.mask, strict=True))
        assert all(turn.logprobs is None for turn in t.turns[1::2])
        assert t.completion.text == t.turns[-1].text


def test_a_context_without_room_for_all_turns_is_refused():
    policy = new_tiny_policy(16, 1, 2, 24, 64, 0)
    with pytest.raises(ConfigError, match="the model's context is 64"):
        played(policy)
    with pytest.raises(ConfigError, match="the model's context is 64"):
        GRPO(policy, SPEC, GRPOConfig(max_tokens=6))


LEARNERS = {
    "grpo": (GRPO, GRPOConfig),
    "rloo": (GRPO, RLOOConfig),
    "reinforce": (GRPO, REINFORCEConfig),
    "ppo": (PPO, PPOConfig),
    "expert_iteration": (ExpertIteration, ExpertIterationConfig),
    "distill": (OnPolicyDistillation, partial(DistillConfig, loss="sampled")),
    "distill_full": (OnPolicyDistillation, DistillConfig),
}


@pytest.mark.parametrize("name", LEARNERS)
def test_tokens_that_are_not_the_policys_have_no_gradient(name, qwen, monkeypatch, tmp_path):
    """The loss's gradient at the logits that predict them is exactly 0."""
    agent, config = LEARNERS[name]
    if agent is OnPolicyDistillation:
        save_policy(new_tiny_policy(16, 1, 2, 24, 512, 1), tmp_path)
        config = partial(config, teacher=str(tmp_path))
    seen = []
    forward = ways.forward

    def watched(model, ids, *arguments, **options):
        found = forward(model, ids, *arguments, **options)
        if found.logits.requires_grad and found.logits.shape[-1] > 1:  # not the critic's
            found.logits.retain_grad()
            seen.append((ids, found.logits))
        return found

    monkeypatch.setattr(ways, "forward", watched)
    padded = ways.Ways(longest=0, picks=False)  # whose logits are there to be looked at
    monkeypatch.setattr(logprobs_module, "find_ways", lambda model: padded)
    spec = replace(
        SPEC,
        tokenizer=qwen.tokenizer.name,
        interaction={"type": "try_again", "turns": 2, "feedback_tokens": 50},
    )
    trainer = agent(qwen, spec, config(questions=8, group_size=4, max_tokens=6, learning_rate=1e-3))
    rollout = trainer.collect()
    feedback = trainer.task.tokenizer.encode("\nUser: The answer is wrong. Try again. Assistant:")
    assert any(len(e.trajectory.turns) == 3 for e in rollout.episodes)
    own = others = 0
    trainer.update(rollout, trainer.advantages(rollout, trainer.look_back(rollout)))
    known = [e.trajectory for e in rollout.episodes]
    texts = [(*t.prompt_ids, *t.token_ids)[:-1] for t in known]
    for ids, logits in seen:
        first = ids.shape[1] - logits.shape[1]  # logits are of the last columns
        for row, gradient in zip(ids.tolist(), logits.grad.abs().sum(-1), strict=True):
            trajectory = known[
                next(i for i, text in enumerate(texts) if list(text) == row[: len(text)])
            ]
            for place, is_own in enumerate(trajectory.mask, len(trajectory.prompt_ids)):
                there = float(gradient[place - 1 - first])
                if is_own:
                    own += there > 0
                else:
                    assert there == 0.0
                    others += 1
    assert own > 20 and others >= len(feedback)


def test_an_evaluation_plays_all_turns(small):
    task = TokenTask(replace(SPEC, split="test"))
    result = evaluate(EmbeddedEngine(small), task, EvalConfig(questions=8, samples=8))
    turns = [len(e.trajectory.turns) for e in result.episodes]
    assert set(turns) == {1, 3, 5}
    first = sum(t == 1 for t in turns) / len(turns)
    assert result.pass_at[1].mean > first
    assert result.mean_length == pytest.approx(
        np.mean([e.trajectory.policy_tokens for e in result.episodes])
    )


def test_one_turn_is_a_turn(small):
    _, trajectories = played(small, replace(SPEC, interaction=None))
    assert all(len(t.turns) == 1 and isinstance(t.turns[0], Turn) for t in trajectories)
    assert all(t.graded is None for t in trajectories)
    assert torch.tensor([t.version for t in trajectories]).unique().tolist() == [0]
