import math
from dataclasses import dataclass
from fractions import Fraction
from types import SimpleNamespace
from typing import ClassVar, Literal

import numpy as np
import pytest

from r1gym.core.checks import (
    check_fields,
    check_flag,
    check_least,
    check_mapping,
    check_most,
    check_number,
    check_one_of,
    check_run_name,
    check_share,
    check_whole,
    is_number,
)
from r1gym.core.errors import ConfigError, UnknownNameError


@dataclass
class Config:
    prefix: ClassVar[str] = "x"
    steps: int = 1
    rate: float = 0.5
    half: float | None = None
    flag: bool = False
    name: str = ""
    loss: Literal["a", "b"] = "a"
    seeds: tuple[int, ...] = (0, 1)
    either: int | str = 0
    table: dict[str, float] | None = None


def test_values_at_their_bound_pass():
    check_least(SimpleNamespace(steps=1, rate=0.0), {"steps": 1, "rate": 0})
    check_most(SimpleNamespace(share=1), {"share": 1})


@pytest.mark.parametrize("value", [0, -1, float("nan"), "a", None])
def test_a_value_below_its_bound_is_named_as_on_the_command_line(value):
    with pytest.raises(ConfigError, match=r"^grpo\.steps must be at least 1, not "):
        check_least(SimpleNamespace(steps=value), {"steps": 1}, "grpo.")


@pytest.mark.parametrize("value", [1.01, math.inf, math.nan])
def test_a_value_above_its_bound_is_named_as_on_the_command_line(value):
    with pytest.raises(ConfigError, match=r"^ppo\.gamma must be at most 1, not "):
        check_most(SimpleNamespace(gamma=value), {"gamma": 1}, "ppo.")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/a"])
def test_a_run_is_a_folder_in_runs(name):
    with pytest.raises(ConfigError, match="name of a folder in runs/"):
        check_run_name(name)
    check_run_name("mine-2")


def test_a_truth_value_is_no_number():
    assert is_number(1) and is_number(0.5)
    assert not is_number(True) and not is_number("1") and not is_number(None)


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3)])
def test_a_whole_number_becomes_an_int(value):
    assert type(check_whole("n", value, least=3, most=3)) is int


@pytest.mark.parametrize(
    ("value", "bounds", "said"),
    [
        (True, {}, "n must be a whole number, not True."),
        (2.0, {}, "n must be a whole number, not 2.0."),
        ("2", {"least": 1}, "n must be a whole number of at least 1, not '2'."),
        (0, {"least": 1, "most": 9}, "n must be a whole number from 1 to 9, not 0."),
        (10, {"most": 9}, "n must be a whole number of at most 9, not 10."),
        (2**70, {"least": 0, "most": 2**53}, "n must be a whole number from 0 to 9007199254740992, "
         "not 1180591620717411303424."),
        (np.True_, {}, "n must be a whole number, not np.True_."),
        (None, {}, "n must be a whole number, not None."),
    ],
)  # fmt: skip
def test_what_is_no_whole_number_within_the_bounds(value, bounds, said):
    with pytest.raises(ConfigError) as caught:
        check_whole("n", value, **bounds)
    assert str(caught.value) == said


@pytest.mark.parametrize("value", [0.5, Fraction(1, 2), np.float32(0.5), np.float64(0.5)])
def test_a_number_becomes_a_float(value):
    assert type(check_number("x", value)) is float and check_share("x", value) == 0.5


@pytest.mark.parametrize(
    ("value", "bounds", "said"),
    [
        (True, {}, "x must be a number, not True."),
        ("0.5", {"above": 0}, "x must be a number above 0, not '0.5'."),
        (0, {"above": 0}, "x must be a number above 0, not 0."),
        (2, {"above": 0, "most": 1}, "x must be a number above 0 and at most 1, not 2."),
        (-0.1, {"least": 0}, "x must be a number of at least 0, not -0.1."),
        (math.nan, {"least": 0}, "x must be a finite number of at least 0, not nan."),
        (math.inf, {}, "x must be a finite number, not inf."),
        (1.5, {"least": 0, "most": 1}, "x must be a number from 0 to 1, not 1.5."),
        (1j, {}, "x must be a number, not 1j."),
        (None, {}, "x must be a number, not None."),
    ],
)
def test_what_is_no_number_within_the_bounds(value, bounds, said):
    with pytest.raises(ConfigError) as caught:
        check_number("x", value, **bounds)
    assert str(caught.value) == said


def test_choices_flags_and_mappings():
    assert check_one_of("dtype", "a", ("a", "b")) == "a" and check_flag("on", False) is False
    assert check_mapping("limits", {"a": 1}, "{}") == {"a": 1}
    for value in ("c", None, ["a"]):
        with pytest.raises(ConfigError, match=r"^dtype must be one of a, b, not "):
            check_one_of("dtype", value, ("a", "b"))
    for value in (0, 1, "true", None):
        with pytest.raises(ConfigError, match=r"^on must be true or false, not "):
            check_flag("on", value)
    for value in (None, [], "{}"):
        with pytest.raises(
            ConfigError, match=r"^limits must be a mapping such as \{'a': 1\}, not "
        ):
            check_mapping("limits", value, "{'a': 1}")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"steps": True}, "grpo.steps must be a whole number, not True."),
        ({"rate": math.nan}, "grpo.rate must be a finite number, not nan."),
        ({"half": "x"}, "grpo.half must be a number, not 'x'."),
        ({"flag": 1}, "grpo.flag must be true or false, not 1."),
        ({"name": 1}, "grpo.name must be a text, not 1."),
        ({"seeds": 0}, "grpo.seeds must be a list, not 0."),
        ({"seeds": (0, 1.0)}, "Each of grpo.seeds must be a whole number, not 1.0."),
    ],
)
def test_fields_are_what_their_annotations_say(options, said):
    check_fields(Config())
    check_fields(Config(half=1, rate=np.float32(1), either="x", table={"a": "not looked into"}))
    with pytest.raises(ConfigError) as caught:
        check_fields(Config(**options), "grpo.")
    assert str(caught.value) == said


def test_a_field_that_is_none_of_its_choices():
    with pytest.raises(UnknownNameError, match=r"There is no grpo.loss 'aa'. Did you mean 'a'\?"):
        check_fields(Config(loss="aa"), "grpo.")
