"""Ratings from standings: exact small ones, and known ratings of simulated competitors."""

import numpy as np
import pytest

from r1gym.evaluation.codeforces import (
    HIGHEST,
    LOWEST,
    estimate_rating,
    expected_rank,
    expected_share,
    rating_of,
    share_beaten,
    win_probability,
)

LUCK = 400 / np.log(10)  # the scale at which Gumbel luck wins as ratings say


def test_win_probabilities():
    assert win_probability(1500, 1500) == 0.5
    assert win_probability(1900, 1500) == pytest.approx(10 / 11)
    assert win_probability([1100, 1500], 1500).tolist() == pytest.approx([1 / 11, 0.5])


def test_expected_ranks():
    field = [1500, 1900, 1100]
    assert expected_rank(1500, field) == pytest.approx(1 + 0.5 + 10 / 11 + 1 / 11)
    assert expected_share(1500, field) == pytest.approx(0.5)
    for rating in (1000, 1432, 2500):  # beaten by so many, and beating the others
        beaten = expected_share(rating, field) * len(field)
        assert expected_rank(rating, field) == pytest.approx(1 + len(field) - beaten)


def test_more_points_win_and_then_less_penalty():
    standings = ([3, 3, 2, 0], [10, 20, 5, 0])
    points, penalty = [4, 3, 3, 3, 2, 0, 0], [99, 10, 15, 25, 6, 0, 1]
    beaten = [4, 3.5, 3, 2, 1, 0.5, 0]
    assert share_beaten(points, penalty, standings).tolist() == [b / 4 for b in beaten]
    assert share_beaten(3, 15, standings).shape == ()
    assert share_beaten([[3], [0]], 15, standings).tolist() == [[0.75], [0]]
    with pytest.raises(ValueError, match="at least one"):
        share_beaten(1, 0, ([], []))


def test_a_rating_is_that_whose_share_was_beaten():
    rng = np.random.default_rng(0)
    contests = [rng.normal(1400, 300, size) for size in (50, 200)]
    for rating in (900.0, 1400.0, 2200.0):
        share = np.mean([expected_share(rating, field) for field in contests])
        assert rating_of(float(share), contests) == pytest.approx(rating, abs=0.01)
    assert rating_of(0.5, [[1500, 1500]]) == pytest.approx(1500, abs=0.01)
    assert rating_of(10 / 11, [[1500]]) == rating_of(0.5, [[1500]])  # half of one is all one knows


def test_all_or_none_beaten_is_known_to_half_a_competitor():
    field = [[1500] * 10]
    most, least = rating_of(1.0, field), rating_of(0.0, field)
    assert most == pytest.approx(1500 + 400 * np.log10(19), abs=0.01)
    assert least == pytest.approx(3000 - most, abs=0.01)


def test_one_contest_bounds_nothing_and_luck_that_never_varies_neither_above():
    alone = estimate_rating([0.5], [[1500, 1500]])
    assert (alone.low, alone.high) == pytest.approx((LOWEST, HIGHEST), abs=1)
    assert alone.contests == (alone.rating,) and alone.share == 0.5
    best = estimate_rating([1.0, 1.0], [[1500] * 10] * 2)
    assert best.high == pytest.approx(HIGHEST, abs=1)


def test_numbers_that_do_not_fit_are_refused():
    for shares, contests in (([0.5], []), ([0.5, 0.5], [[1500]]), ([1.5], [[1500]]), ([0.5], [[]])):
        with pytest.raises(ValueError, match=r"contests"):
            estimate_rating(shares, contests)
    with pytest.raises(ValueError, match="confidence"):
        estimate_rating([0.5], [[1500]], confidence=95)


def simulated(rng, rating, contests=10, competitors=1000, samples=16):
    """Returns the shares that one of known rating beats, and the fields."""
    fields = rng.normal(1400, 350, (contests, competitors))
    results = fields + rng.gumbel(0, LUCK, fields.shape)
    ours = rating + rng.gumbel(0, LUCK, (contests, samples))
    shares = [
        share_beaten(mine, 0, (theirs, np.zeros(competitors))).mean()
        for mine, theirs in zip(ours, results, strict=True)
    ]
    return shares, list(fields)


def test_known_ratings_are_recovered_with_intervals_that_cover():
    """1,000 competitors, 10 contests, 16 samples each: a mean error of at most 25 points."""
    errors, covered, widest, alone = [], [], [], []
    for trial, rating in enumerate(np.tile(np.arange(800, 2401, 200), 5)):
        found = estimate_rating(*simulated(np.random.default_rng(trial), rating))
        errors.append(found.rating - rating)
        covered.append(found.low <= rating <= found.high)
        widest.append(found.high - found.low)
        alone.append(np.ptp(found.contests))
    print(
        f"mean error {np.abs(errors).mean():.1f}, bias {np.mean(errors):.1f}, covered "
        f"{np.mean(covered):.2f}, width {np.mean(widest):.0f}, contests alone apart by "
        f"{np.mean(alone):.0f}"
    )
    assert np.abs(errors).mean() <= 25 and abs(np.mean(errors)) < 8
    assert np.mean(covered) >= 0.85  # 45 trials of 95 %
