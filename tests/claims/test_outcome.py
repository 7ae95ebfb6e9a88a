"""When a claim holds, when it does not, and when that is not decided."""

import pytest

from r1gym.claims.claim import Claim
from r1gym.claims.outcome import Outcome, interval, judge
from r1gym.core.errors import RunError


def claim(**holds):
    return Claim("c", "1", "Says.", "r1_zero", holds=holds, shows=("more",), refuted_by="Not.")


def found(*values):
    return [{"x": value, "more": 1, "curve": [1.0]} for value in values]


@pytest.mark.parametrize(
    ("values", "bound", "outcome"),
    [
        ((1.0, 1.1, 1.2), {"at_least": 0.8}, Outcome.HOLDS),
        ((1.0, 1.1, 1.2), {"at_least": 0.9}, Outcome.OPEN),  # the interval begins at .852
        ((1.0, 1.1, 1.2), {"at_least": 1.4}, Outcome.FAILS),
        ((1.0, 1.1, 1.2), {"at_most": 1.4}, Outcome.HOLDS),
        ((1.0, 1.1, 1.2), {"at_most": 0.8}, Outcome.FAILS),
        ((1.0, 1.1, 1.2), {"at_least": 1.0, "over": "every"}, Outcome.HOLDS),
        ((1.0, 1.1, 1.2), {"at_least": 1.1, "over": "every"}, Outcome.OPEN),
        ((1.0, 1.1, 1.2), {"at_least": 1.3, "over": "every"}, Outcome.FAILS),
        ((1.0, 1.1, 1.2), {"at_most": 1.1, "over": "every"}, Outcome.OPEN),
        ((1.0, 1.1, 1.2), {"at_most": 1.2, "over": "every"}, Outcome.HOLDS),
        ((5.0,), {"at_least": 1}, Outcome.OPEN),  # one seed has no interval
        ((5.0,), {"at_least": 1, "over": "every"}, Outcome.HOLDS),
    ],
)
def test_a_bound_is_held_by_the_whole_interval_or_every_seed(values, bound, outcome):
    assert judge(claim(x=bound), found(*values))[0] is outcome


def test_one_bound_that_fails_refutes_and_one_that_is_open_leaves_open():
    held, open_, failed = {"at_least": 0}, {"at_least": 0.9}, {"at_least": 9}
    values = found(1.0, 1.1, 1.2)
    assert judge(claim(x=held, more=held), values)[0] is Outcome.HOLDS
    assert judge(claim(x=open_, more=held), values)[0] is Outcome.OPEN
    assert judge(claim(x=open_, more=failed), values)[0] is Outcome.FAILS


def test_what_is_only_shown_has_no_outcome():
    _, (bounded, told) = judge(claim(x={"at_least": 0}), found(1.0, 3.0))
    assert bounded.mean == 2 and bounded.values == (1.0, 3.0)
    assert told.name == "more" and told.outcome is None and told.bound is None


@pytest.mark.parametrize("name", ["missing", "curve"])
def test_a_number_that_is_not_there_is_said(name):
    with pytest.raises(RunError, match=f"returned no number '{name}'; it has x, more"):
        judge(claim(**{name: {"at_least": 0}}), found(1.0))


def test_intervals_are_students():
    # t of 2 degrees of freedom is 4.303, the deviation is 1
    assert interval([1, 2, 3]) == pytest.approx((2 - 4.303 / 3**0.5, 2 + 4.303 / 3**0.5))
    assert interval([4, 4, 4, 4]) == (4, 4)
    assert interval([2]) == (float("-inf"), float("inf"))
    wide = interval(list(range(30)))
    assert wide[0] < 14.5 < wide[1]
