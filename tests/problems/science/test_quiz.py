"""Multiple choice over the other subjects: gold against a second solver, and what is paid."""

from fractions import Fraction

import pytest

from tests.problems.science import checking
from tests.problems.science.checking import draw

CELLS = checking.cells_of("science-choice")


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


def test_the_right_option_is_in_every_place_about_equally_often():
    letters = [problem.answer for problem in draw("science-choice", 1, 2000)]
    assert all(400 < letters.count(letter) < 600 for letter in "ABCD")


def test_the_right_option_is_not_the_middle_or_an_end_of_the_values():
    """Nobody should earn much by a rule that reads no question."""
    ranks = []
    for problem in draw("science-choice", 2, 2000):
        values = [Fraction(option.split(" ")[0]) for option in problem.metadata["choices"]]
        ranks.append(sorted(values).index(values["ABCDE".index(problem.answer)]))
    assert max(ranks.count(rank) for rank in range(4)) < 0.5 * len(ranks)
