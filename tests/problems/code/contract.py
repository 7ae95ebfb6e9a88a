"""The tests of one module of code problems; `conftest` gives them its families."""

import pytest

from tests.problems.code import checking


def test_a_second_solver_agrees_on_every_hidden_test(second, name, level, count):
    checking.check_second(second, name, level, count)


def test_an_item_is_sound(name, level):
    checking.check_items(name, level)


def test_there_are_many_questions_and_each_is_one_rule(name, level):
    checking.check_rules(name, level)


def test_hidden_tests_reject_wrong_solutions(second, name):
    checking.check_rejects(second, name)


@pytest.mark.slow
def test_references_pass_in_the_sandbox(name):
    checking.check_sandbox(name)
