"""Every field of every configuration is what its annotation says, and finite if it is a float."""

import dataclasses
import re
import typing
from pathlib import Path

import numpy as np
import pytest

from r1gym.agents.distill import DistillConfig
from r1gym.agents.expert_iteration import ExpertIterationConfig
from r1gym.agents.grpo import GRPOConfig
from r1gym.agents.ppo import PPOConfig
from r1gym.agents.reinforce import REINFORCEConfig, RLOOConfig
from r1gym.agents.sft import SFTConfig
from r1gym.core.checks import check_fields
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.evaluation.runner import EvalConfig
from r1gym.inspection.audit.compare import AuditConfig
from r1gym.recipes.base import BaseConfig
from r1gym.recipes.r1_zero import R1Zero
from r1gym.rollout.engine import Sampling

CONFIGS = (
    GRPOConfig(), PPOConfig(), RLOOConfig(), REINFORCEConfig(), ExpertIterationConfig(),
    DistillConfig(), SFTConfig(), EvalConfig(), BaseConfig(), Sampling(4), R1Zero(),
)  # fmt: skip
FIELDS = [
    (config, field.name, typing.get_type_hints(type(config))[field.name])
    for config in CONFIGS
    for field in dataclasses.fields(config)
]
FLOATS = [(config, name) for config, name, kind in FIELDS if kind is float]
WRONG = {
    int: ("whole number", (True, 2.5, 2.0, "2", None)),
    float: ("number", (True, "0.5", None, 10**400, [1.0])),
    bool: ("true or false", (1, "yes", None, np.float64(0))),
    str: ("a text", (3, None, b"x", "half \ud800")),
}


@pytest.mark.parametrize(
    ("config", "name", "said", "value"),
    [
        (config, name, *pair)
        for config, name, kind in FIELDS
        if kind in WRONG
        for pair in [(WRONG[kind][0], value) for value in WRONG[kind][1]]
    ],
)
def test_a_value_of_another_kind_is_refused(config, name, said, value):
    with pytest.raises(ConfigError, match=rf"{name} must be .*{said}.*, not ") as caught:
        dataclasses.replace(config, **{name: value})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("config", "name"),
    [(config, name) for config, name, kind in FIELDS if typing.get_origin(kind) is typing.Literal],
)
@pytest.mark.parametrize("value", ["none of them", None, 1])
def test_a_name_that_is_no_choice_is_refused(config, name, value):
    with pytest.raises(UnknownNameError, match=rf"There is no [\w.]*{name} '{value}'. .*Known: "):
        dataclasses.replace(config, **{name: value})


def test_numbers_of_numpy_and_whole_floats_pass():
    config = GRPOConfig(steps=np.int64(3), learning_rate=1, temperature=np.float32(0.5))
    assert (config.steps, config.learning_rate, config.temperature) == (3, 1, 0.5)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"map": ("a=b", 3)}, "Each of map must be a text, not 3."),
        ({"graders": "r1gym"}, "graders must be a list, not 'r1gym'."),
        ({"sample": False}, "sample must be a whole number, not False."),
    ],
)
def test_lists_are_looked_into(options, said):
    with pytest.raises(ConfigError, match=re.escape(said)):
        check_fields(AuditConfig(Path("x"), **options))


@pytest.mark.parametrize("value", ["inf", "-inf", "nan"])
@pytest.mark.parametrize(("config", "name"), FLOATS)
def test_a_number_that_is_not_finite_is_refused(config, name, value):
    with pytest.raises(ConfigError, match=f"{name} must be a finite number, not {value}") as e:
        dataclasses.replace(config, **{name: float(value)})
    assert "\n" not in str(e.value)


def test_all_of_them_are_looked_at():
    assert len(FLOATS) > 50 and len(FIELDS) > 130
