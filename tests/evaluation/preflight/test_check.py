"""Only a failure keeps a run from starting, and it says which check failed and why."""

import pytest

from r1gym.core.errors import ConfigError
from r1gym.evaluation.preflight.check import Check, Status, is_fit, stop_unless_fit

FINE = [
    Check("a", Status.OK, "fine"),
    Check("b", Status.WARNING, "odd"),
    Check("c", Status.NOT_CHECKED, "later"),
]


def test_a_warning_and_what_was_not_checked_stop_nothing():
    assert is_fit([]) and is_fit(FINE)
    stop_unless_fit(FINE)


def test_the_first_failure_is_the_one_line():
    found = [*FINE, Check("golds", Status.FAIL, "no gold"), Check("template", Status.FAIL, "late")]
    assert not is_fit(found)
    with pytest.raises(ConfigError, match=r"not train well; golds: no gold\. `r1gym doctor`") as e:
        stop_unless_fit(found)
    assert "late" not in str(e.value) and "\n" not in str(e.value)
