"""A learning rate rises over its warm-up, and falls to 0."""

import pytest

from r1gym.models.schedule import warm_cosine


def test_it_rises_then_falls_to_nothing():
    rates = [warm_cosine(2.0, step, 100, 3) for step in range(101)]
    assert rates[0] == 0.5 and rates[1] == pytest.approx(1.0, rel=1e-3)
    assert max(rates) == rates[3] < 2.0
    assert rates[3:] == sorted(rates[3:], reverse=True)
    assert rates[50] == pytest.approx(1.0) and rates[100] == 0.0
