from types import SimpleNamespace

import pytest

from r1gym.core.checks import check_finite, check_least, check_run_name, is_number
from r1gym.core.errors import ConfigError


def test_values_at_their_bound_pass():
    check_least(SimpleNamespace(steps=1, rate=0.0), {"steps": 1, "rate": 0})


@pytest.mark.parametrize("value", [0, -1, float("nan"), "a", None])
def test_a_value_below_its_bound_is_named_as_on_the_command_line(value):
    with pytest.raises(ConfigError, match=r"^grpo\.steps must be at least 1, not "):
        check_least(SimpleNamespace(steps=value), {"steps": 1}, "grpo.")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/a"])
def test_a_run_is_a_folder_in_runs(name):
    with pytest.raises(ConfigError, match="name of a folder in runs/"):
        check_run_name(name)
    check_run_name("mine-2")


def test_a_truth_value_is_no_number():
    assert is_number(1) and is_number(0.5)
    assert not is_number(True) and not is_number("1") and not is_number(None)


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_every_float_must_be_finite(value):
    from types import SimpleNamespace

    check_finite(SimpleNamespace(a=1.0, b=10**400, c="inf", d=None))
    with pytest.raises(ConfigError, match=r"grpo\.kl_coef must be a finite number"):
        check_finite(SimpleNamespace(a=1.0, kl_coef=value), "grpo.")
