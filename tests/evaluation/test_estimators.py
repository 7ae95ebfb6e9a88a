from itertools import combinations, permutations, product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1gym.evaluation.estimators import (
    bootstrap_interval,
    cons_at_k,
    estimate,
    pass_at_k,
    score_interval,
    studentised_interval,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("samples", "correct", "k"),
    [(n, c, k) for n, c, k in product(range(1, 7), range(7), range(1, 7)) if c <= n and k <= n],
)
def test_pass_at_k_counts_the_subsets_with_a_correct_sample(samples, correct, k):
    subsets = list(combinations(range(samples), k))
    share = sum(min(subset) < correct for subset in subsets) / len(subsets)
    assert pass_at_k(samples, correct, k) == pytest.approx(share)


def test_pass_at_k_by_hand():
    # Of 4 samples 1 is correct; of the 6 pairs 3 hold it.
    assert pass_at_k(4, 1, 2) == 0.5
    assert pass_at_k(16, 0, 16) == 0.0
    assert pass_at_k(16, 1, 16) == 1.0
    assert pass_at_k(64, 16, 1) == pytest.approx(0.25)


@pytest.mark.parametrize("numbers", [(4, 5, 1), (4, -1, 1), (4, 2, 0), (4, 2, 5), (0, 0, 1)])
def test_pass_at_k_refuses_numbers_that_do_not_fit(numbers):
    with pytest.raises(ValueError, match="pass@"):
        pass_at_k(*numbers)


def test_pass_at_k_is_unbiased():
    p, n, k = 0.3, 6, 3
    expected = sum(
        comb(n, c) * p**c * (1 - p) ** (n - c) * pass_at_k(n, c, k) for c in range(n + 1)
    )
    assert expected == pytest.approx(1 - (1 - p) ** k)


@pytest.mark.parametrize(
    ("answers", "right", "expected"),
    [
        (["3", "4", "4", "5"], "4", 1.0),
        (["3", "4", "4", "5"], "3", 0.0),
        (["3", "3", "4", "4"], "4", 0.5),  # a tie of two
        (["3", "4", "5"], "4", 1 / 3),  # a tie of three
        ([None, None, None, "4"], "4", 1.0),  # silence does not vote
        ([None, None, None], "4", 0.0),
        ([0, 0, 1], 0, 1.0),
        ([], "4", 0.0),
    ],
)
def test_majority_vote(answers, right, expected):
    assert cons_at_k(answers, [a == right for a in answers]) == pytest.approx(expected)


@given(st.lists(st.sampled_from(["1", "2", "3", None]), max_size=8), st.randoms())
def test_majority_vote_does_not_depend_on_the_order(answers, random):
    shuffled = random.sample(answers, len(answers))
    first = cons_at_k(answers, [a == "2" for a in answers])
    assert cons_at_k(shuffled, [a == "2" for a in shuffled]) == pytest.approx(first)


def test_a_vote_pays_the_share_of_its_samples_that_are_correct():
    assert cons_at_k([0, 0, 0, 1], [True, True, False, False]) == pytest.approx(2 / 3)
    assert cons_at_k([0, 0, 1, 1], [True, False, False, False]) == 0.25


def test_majority_vote_needs_a_verdict_for_each_answer():
    with pytest.raises(ValueError, match="zip"):
        cons_at_k(["1", "2"], [True])


@pytest.mark.parametrize("votes", [(0, 0, 1, 2, None), (0, 1, 1, 2, 2), (0, 0, 1, 1), (None, 3)])
def test_a_majority_vote_of_k_is_the_mean_over_all_orders(votes):
    """Brute force: of every order the first k vote, and of tied answers the first to come wins."""
    right = [vote == 1 for vote in votes]
    for k in range(len(votes) + 1):
        scores = []
        for order in permutations(range(len(votes))):
            cast = [votes[i] for i in order[:k] if votes[i] is not None]
            scores.append(bool(cast) and max(cast, key=cast.count) == 1)
        assert cons_at_k(votes, right, k) == pytest.approx(sum(scores) / len(scores))


def test_a_majority_vote_of_64_among_hundreds_takes_no_time():
    votes = [i % 9 if i % 5 else None for i in range(300)]
    right = [vote == 3 for vote in votes]
    assert 0 < cons_at_k(votes, right, 64) < 1
    with pytest.raises(ValueError, match="cons@301 needs at least 301 samples"):
        cons_at_k(votes, right, 301)


def test_the_interval_of_coins_is_wilsons():
    for count, of in ((0, 20), (15, 148), (81, 263), (20, 20)):
        values = [1.0] * count + [0.0] * (of - count)
        assert score_interval(values) == pytest.approx(wilson_interval(count, of))
    assert score_interval([0.0] * 30)[1] == pytest.approx(0.1135, abs=1e-4)


def test_samples_narrow_the_interval_as_far_as_questions_differ():
    coins = [1.0, 0.0] * 15
    means = [0.6, 0.4] * 15
    wide, narrow = score_interval(coins), score_interval(means)
    assert wide[0] < narrow[0] < 0.5 < narrow[1] < wide[1]
    low, high = score_interval([0.5])
    assert (low, high) == pytest.approx(wilson_interval(1, 2), abs=0.2) and high - low > 0.8
    with pytest.raises(ValueError, match=r"values in \[0, 1\]"):
        score_interval([0.5, 2.0])


def test_lengths_have_a_studentised_interval():
    values = [10.0, 12.0, 9.0, 200.0, 11.0, 15.0, 8.0, 30.0]
    low, high = studentised_interval(values)
    mean = sum(values) / len(values)
    assert estimate(values).high == high > 2 * mean - low  # skewed to the right
    assert studentised_interval([3.0]) == (3.0, 3.0) == studentised_interval([3.0, 3.0])


def covered(questions, accuracy, alike, samples, times, seed=0):
    """Returns how often intervals cover, in percent; a small `alike` is easy and hard questions."""
    rng = np.random.default_rng(seed)
    size = (times, questions)
    chances = rng.beta(accuracy * alike, (1 - accuracy) * alike, size) if alike else accuracy
    found = [score_interval(row) for row in rng.binomial(samples, chances, size) / samples]
    return 100 * sum(low <= accuracy <= high for low, high in found) / times


@pytest.mark.slow
@pytest.mark.parametrize("questions", [30, 500])
@pytest.mark.parametrize("accuracy", [0.05, 0.5, 0.9])
@pytest.mark.parametrize(("alike", "samples"), [(None, 1), (2, 4), (10, 64)])
def test_intervals_of_95_percent_cover_93_to_97(questions, accuracy, alike, samples):
    found = covered(questions, accuracy, alike, samples, 4000)
    margin = 0.8  # of 4,000 draws: more than two standard deviations
    assert 93 - margin <= found <= 97.4 + margin, found


def test_intervals_of_few_coins_cover_exactly_as_often_as_wilsons():
    """No draws: all counts of 30 coins with their chances."""
    for p, expected in ((0.05, 0.939), (0.5, 0.957), (0.9, 0.974)):
        chances = [comb(30, c) * p**c * (1 - p) ** (30 - c) for c in range(31)]
        intervals = [score_interval([1.0] * c + [0.0] * (30 - c)) for c in range(31)]
        found = sum(
            w for w, (low, high) in zip(chances, intervals, strict=True) if low <= p <= high
        )
        assert found == pytest.approx(expected, abs=6e-4)


def test_the_same_seed_gives_the_same_interval():
    values = list(np.random.default_rng(0).random(9))
    assert bootstrap_interval(values, seed=1) == bootstrap_interval(values, seed=1)
    assert bootstrap_interval(values, seed=1) != bootstrap_interval(values, seed=2)


def test_intervals_hold_the_mean_and_widen_with_confidence():
    values = list(np.random.default_rng(0).random(50))
    wide, narrow = bootstrap_interval(values, 0.99), bootstrap_interval(values, 0.5)
    assert wide[0] < narrow[0] < np.mean(values) < narrow[1] < wide[1]
    assert bootstrap_interval([0.5] * 10) == (0.5, 0.5)


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(0)
    covered = 0
    for seed in range(200):
        low, high = bootstrap_interval(rng.random(60) < 0.4, resamples=400, seed=seed)
        covered += low <= 0.4 <= high
    # 95 % of 200 is 190, with a standard deviation of 3.1; the percentile method runs a bit short.
    assert 178 <= covered <= 199


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17, table I, method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_intervals_are_the_published_ones(count, of, low, high):
    found = wilson_interval(count, of)
    assert found == pytest.approx((low, high), abs=5e-5)
    mirrored = wilson_interval(of - count, of)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=5e-5)


def test_of_none_the_interval_is_everything():
    assert wilson_interval(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="a share needs"):
        wilson_interval(2, 1)


@pytest.mark.parametrize(("n", "c", "k"), [(200, 3, 100), (64, 1, 64), (200, 150, 10), (64, 5, 8)])
def test_pass_at_k_is_the_published_product(n, c, k):
    """Chen et al. 2021 compute 1 - prod(1 - k / i) for i from n - c + 1 to n."""
    product_form = 1.0 if n - c < k else 1 - np.prod(1 - k / np.arange(n - c + 1, n + 1))
    assert pass_at_k(n, c, k) == pytest.approx(product_form, abs=1e-12)


def test_intervals_are_those_of_the_binomial():
    """Resampled zeros and ones are binomial, whose quantiles are known: 40 of 100."""
    low, high = bootstrap_interval([1.0] * 40 + [0.0] * 60, resamples=20_000)
    assert (low, high) == pytest.approx((0.31, 0.50), abs=0.011)
    low, high = bootstrap_interval([1.0] * 40 + [0.0] * 60, confidence=0.8, resamples=20_000)
    assert (low, high) == pytest.approx((0.34, 0.46), abs=0.011)


@pytest.mark.parametrize("values", [[], [float("nan")], [0.5, float("inf")]])
def test_intervals_refuse_what_is_no_number(values):
    with pytest.raises(ValueError, match="finite values, at least one"):
        bootstrap_interval(values)


@pytest.mark.parametrize("settings", [{"confidence": 0}, {"confidence": 95}, {"resamples": 0}])
def test_intervals_refuse_settings_that_do_not_fit(settings):
    with pytest.raises(ValueError, match="an interval needs 0 <"):
        bootstrap_interval([0.5], **settings)


def test_an_estimate_of_nothing_is_no_number():
    assert np.isnan(estimate([]).mean)
    assert estimate([0.25, 0.75]).mean == 0.5
