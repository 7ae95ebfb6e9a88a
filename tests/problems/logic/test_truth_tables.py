"""Truth tables against a second solver that reads the question and tries every assignment."""

import random
import re
from itertools import product

import pytest

from r1gym.problems.families import FAMILIES
from r1gym.problems.logic.formulas import (
    CONNECTIVES,
    altered,
    columns,
    draw,
    every_row,
    rewritten,
    show,
    truth_table,
)

FAMILY = FAMILIES.get("logic-truth-tables")
MEANING = {
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "implies": lambda a, b: not a or b,
    "iff": lambda a, b: a == b,
    "xor": lambda a, b: a != b,
}


def holds(text, values):
    """The value of a formula's text, read from left to right without precedence."""
    tokens = re.findall(r"[()]|\w+", text)

    def unit():
        token = tokens.pop(0)
        if token == "not":
            return not unit()
        if token == "(":
            value = several()
            assert tokens.pop(0) == ")"
            return value
        return values[token]

    def several():
        value = unit()
        kinds = set()
        while tokens and tokens[0] != ")":
            kinds.add(tokens.pop(0))
            other = unit()
            value = MEANING[max(kinds)](value, other)
        assert len(kinds) < 2, "a mixture without brackets"
        return value

    value = several()
    assert not tokens
    return value


def letters_of(text):
    return sorted(set(re.findall(r"\b[a-z]\b", text)))


def assignments(text):
    letters = letters_of(text)
    for row in product((False, True), repeat=len(letters)):
        yield dict(zip(letters, row, strict=True))


def solve(question):
    question = re.sub('^Here "[^.]*[.] ', "", question)
    texts = re.findall('"([^"]*)"', question)
    ask = re.sub('"[^"]*"', "FORMULA", question)
    if "true or false" in ask and "Out of all" not in ask:
        values = {letter: word == "true" for letter, word in re.findall(r"\b([a-z]) is (\w+)", ask)}
        return "true" if holds(texts[0], values) else "false"
    if "yes or no" in ask:
        text = f"({texts[0]}) iff ({texts[1]})" if len(texts) == 2 else texts[0]
        return "yes" if all(holds(text, values) for values in assignments(text)) else "no"
    true_in = [values for values in assignments(texts[0]) if holds(texts[0], values)]
    if "x: true" not in ask:
        return str(len(true_in))
    (only,) = true_in
    return ", ".join(f"{letter}: {str(value).lower()}" for letter, value in only.items())


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_a_second_solver_agrees(level, count):
    rng = random.Random(f"{level} {count}")
    for _ in range(count):
        question, answer, _ = FAMILY.generate(rng, level)
        assert solve(question) == answer, question


@pytest.mark.parametrize("level", [1, 2, 4])
def test_both_answers_are_about_equally_likely(level):
    rng = random.Random(1)
    answers = [FAMILY.generate(rng, level)[1] for _ in range(2000)]
    assert all(850 < answers.count(answer) < 1150 for answer in set(answers))
    assert len(set(answers)) == 2


def test_rewriting_keeps_the_truth_table():
    rng, letters, differ = random.Random(2), ["p", "q", "r"], 0
    values = dict(zip(letters, columns(3), strict=True))
    for _ in range(1000):
        formula = draw(rng, letters, 5, CONNECTIVES)
        table = truth_table(formula, values, every_row(3))
        same = rewritten(rng, formula, 4)
        assert truth_table(same, values, every_row(3)) == table, f"{show(formula)}; {show(same)}"
        differ += truth_table(altered(rng, formula), values, every_row(3)) != table
    assert differ > 800


def test_what_the_connectives_mean_is_said():
    rng = random.Random(3)
    for _ in range(300):
        question = FAMILY.generate(rng, 2)[0]
        for word in ("iff", "xor"):
            assert (f'"{word}" means' in question) == (f" {word} " in question)
