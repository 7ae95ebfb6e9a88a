"""Chances of Punnett squares: gold against a second solver, and what the reward pays."""

import random
from fractions import Fraction

import pytest

from r1gym.problems.science.genetics import _offspring, draw_genetics
from tests.problems.science import checking

CELLS = checking.cells_of("science-genetics")


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


def test_the_punnett_squares_are_the_known_ones():
    quarter, half = Fraction(1, 4), Fraction(1, 2)
    assert _offspring("Aa", "Aa") == {"AA": quarter, "Aa": half, "aa": quarter}
    assert _offspring("Aa", "aa") == {"AA": 0, "Aa": half, "aa": half}
    assert _offspring("AA", "aa") == {"AA": 0, "Aa": 1, "aa": 0}


def test_no_mistake_on_offer_is_impossible():
    for level in range(1, 5):
        for seed in range(100):
            item = draw_genetics(random.Random(seed), level)
            assert 0 < item.value <= 1 and all(0 < value < 1 for value in item.mistakes)
