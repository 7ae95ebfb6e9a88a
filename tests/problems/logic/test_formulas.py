"""Formulas against Python's own reading of them, row by row."""

import random

import pytest

from r1gym.problems.logic.formulas import (
    CONNECTIVES,
    LETTERS,
    altered,
    columns,
    draw,
    draw_letters,
    every_row,
    negation,
    rewritten,
    show,
    truth_table,
)

MEANING = {
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "implies": lambda a, b: b or not a,
    "iff": lambda a, b: a == b,
    "xor": lambda a, b: a != b,
}
ABC = ("b", "c", "d")


def holds(formula, row):
    if isinstance(formula, str):
        return row[formula]
    if formula[0] == "not":
        return not holds(formula[1], row)
    return MEANING[formula[0]](holds(formula[1], row), holds(formula[2], row))


def table(formula, letters=ABC):
    return truth_table(
        formula, dict(zip(letters, columns(len(letters)), strict=True)), every_row(len(letters))
    )


def leaves(formula):
    return [formula] if isinstance(formula, str) else [x for f in formula[1:] for x in leaves(f)]


def drawn(seed, size=6):
    return draw(random.Random(seed), ABC, size, CONNECTIVES)


@pytest.mark.parametrize("name", CONNECTIVES)
def test_every_connective_has_its_known_table(name):
    known = {"and": 0b1000, "or": 0b1110, "implies": 0b1101, "iff": 0b1001, "xor": 0b0110}
    assert table((name, "b", "c"), ("b", "c")) == known[name]


@pytest.mark.parametrize("seed", range(40))
def test_a_table_is_what_every_row_says(seed):
    formula, found = drawn(seed), 0
    for row in range(8):
        found |= holds(formula, {x: bool(row >> i & 1) for i, x in enumerate(ABC)}) << row
    assert table(formula) == found


@pytest.mark.parametrize("seed", range(40))
def test_rewriting_keeps_the_table_and_negation_turns_it(seed):
    formula, rng = drawn(seed), random.Random(seed)
    assert table(rewritten(rng, formula, 5)) == table(formula)
    assert table(negation(formula)) == every_row(3) ^ table(formula)
    assert altered(rng, formula) != formula


def test_a_double_negation_is_not_made():
    assert negation("b") == ("not", "b") and negation(("not", "b")) == "b"


@pytest.mark.parametrize("size", [1, 3, 7])
def test_a_drawn_formula_has_its_leaves(size):
    for seed in range(20):
        found = leaves(drawn(seed, size))
        assert len(found) == size and (size < 3 or set(found) == set(ABC))


def test_all_but_the_outermost_pair_has_brackets():
    inner = ("or", "b", ("not", "c"))
    assert show(("and", "d", inner)) == "d and (b or not c)"
    assert show(("not", inner)) == "not (b or not c)"
    assert show("b") == "b"


def test_letters_are_different_and_in_order():
    found = draw_letters(random.Random(0), len(LETTERS))
    assert found == sorted(set(LETTERS)) and not set("aioftvx") & set(found)
