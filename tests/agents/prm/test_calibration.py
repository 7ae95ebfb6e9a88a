import math

import pytest

from r1gym.agents.prm.calibration import auc_within, step_quality
from r1gym.core.errors import ConfigError


def test_label_errors_are_told_in_both_directions():
    right = [[1, 1, 0], [1, 0, 0, 0]]
    values = [[0.9, 0.2, 0.1], [0.8, 0.6, 0.3, 0.2]]
    found = step_quality(values, right)
    assert found.steps == 7
    assert found.right_called_wrong == pytest.approx(1 / 3)
    assert found.wrong_called_right == pytest.approx(1 / 4)
    assert found.f1 == pytest.approx(2 * 3 / (4 + 4))


def test_the_first_error_counts_where_it_is():
    right = [[1, 0, 0], [1, 0, 0], [1, 1], [1, 1], [0]]
    values = [[0.9, 0.1, 0.9], [0.1, 0.1, 0.1], [0.9, 0.9], [0.9, 0.4], [0.7]]
    found = step_quality(values, right)
    assert found.first_error == pytest.approx(1 / 3)
    assert found.none_found == pytest.approx(1 / 2)
    assert found.first_error_f1 == pytest.approx(2 * (1 / 3) * (1 / 2) / (1 / 3 + 1 / 2))


def test_values_that_are_shares_are_calibrated():
    even = step_quality([[0.75] * 4, [0.25] * 4], [[1, 1, 1, 0], [1, 0, 0, 0]])
    assert even.calibration_error == pytest.approx(0)
    assert even.bins == ((0.25, 0.25, 4), (0.75, 0.75, 4))
    bold = step_quality([[1.0] * 4], [[1, 1, 1, 0]])
    assert bold.calibration_error == pytest.approx(0.25)
    assert bold.bins == ((1.0, 0.75, 4),)
    assert step_quality([[0.3, 0.4]], [[0, 1]], bins=1).bins == ((pytest.approx(0.35), 0.5, 2),)


def test_unknown_values_count_nowhere():
    found = step_quality([[None, 0.9], [0.1]], [[1, 1], [0]])
    assert (found.steps, found.f1, found.first_error_f1) == (2, 1.0, 1.0)
    assert found.right_called_wrong == found.wrong_called_right == 0
    assert math.isnan(step_quality([[0.9]], [[1]]).wrong_called_right)


def test_within_a_question_an_easy_one_does_not_help():
    easy, hard = [0.9, 0.8], [0.2, 0.1]
    assert auc_within([easy, hard], [[1, 1], [0, 0]]) != auc_within([easy], [[1, 0]])
    assert math.isnan(auc_within([easy, hard], [[1, 1], [0, 0]]))
    assert auc_within([[0.1, 0.9], [0.8, 0.7]], [[0, 1], [1, 0]]) == 1.0
    assert auc_within([[0.1, 0.9], [0.8, 0.7]], [[0, 1], [0, 1]]) == 0.5
    assert auc_within([[0.5, 0.5, 0.5]], [[1, 0, 0]]) == 0.5
    assert auc_within([[0.3, 0.2, 0.1]], [[True, False, True]]) == 0.5


@pytest.mark.parametrize(
    ("values", "right", "message"),
    [([[1.0]], [[1, 1]], "of the same steps"), ([[None]], [[1]], "No step has a value")],
)
def test_what_cannot_be_compared(values, right, message):
    with pytest.raises(ConfigError, match=message):
        step_quality(values, right)
