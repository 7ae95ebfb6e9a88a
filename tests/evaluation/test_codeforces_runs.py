"""Samples as submissions: points by hand, orders by enumeration, and their effect."""

from itertools import permutations

import numpy as np
import pytest

from r1gym.evaluation.codeforces_runs import perform, score
from r1gym.problems.code.contests import Contest

POINTS = Contest("1", {"A": 500.0, "B": 1000.0}, (1500.0,), (0.0,), (0.0,))
ICPC = Contest("2", {"A": 1.0, "B": 1.0}, (1500.0,), (0.0,), (0.0,), "icpc")
NO = np.zeros((1, 2))
FIRST, SECOND = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])


@pytest.mark.parametrize(
    ("rows", "minutes", "points"),
    [
        ((FIRST, FIRST), 0.0, 1500),
        ((FIRST, SECOND), 0.0, 500 + 950),
        ((NO, SECOND), 0.0, 950),
        ((FIRST, NO), 10.0, 500 - 10 * 2),
        ((FIRST, SECOND), 10.0, 480 + 1000 - 30 * 4 - 50),
        ((NO, SECOND), 20.0, 1000 - 80 * 4 - 50),  # after four submissions
        ((FIRST, FIRST), 70.0, 500 - 70 * 2),  # the second comes after the end
    ],
)
def test_points_fall_by_minutes_and_wrong_submissions(rows, minutes, points):
    found, penalty, _ = score(POINTS, rows, minutes)
    assert (found.tolist(), penalty.tolist()) == (pytest.approx([points]), [0.0])


def test_points_fall_by_seventy_percent_at_most():
    late = np.zeros((1, 8))
    late[0, 7] = 1
    assert score(POINTS, (late, NO))[0].tolist() == [500 - 7 * 50]
    assert score(POINTS, (late, NO), 14.0)[0].tolist() == [150]


def test_icpc_counts_problems_and_minutes():
    points, penalty, solved = score(ICPC, (FIRST, SECOND), 5.0)
    assert (points.tolist(), penalty.tolist(), solved) == ([2.0], [5 + (15 + 10)], 1.0)
    points, penalty, solved = score(ICPC, (NO, FIRST), 5.0)
    assert (points.tolist(), penalty.tolist(), solved) == ([1.0], [15.0], 0.5)


def test_orders_are_drawn_evenly():
    """With two tries of three samples the points are those of all six orders."""
    contest = Contest("1", {"A": 500.0}, (1500.0,) * 3, (500.0, 450.0, 0.0), (0.0,) * 3)
    passed = [True, False, False]
    every = []
    for order in permutations(passed):
        points, _, _ = score(contest, [np.array([order[:2]], float)])
        every.append(points[0])
    assert sorted(every) == [0, 0, 450, 450, 500, 500]
    found = perform([contest] * 2, {"1": {"A": passed}}, tries=2, orders=3000)
    wanted = np.mean([(2.5 if p == 500 else 1.5 if p == 450 else 0.5) / 3 for p in every])
    assert found.rating.share == pytest.approx(wanted, abs=0.02)
    assert found.solved == pytest.approx(2 / 3, abs=0.02)
    low, first, last, high = found.orders
    assert low <= first < found.rating.rating < last <= high


def test_the_same_seed_draws_the_same_orders_and_more_tries_solve_more():
    samples = {"1": {"A": [True, False, False, False], "B": [False] * 4}}
    one, again = (perform([POINTS], samples, seed=3, orders=50) for _ in range(2))
    assert one == again
    assert perform([POINTS], samples, tries=4, orders=50).solved == 0.5 > one.solved


def test_a_problem_without_samples_is_not_handed_in():
    assert perform([POINTS], {}, orders=5).solved == 0.0
    assert perform([POINTS], {"1": {"A": [True]}}, orders=5).solved == 0.5


def test_numbers_that_are_not_allowed():
    for wrong in ({"tries": 0}, {"orders": 0}, {"minutes": -1.0}):
        with pytest.raises(ValueError, match="tries="):
            perform([POINTS], {}, **wrong)
    with pytest.raises(ValueError, match="contests"):
        perform([], {}, orders=1)
