"""Circuits: gold against a second solver, and what the reward pays."""

from fractions import Fraction

import pytest

from r1gym.problems.science.circuits import _Part, _resistance, _share, _text
from tests.problems.science import checking

CELLS = checking.cells_of("science-circuits")


@pytest.mark.parametrize(("name", "level"), CELLS)
def test_a_second_solver_agrees_with_the_gold_answers(name, level):
    checking.check(name, level, 300)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "level"), CELLS)
def test_a_second_solver_agrees_with_ten_thousand_gold_answers(name, level):
    checking.check(name, level, 10_000)


@pytest.mark.parametrize(("name", "level"), CELLS)
def test_the_reward_pays_for_the_gold_answer_and_not_for_another(name, level):
    checking.check_pay(name, level)


def test_the_conformance_suite_finds_nothing():
    checking.check_conformance(CELLS)


@pytest.mark.parametrize(("name", "level"), CELLS)
def test_there_are_thousands_of_questions_and_all_splits_fill(name, level):
    checking.check_splits(name, level)


def test_resistors_in_series_add_and_in_parallel_their_inverses_do():
    sizes = [Fraction(6), Fraction(3), Fraction(2)]
    one, two, three = map(_Part, range(3))
    nested = _Part(-1, (_Part(-1, (one, two), parallel=True), three))
    assert _text(nested) == "(R1 || R2) + R3"
    assert _resistance(nested, sizes) == 4  # 6*3/(6+3) + 2
    assert _resistance(nested, sizes, swap=True) == Fraction(18, 11)  # 9 and 2 side by side
    assert [_share(nested, sizes, i) for i in range(3)] == [Fraction(1, 3), Fraction(2, 3), 1]
