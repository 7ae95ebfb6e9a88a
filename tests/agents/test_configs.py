"""Every float of every configuration must be a finite number."""

import dataclasses

import pytest

from r1gym.agents.expert_iteration import ExpertIterationConfig
from r1gym.agents.grpo import GRPOConfig
from r1gym.agents.ppo import PPOConfig
from r1gym.agents.reinforce import REINFORCEConfig, RLOOConfig
from r1gym.agents.sft import SFTConfig
from r1gym.core.errors import ConfigError
from r1gym.evaluation.runner import EvalConfig
from r1gym.recipes.base import BaseConfig
from r1gym.rollout.engine import Sampling

CONFIGS = (
    GRPOConfig(), PPOConfig(), RLOOConfig(), REINFORCEConfig(), ExpertIterationConfig(),
    SFTConfig(), EvalConfig(), BaseConfig(), Sampling(4),
)  # fmt: skip
FLOATS = [
    (config, field.name)
    for config in CONFIGS
    for field in dataclasses.fields(config)
    if isinstance(getattr(config, field.name), float)
]


@pytest.mark.parametrize("value", ["inf", "-inf", "nan"])
@pytest.mark.parametrize(("config", "name"), FLOATS)
def test_a_number_that_is_not_finite_is_refused(config, name, value):
    with pytest.raises(ConfigError, match=f"{name} must be a finite number, not {value}") as e:
        dataclasses.replace(config, **{name: float(value)})
    assert "\n" not in str(e.value)


def test_all_of_them_are_looked_at():
    assert len(FLOATS) > 50
