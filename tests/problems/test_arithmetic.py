"""Chains of operations: the question's text is worth its answer, and stays small on the way."""

import ast
import random

import pytest

from r1gym.problems.arithmetic import _LARGEST, _operations, generate


def values(node):
    """Yields the value of every part of an expression."""
    yield eval(ast.unparse(node))
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from values(child)


@pytest.mark.parametrize("level", [1, 2, 4, 6])
def test_python_reads_the_question_the_same(level):
    rng = random.Random(level)
    for _ in range(300):
        question, answer = generate(rng, level)
        tree = ast.parse(question.removeprefix("Compute "), mode="eval").body
        assert str(eval(ast.unparse(tree))) == answer
        assert sum(isinstance(node, ast.BinOp) for node in ast.walk(tree)) == level
        assert all(0 <= value <= _LARGEST for value in values(tree)), question


def test_brackets_stand_only_where_they_must():
    rng = random.Random(0)
    for _ in range(300):
        text = generate(rng, 3)[0].removeprefix("Compute ")
        assert ast.unparse(ast.parse(text)).replace(" ", "") == text


def test_nothing_leaves_the_range():
    assert ("-", 3, -1) not in _operations(2) and ("-", 2, 0) in _operations(2)
    assert ("+", 9, 99) in _operations(90) and ("+", 9, 100) not in _operations(91)
    assert not any(sign == "*" for sign, _, _ in _operations(0))
