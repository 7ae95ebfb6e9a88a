"""The correlation of two curves."""

import pytest

from r1gym.claims.experiments.r1_zero import correlation


def test_it_is_pearsons():
    assert correlation([1, 2, 3], [2, 4, 6]) == pytest.approx(1)
    assert correlation([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert correlation([0, 1, 0, 1], [0, 0, 1, 1]) == pytest.approx(0)
    assert correlation([1, 2], [5, 5]) == 0
