import numpy as np
import pytest

from r1gym.evaluation.paired import compare, difference_interval, permutation_p


def test_flips_are_counted_both_ways():
    found = compare([1, 1, 0, 0, 1], [1, 0, 1, 1, 1])
    assert (found.better, found.worse, found.equal) == (2, 1, 2)
    assert (found.won, found.lost) == (0.4, 0.2)
    assert found.difference.mean == pytest.approx(0.2)
    shares = compare([0.5, 0.25], [0.5, 0.75])
    assert (shares.better, shares.worse, shares.equal) == (1, 0, 1)
    assert shares.won == pytest.approx((0.25 + 0.5625) / 2)


def test_few_differences_prove_nothing_and_many_do():
    assert compare([0] * 3, [1] * 3).p == pytest.approx(0.25, abs=0.02)  # all signs alike: 2 of 8
    assert compare([0] * 12, [1] * 12).p < 0.002
    assert compare([1, 0, 1], [1, 0, 1]).p == 1.0


def test_the_p_value_is_that_of_all_signs():
    gain = np.array([0.5, -0.25, 0.75, 0.0, 0.5, 0.25])
    signs = np.array(np.meshgrid(*[[1, -1]] * 6)).reshape(6, -1).T
    exact = (abs(signs @ gain) >= abs(gain.sum()) - 1e-9).mean()
    assert permutation_p(gain) == pytest.approx(exact, abs=0.015)


def test_models_that_agree_may_still_differ():
    found = compare([1.0] * 20 + [0.0] * 10, [1.0] * 20 + [0.0] * 10).difference
    assert found.low < -0.05 and found.high > 0.05


@pytest.mark.parametrize("pair", [([], []), ([1], [1, 0]), ([1.5], [1]), ([0.5], [-0.1])], ids=str)
def test_what_is_no_pair_is_refused(pair):
    with pytest.raises(ValueError, match="pairs need|values lie"):
        compare(*pair)


def drawn(questions, samples, gain, times, seed=0):
    """Yields the differences of two models on questions of all difficulties."""
    rng = np.random.default_rng(seed)
    for _ in range(times):
        first = rng.beta(1, 1, questions)
        second = first + gain * 4 * first * (1 - first)
        pair = [rng.binomial(samples, p) / samples for p in (first, second)]
        yield pair[1] - pair[0], gain * 4 / 6


@pytest.mark.slow
@pytest.mark.parametrize(("questions", "samples"), [(30, 1), (30, 64), (500, 1), (500, 4)])
def test_the_test_keeps_its_level_and_intervals_cover(questions, samples):
    rejected = sum(
        permutation_p(gain, 500) <= 0.05 for gain, _ in drawn(questions, samples, 0.0, 1000)
    )
    assert rejected <= 65, rejected  # 50, and two standard deviations
    for true in (0.0, 0.15):
        covered = 0
        for gain, mean in drawn(questions, samples, true, 1000):
            low, high = difference_interval(gain)
            covered += low <= mean <= high
        assert covered >= 930, covered
