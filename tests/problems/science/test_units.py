"""Conversions of units: gold against a second solver, and what the reward pays."""

import random
import re
from fractions import Fraction

import pytest

from r1gym.problems.science.units import draw_units
from tests.problems.science import checking

UNIT = {
    "mm": Fraction(1, 1000),
    "cm": Fraction(1, 100),
    "dm": Fraction(1, 10),
    "km": Fraction(1000),
}
CELLS = checking.cells_of("science-units")


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


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_a_day_and_a_litre_are_explained_where_they_stand(level):
    for seed in range(200):
        text, _, legend = draw_units(random.Random(seed), level).question.partition(" (1 ")
        named = set(re.split(r"[ /*(),^]+", text))
        assert ("1 dm^3" in legend) == bool(named & {"L", "mL"}), text
        assert ("day = 24 h" in legend) == bool(named & {"day", "days"}), text


def test_a_forgotten_power_is_among_the_mistakes():
    for item in (draw_units(random.Random(seed), 2) for seed in range(99)):
        if item.unit in ("m^2", "m^3"):
            power = int(item.unit[-1])
            ratio = UNIT[re.search(r" (\w+)\^", item.question)[1]]
            assert item.value / ratio ** (power - 1) in item.mistakes
