import dataclasses

import pytest
import torch

from r1gym.agents.expert_iteration import ExpertIteration, ExpertIterationConfig, keep_correct
from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Episode, Problem, Score, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.policy import new_tiny_policy
from tests.agents.stepping import update

RIGHT, WRONG = Verdict.CORRECT, Verdict.WRONG


def episode(ids, verdict):
    return Episode.single(Problem("0", "1+1", "2"), Completion("", ids), Score(0.1, verdict))


def make_trainer(**changes):
    config = ExpertIterationConfig(
        **{"steps": 2, "questions": 2, "group_size": 4, "max_tokens": 6, "learning_rate": 1e-2}
        | changes
    )
    policy = new_tiny_policy(16, 1, 2, 24, 128, 0)
    return ExpertIteration(
        policy, TokenTask(TaskSpec(problems={"arithmetic": [1]}, max_tokens=6)), config
    )


def judged(trainer, correct):
    """A rollout in which these rows are correct."""
    rollout = trainer.collect()
    episodes = [
        dataclasses.replace(e, score=Score(1.0, RIGHT if row in correct else WRONG))
        for row, e in enumerate(rollout.episodes)
    ]
    return dataclasses.replace(rollout, episodes=episodes)


def likelihoods(trainer, rollout):
    from r1gym.models.batches import make_batches
    from r1gym.models.logprobs import token_logprobs

    completions = [e.completion.token_ids for e in rollout.episodes]
    (batch,) = make_batches(rollout.prompts, completions, 10_000, 0, torch.device("cpu"))
    sums = token_logprobs(trainer.policy.model, batch).detach().sum(1)
    return dict(zip(batch.rows, sums.tolist(), strict=True))


def test_the_first_different_correct_completions_of_each_group_are_kept():
    a, b, c = (5, 1), (6, 1), (7, 1)
    first = [episode(a, WRONG), episode(b, RIGHT), episode(b, RIGHT), episode(c, RIGHT)]
    second = [episode(b, RIGHT), episode(a, RIGHT), episode(c, RIGHT), episode(c, WRONG)]
    third = [episode(c, WRONG), episode(a, Verdict.TIMEOUT), episode(a, WRONG), episode(b, WRONG)]
    episodes = first + second + third
    assert keep_correct(episodes, 4, most=3) == [1, 3, 4, 5, 6]
    assert keep_correct(episodes, 4, most=1) == [1, 4]
    assert keep_correct(third, 4, most=4) == []


def test_only_what_is_kept_is_learnt():
    trainer = make_trainer()
    rollout = judged(trainer, correct={2})
    before = likelihoods(trainer, rollout)
    metrics = update(trainer, rollout)
    assert metrics["train/kept_share"] == 1 / 8
    # The loss is that of fine-tuning: minus the mean log-probability of the tokens.
    tokens = len(rollout.episodes[2].completion.token_ids)
    assert metrics["train/loss"] == pytest.approx(-before[2] / tokens, rel=1e-4)
    after = likelihoods(trainer, rollout)
    gains = {row: after[row] - before[row] for row in before}
    assert max(gains, key=gains.get) == 2


def test_a_step_without_anything_correct_changes_nothing():
    trainer = make_trainer()
    before = [weight.clone() for weight in trainer.policy.model.parameters()]
    metrics = update(trainer, judged(trainer, correct=()))
    assert (metrics["train/kept_share"], metrics["train/loss"]) == (0, 0)
    for weight, old in zip(trainer.policy.model.parameters(), before, strict=True):
        assert torch.equal(weight, old)


def test_fewer_kept_than_minibatches():
    trainer = make_trainer(minibatches=4)
    metrics = update(trainer, judged(trainer, correct={1, 6}))
    assert metrics["train/kept_share"] == 2 / 8
    steps = {int(state["step"]) for state in trainer.optimizer.state.values()}
    assert steps == {2}


def test_keep_must_be_positive():
    with pytest.raises(ConfigError, match=r"expert_iteration\.keep must be at least 1"):
        ExpertIterationConfig(keep=0)
