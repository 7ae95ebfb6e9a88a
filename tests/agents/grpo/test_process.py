import pytest

from r1gym.agents.grpo import GRPO, GRPOConfig
from r1gym.agents.grpo.process import process_advantages
from r1gym.agents.grpo.trainer import Experience
from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Episode, Problem, Score, Verdict
from r1gym.envs.spec import TaskSpec
from tests.policies import new_llama

STEPS = {"step_scorer": {"weight": 1.0, "scorer": "exact", "tokenizer": "tiny"}}


def episode(steps, lengths, value=1.0):
    """A completion with the values and the lengths of its steps."""
    ends = [sum(lengths[: i + 1]) for i in range(len(lengths))]
    info = {"steps": steps, "ends": ends} if steps else {}
    verdict = Verdict.VERIFIER_ERROR if value is None else Verdict.CORRECT
    part = Score(value, verdict, info=info)
    score = Score(part.value, part.verdict, parts={"accuracy": part, "step_scorer": part})
    said = Completion("-", tuple(range(5, 5 + sum(lengths))))
    return Episode.single(Problem("p", "q", "1"), said, score)


def test_a_token_gets_its_own_step_and_those_behind_it():
    group = [episode([1.0, 0.0], [2, 1]), episode([1.0, 1.0], [1, 3])]
    first, second = process_advantages(group, 2)
    # Of 1, 0, 1 and 1 the mean is 0.75 and the deviation 0.433.
    up, down = 0.25 / 0.4331, -0.75 / 0.4331
    assert first == pytest.approx([up + down] * 2 + [down], rel=1e-3)
    assert second == pytest.approx([2 * up] + [up] * 3, rel=1e-3)


def test_groups_are_apart_and_equal_steps_teach_nothing():
    groups = [episode([0.5], [2]), episode([0.5, 0.5], [1, 1])]
    groups += [episode([1.0], [1]), episode([0.0], [1])]
    found = process_advantages(groups, 2)
    assert found[:2] == [[0.0, 0.0], [0.0, 0.0]]
    assert found[2] == pytest.approx([1.0], rel=1e-3)
    assert found[3] == pytest.approx([-1.0], rel=1e-3)


def test_what_could_not_be_graded_counts_nowhere():
    group = [episode([1.0], [2]), episode([9.0], [2], None), episode([], [3]), episode([0.0], [1])]
    found = process_advantages(group, 4)
    assert found[1:3] == [[0.0] * 2, [0.0] * 3]
    assert found[0] == pytest.approx([1.0] * 2, rel=1e-3)


def test_it_trains():
    spec = TaskSpec(problems={"arithmetic": [1]}, rewards=STEPS, max_tokens=12)
    config = GRPOConfig(
        steps=1, questions=2, group_size=4, max_tokens=12, advantage="process", learning_rate=1e-3
    )
    seen = []
    GRPO(new_llama(), spec, config).learn([lambda t, r, metrics: seen.append(metrics)])
    assert "train/loss" in seen[0]


@pytest.mark.parametrize(
    "rewards",
    [{"accuracy": 1.0}, {"accuracy": 1.0, "step_scorer": {**STEPS["step_scorer"], "weight": 0.0}}],
)
def test_without_a_reward_that_scores_steps_it_is_refused(rewards):
    spec = TaskSpec(problems={"arithmetic": [1]}, rewards=rewards, max_tokens=12)
    config = GRPOConfig(questions=2, group_size=2, max_tokens=12, advantage="process")
    with pytest.raises(ConfigError, match="with one reward that scores steps: give"):
        GRPO(new_llama(), spec, config)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"loss": "gspo"}, "grpo.advantage process tells steps apart"),
        ({"overlong": "soft"}, "grpo.advantage process needs grpo.overlong keep or mask"),
        ({"vine_rollouts": 2}, "grpo.vine_rollouts is for grpo.advantage vine alone"),
    ],
)
def test_settings_that_do_not_go_with_it(settings, message):
    with pytest.raises(ConfigError, match=message):
        GRPOConfig(advantage="process", **settings)


def test_what_a_completion_was_worth_is_the_mean_of_its_tokens():
    by_token = Experience([[1.0, 3.0], [], [-1.0]], None)
    assert GRPO.worth(None, by_token) == [2.0, 0.0, -1.0]
