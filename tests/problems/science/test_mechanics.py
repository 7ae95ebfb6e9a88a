"""Mechanics: gold against a second solver, and what the reward pays."""

import random

import pytest

from r1gym.problems.science.mechanics import draw_mechanics
from tests.problems.science import checking

CELLS = checking.cells_of("science-mechanics")


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


def test_every_level_draws_all_its_kinds():
    """A kind whose place in the table was lost would never be asked."""
    for level, least in ((1, 4), (2, 4), (3, 5), (4, 6)):
        words = {
            " ".join(
                w
                for w in draw_mechanics(random.Random(i), level).question.split()[-6:]
                if not any(c.isdigit() for c in w)
            )
            for i in range(200)
        }
        assert len(words) >= least
