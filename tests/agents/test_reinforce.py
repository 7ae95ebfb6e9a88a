import pytest
import torch

from r1gym.agents.grpo import GRPO, GRPOConfig
from r1gym.agents.grpo.advantage import reinforce_advantages, rloo_advantages
from r1gym.agents.reinforce import REINFORCEConfig, RLOOConfig
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Score, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.policy import new_tiny_policy
from r1gym.verifiers import register_verifier
from tests.agents.stepping import experience_of


class Shortness:
    """Pays for short completions; a single token cannot be graded."""

    def score(self, problem, completion):
        length = len(completion.token_ids)
        return Score(None if length == 1 else 1 / length, Verdict.CORRECT)


@pytest.fixture(autouse=True)
def rewards():
    register_verifier("shortness")(Shortness)


@pytest.mark.parametrize(
    ("config", "compare"), [(RLOOConfig, rloo_advantages), (REINFORCEConfig, reinforce_advantages)]
)
def test_a_rollout_has_the_advantages_of_its_algorithm(config, compare):
    settings = config(questions=8, group_size=4, max_tokens=6, max_failed_share=0.9)
    task = TokenTask(
        TaskSpec(problems={"arithmetic": [1]}, rewards={"shortness": 1.0}, max_tokens=6)
    )
    trainer = GRPO(new_tiny_policy(16, 1, 2, 24, 128, 0), task, settings)
    rollout = trainer.collect()
    values = [float("nan") if e.score.value is None else e.score.value for e in rollout.episodes]
    expected = compare(torch.tensor(values).view(8, 4)).flatten()
    assert expected.abs().max() > 0
    assert torch.equal(experience_of(trainer, rollout).advantages, expected)


def test_names_that_are_not_known_are_refused():
    with pytest.raises(UnknownNameError, match=r"no grpo\.advantage 'rlo'.*'rloo'"):
        GRPOConfig(advantage="rlo")
    with pytest.raises(UnknownNameError, match=r"no rloo\.loss 'reinforced'"):
        RLOOConfig(loss="reinforced")


def test_refilling_needs_groups():
    assert REINFORCEConfig(group_size=1).group_size == 1
    with pytest.raises(ConfigError, match=r"reinforce\.group_size must be at least 2"):
        REINFORCEConfig(group_size=1, refill=True)
