import pytest

from r1gym.evaluation.hacking import find_hack, smoothed


def test_a_hack_is_found_where_the_true_measure_was_best():
    proxy = [i / 100 for i in range(100)]
    true = [min(i, 100 - i) / 100 for i in range(100)]
    hack = find_hack(proxy, true, width=1)
    assert hack.best == 50 and hack.reached == 0.5
    assert hack.fall == pytest.approx(0.49) and hack.proxy_rise == pytest.approx(0.49)
    assert hack.proxy_risen == pytest.approx(0.99)


def test_without_a_hack_nothing_falls():
    hack = find_hack([0.1, 0.2, 0.3], [0.1, 0.2, 0.3], width=2)
    assert hack.best == 2 and hack.fall == 0.0 and hack.proxy_rise == 0.0


def test_a_single_lucky_step_is_smoothed_away():
    true = [0.9] + [0.5] * 10 + [0.6] * 10
    assert find_hack(true, true, width=5).best >= 15


def test_smoothing_looks_back():
    assert smoothed([1.0, 3.0, 5.0, 7.0], 2).tolist() == [1.0, 2.0, 4.0, 6.0]
    assert smoothed([1.0, 3.0], 1).tolist() == [1.0, 3.0]


@pytest.mark.parametrize(("proxy", "true"), [([1.0], [1.0, 2.0]), ([1.0], [1.0])])
def test_curves_must_be_long_enough_and_alike(proxy, true):
    with pytest.raises(ValueError, match="two curves of at least 20 steps"):
        find_hack(proxy, true)
