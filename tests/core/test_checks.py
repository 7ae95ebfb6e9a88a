from types import SimpleNamespace

import pytest

from r1gym.core.checks import check_least
from r1gym.core.errors import ConfigError


def test_values_at_their_bound_pass():
    check_least(SimpleNamespace(steps=1, rate=0.0), {"steps": 1, "rate": 0})


@pytest.mark.parametrize("value", [0, -1, float("nan")])
def test_a_value_below_its_bound_is_named_as_on_the_command_line(value):
    with pytest.raises(ConfigError, match=r"^grpo\.steps must be at least 1, not "):
        check_least(SimpleNamespace(steps=value), {"steps": 1}, "grpo.")
