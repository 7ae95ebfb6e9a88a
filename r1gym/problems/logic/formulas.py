"""Formulas of propositional logic: drawing, writing, rewriting, and their truth tables as bits.

A formula is a variable's letter, ``("not", f)`` or ``(connective, f, g)``. A truth table is one
number: bit r is the formula's value in row r, where bit i of r is the value of variable i.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

Formula: TypeAlias = str | tuple["Formula", ...]

CONNECTIVES = ("and", "or", "implies", "iff", "xor")
# None that could be read as a number, an article, as true or as false.
LETTERS = "bcdeghkmnpqrsuwyz"


def draw_letters(rng: random.Random, count: int) -> list[str]:
    """Returns different letters in the alphabet's order."""
    return sorted(rng.sample(LETTERS, count))


def draw(
    rng: random.Random, letters: Sequence[str], leaves: int, connectives: Sequence[str]
) -> Formula:
    """Returns a random formula in which every letter stands, if there are as many leaves.

    Args:
        rng: The random stream.
        letters: The variables.
        leaves: How many variables the formula has, counting each time.
        connectives: The connectives of two formulas to draw from.
    """
    leaf_letters = [*letters, *rng.choices(letters, k=max(0, leaves - len(letters)))][:leaves]
    rng.shuffle(leaf_letters)

    def grow(part: list[str]) -> Formula:
        made: Formula
        if len(part) == 1:
            made = part[0]
        else:
            cut = rng.randint(1, len(part) - 1)
            left, right = grow(part[:cut]), grow(part[cut:])
            made = (rng.choice(connectives), left, right)
        return ("not", made) if rng.random() < 0.25 else made

    return grow(leaf_letters)


def show(formula: Formula) -> str:
    """Returns the formula's text. Every pair but the outermost has brackets: no precedence."""
    text = _bracketed(formula)
    return text if isinstance(formula, str) or formula[0] == "not" else text[1:-1]


def _bracketed(formula: Formula) -> str:
    if isinstance(formula, str):
        return formula
    if formula[0] == "not":
        return f"not {_bracketed(formula[1])}"
    return f"({_bracketed(formula[1])} {formula[0]} {_bracketed(formula[2])})"


@lru_cache(maxsize=16)
def columns(count: int) -> tuple[int, ...]:
    """Returns the truth tables of the variables alone."""
    return tuple(sum(1 << row for row in range(2**count) if row >> i & 1) for i in range(count))


def every_row(count: int) -> int:
    """Returns the truth table that is true in every row, of a number of variables."""
    return (1 << (1 << count)) - 1


def truth_table(formula: Formula, values: Mapping[str, int], full: int) -> int:
    """Returns the formula's truth table.

    Args:
        formula: The formula.
        values: The truth table of each variable.
        full: The table that is true in every row.
    """
    if isinstance(formula, str):
        return values[formula]
    left = truth_table(formula[1], values, full)
    if formula[0] == "not":
        return full ^ left
    right = truth_table(formula[2], values, full)
    match formula[0]:
        case "and":
            return left & right
        case "or":
            return left | right
        case "implies":
            return full ^ left | right
        case "iff":
            return full ^ left ^ right
    return left ^ right


def negation(formula: Formula) -> Formula:
    """Returns the negation, without a double one."""
    if not isinstance(formula, str) and formula[0] == "not":
        return formula[1]
    return ("not", formula)


def rewritten(rng: random.Random, formula: Formula, steps: int) -> Formula:
    """Returns an equivalent formula, by a law of logic at some place in each step."""
    for _ in range(steps):
        formula = _at_random_place(rng, formula, lambda part: rng.choice(_equivalents(part)))
    return formula


def altered(rng: random.Random, formula: Formula) -> Formula:
    """Returns the formula with one small change: a connective, or a negation more or less."""

    def alter(part: Formula) -> Formula:
        if isinstance(part, str) or part[0] == "not" or rng.random() < 0.4:
            return negation(part)
        return (rng.choice([name for name in CONNECTIVES if name != part[0]]), *part[1:])

    return _at_random_place(rng, formula, alter)


def _at_random_place(
    rng: random.Random, formula: Formula, change: Callable[[Formula], Formula]
) -> Formula:
    if isinstance(formula, str) or rng.random() < 0.35:
        return change(formula)
    i = rng.randrange(1, len(formula))
    return (*formula[:i], _at_random_place(rng, formula[i], change), *formula[i + 1 :])


def _equivalents(formula: Formula) -> list[Formula]:
    """Returns what one law of logic makes of the whole formula."""
    if isinstance(formula, str):
        return [("not", ("not", formula))]
    name, left, right = formula[0], formula[1], formula[-1]
    if name == "not":
        inner = left
        if isinstance(inner, str) or inner[0] == "not":
            return [inner[1] if isinstance(inner, tuple) else ("not", ("not", formula))]
        a, b = inner[1:]
        dual: dict[str, list[Formula]] = {
            "and": [("or", negation(a), negation(b))],
            "or": [("and", negation(a), negation(b))],
            "implies": [("and", a, negation(b))],
            "iff": [("xor", a, b), ("iff", a, negation(b))],
            "xor": [("iff", a, b), ("xor", negation(a), b)],
        }
        return dual[str(inner[0])]
    found: list[Formula] = [(name, right, left)] if name != "implies" else []
    if name == "implies":
        found += [("or", negation(left), right), ("implies", negation(right), negation(left))]
    elif name == "iff":
        found += [("and", ("implies", left, right), ("implies", right, left))]
    elif name == "xor":
        found += [("and", ("or", left, right), ("not", ("and", left, right)))]
    else:
        other = "or" if name == "and" else "and"
        found += [("not", (other, negation(left), negation(right)))]
        if isinstance(right, tuple) and right[0] == other:
            found += [(other, (name, left, right[1]), (name, left, right[2]))]
    return found
