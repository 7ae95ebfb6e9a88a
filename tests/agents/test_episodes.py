import math

import pytest

from r1gym.agents.episodes import check_failures, describe, graded_lengths, rewards_of
from r1gym.agents.grpo import GRPO, GRPOConfig
from r1gym.agents.learner_config import LearnerConfig
from r1gym.core.errors import TrainingStopped
from r1gym.core.types import Completion, Episode, Problem, Score, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.policy import new_tiny_policy

PROBLEM = Problem("0", "1+1", "2")
EPISODES = [
    Episode.single(
        PROBLEM,
        Completion("2", (5, 1), (-1.0, -3.0), truncated=False),
        Score(1.1, Verdict.CORRECT, parts={"accuracy": Score(1.0, Verdict.CORRECT)}),
    ),
    Episode.single(
        PROBLEM,
        Completion("?", (6, 6, 6, 6), (-2.0,) * 4, truncated=True),
        Score(0.1, Verdict.UNPARSEABLE, parts={"accuracy": Score(0.0, Verdict.UNPARSEABLE)}),
    ),
    Episode.single(
        PROBLEM, Completion("x", (7, 1), (0.0, 0.0)), Score(None, Verdict.JUDGE_FAILED, "no")
    ),
]


def test_metrics_by_hand():
    found = describe(EPISODES)
    expected = {
        "rollout/ep_rew_mean": 0.6,  # of the two that were graded
        "rollout/accuracy": 0.5,
        "rollout/ep_len_mean": 8 / 3,
        "rollout/truncated_share": 1 / 3,
        "rollout/unparseable_share": 1 / 3,
        "rollout/failed_share": 1 / 3,
        "train/entropy": 12 / 8,
    }
    assert found == pytest.approx(expected)


def test_what_a_part_found_within_is_told_beside_it():
    inner = Score(1.0, Verdict.CORRECT)
    noisy = Score(0.0, Verdict.WRONG, parts={"accuracy": inner})
    score = Score(0.0, Verdict.WRONG, parts={"noisy": noisy})
    found = describe([Episode.single(PROBLEM, Completion("2", (5,), (-1.0,)), score)])
    assert (found["rollout/noisy"], found["rollout/noisy/accuracy"]) == (0.0, 1.0)


def test_what_failed_has_no_reward_and_no_length():
    rewards = rewards_of(EPISODES)
    assert rewards[:2] == [1.1, 0.1] and math.isnan(rewards[2])
    assert graded_lengths(EPISODES).tolist() == [2, 4, 0]


def test_failures_stop_above_the_share_that_is_allowed():
    check_failures(EPISODES, LearnerConfig(max_failed_share=0.34))
    with pytest.raises(
        TrainingStopped, match=r"1 of 3 .* \(learner.max_failed_share is 0.3\).* no"
    ):
        check_failures(EPISODES, LearnerConfig(max_failed_share=0.3))


def test_groups_stand_together_with_their_prompts():
    policy, task = (
        new_tiny_policy(16, 1, 2, 24, 128, 0),
        TokenTask(TaskSpec(problems={"arithmetic": [1]})),
    )
    trainer = GRPO(policy, task, GRPOConfig(questions=3, group_size=2))
    problems = [task.problem_set[i] for i in range(3)]
    rollout = trainer.sample(problems)
    assert [e.problem for e in rollout.episodes] == [p for p in problems for _ in range(2)]
    prompts = [tuple(task.encode_prompt(e.problem)) for e in rollout.episodes]
    assert rollout.prompts == prompts
    assert rollout.sampled_tokens == sum(rollout.lengths.tolist())
    assert {"time/sampling_seconds", "time/scoring_seconds"} <= set(rollout.metrics)
