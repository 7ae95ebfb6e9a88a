"""Masses, balances and acidity: gold against a second solver, and what the reward pays."""

import random

import pytest

from r1gym.problems.science.chemistry import draw_acidity
from tests.problems.science import checking
from tests.problems.science import second_chemistry as chemistry

CELLS = checking.cells_of("science-chemistry", "science-balancing", "science-acidity")


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


def test_propane_burns_as_in_every_textbook():
    assert chemistry.solve_balancing("Balance _ C3H8 + _ O2 -> _ CO2 + _ H2O with") == (1, 5, 3, 4)


def test_a_strong_base_is_basic():
    for seed in range(200):
        item = draw_acidity(random.Random(seed), 1)
        basic = any(base in item.question for base in ("NaOH", "KOH", "LiOH"))
        assert (item.value > 7) == (basic == (" pH " in item.question))
