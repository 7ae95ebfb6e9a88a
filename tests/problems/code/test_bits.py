"""The code problems of bits: gold against second solvers, tests against wrong solutions."""

import pytest

from tests.problems.code import checking
from tests.problems.code.second import bits as second

NAMES, CELLS = checking.names_of(second), checking.cells_of(second)


@pytest.mark.parametrize("count", [10, pytest.param(110, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("name", "level"), CELLS)
def test_a_second_solver_agrees_on_every_hidden_test(name, level, count):
    checking.check_second(second, name, level, count)


@pytest.mark.parametrize(("name", "level"), CELLS)
def test_an_item_is_sound(name, level):
    checking.check_items(name, level)


@pytest.mark.parametrize(("name", "level"), CELLS)
def test_there_are_many_questions_and_each_is_one_rule(name, level):
    checking.check_rules(name, level)


@pytest.mark.parametrize("name", NAMES)
def test_hidden_tests_reject_wrong_solutions(name):
    checking.check_rejects(second, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_references_pass_in_the_sandbox(name):
    checking.check_sandbox(name)
