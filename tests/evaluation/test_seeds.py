import numpy as np
import pytest

from r1gym.evaluation.seeds import seed_spread


def test_the_variance_within_questions_is_what_a_seed_moves():
    spread = seed_spread([[1, 0, 1, 0], [1, 1, 1, 1]])
    assert spread.deviation == pytest.approx((1 / 3) ** 0.5 / 2)
    assert spread.mean.mean == 0.75
    half = 1.959964 * (1 / 3 / 4) ** 0.5 / 2
    assert spread.mean.high - 0.75 == pytest.approx(half)


def test_single_samples_take_the_others_variance_or_tell_nothing():
    assert seed_spread([[1], [0]]) is None
    assert seed_spread([[1, 0], [1]]).deviation == pytest.approx(1.0**0.5 / 2)
    with pytest.raises(ValueError, match="needs a sample"):
        seed_spread([[1, 0], []])


def test_the_deviation_is_that_of_simulated_seeds():
    """AIME's size: 30 questions once a question move by several points."""
    rng = np.random.default_rng(0)
    chances = rng.beta(1, 1, 30)
    runs = (rng.random((4000, 30)) < chances).mean(axis=1)
    spread = seed_spread((rng.random((64, 30)) < chances).T.astype(float).tolist())
    assert spread.deviation == pytest.approx(runs.std(), rel=0.1)
    assert 0.05 < spread.deviation < 0.09


def test_intervals_over_seeds_cover():
    rng = np.random.default_rng(1)
    chances = rng.beta(1, 1, 30)
    covered = 0
    for _ in range(400):
        mean = seed_spread((rng.random((30, 16)) < chances[:, None]).astype(float).tolist()).mean
        covered += mean.low <= chances.mean() <= mean.high
    assert 366 <= covered <= 394  # 380, and three standard deviations
