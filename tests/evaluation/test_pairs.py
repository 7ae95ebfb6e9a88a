"""Win rates and agreement, by hand."""

import math

import pytest

from r1gym.evaluation.pairs import agreement, outcome, win_rate


def test_ties_count_half_and_failures_nowhere():
    found = win_rate([1.0, 0.75, 0.5, 0.25, None, 0.625])
    assert (found.wins, found.ties, found.losses, found.failed) == (3, 1, 1, 1)
    assert found.rate.mean == pytest.approx(3.5 / 5)
    assert found.graded.mean == pytest.approx(3.125 / 5)
    assert found.rate.low < found.rate.mean < found.rate.high
    assert math.isnan(win_rate([None]).rate.mean)


def test_outcomes():
    assert [outcome(value) for value in (1.0, 0.625, 0.5, 0.375, 0.0)] == [1, 1, 0.5, 0, 0]


def test_kappa_by_hand():
    # 20 wins both, 5 and 10 apart, 15 losses both: observed .7, expected .5.
    first = [1.0] * 25 + [0.0] * 25
    second = [1.0] * 20 + [0.0] * 5 + [1.0] * 10 + [0.0] * 15
    found = agreement(first, second)
    assert (found.share, found.kappa) == pytest.approx((0.7, 0.4))
    assert found.weighted == pytest.approx(0.4)  # of two values the weights are the same
    assert (found.judged, found.failed) == (50, 0)


def test_a_small_difference_weighs_less():
    near = agreement([1.0, 0.75, 0.25, 0.0], [0.75, 1.0, 0.0, 0.25])
    far = agreement([1.0, 0.75, 0.25, 0.0], [0.0, 0.25, 0.75, 1.0])
    assert near.kappa == 1.0 and 0.7 < near.weighted < 1
    assert far.kappa == pytest.approx(-1) and far.weighted < -0.9


def test_the_same_and_chance():
    same = agreement([1.0, 0.5, 0.0, None], [1.0, 0.5, 0.0, 1.0])
    assert (same.share, same.kappa, same.weighted, same.failed) == (1, 1, 1, 1)
    assert agreement([1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 1.0, 0.0]).kappa == 0
    assert math.isnan(agreement([1.0], [1.0]).kappa)


def test_pairs_must_be_the_same_and_judged():
    with pytest.raises(ValueError, match="zip"):
        agreement([1.0], [])
    with pytest.raises(ValueError, match="both"):
        agreement([1.0, None], [None, 0.0])
