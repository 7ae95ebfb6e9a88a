"""Truth tables: evaluating formulas, counting models, tautologies, equivalence, one model."""

from __future__ import annotations

import random
from typing import Any

from r1gym.problems.families import family
from r1gym.problems.logic.formulas import (
    CONNECTIVES,
    Formula,
    altered,
    columns,
    draw,
    draw_letters,
    every_row,
    rewritten,
    show,
    truth_table,
)
from r1gym.problems.logic.words import listed

_Item = tuple[str, str, dict[str, Any]]

_P, _Q, _R = "P", "Q", "R"
_P_Q: Formula = ("implies", _P, _Q)
_Q_R: Formula = ("implies", _Q, _R)
_P_R: Formula = ("implies", _P, _R)
_VALID: tuple[Formula, ...] = (
    ("implies", ("and", _P_Q, _P), _Q),
    ("implies", ("and", _P_Q, ("not", _Q)), ("not", _P)),
    ("implies", ("and", _P_Q, _Q_R), _P_R),
    ("implies", ("and", ("or", _P, _Q), ("not", _P)), _Q),
    ("iff", ("implies", _P, _Q_R), ("implies", ("and", _P, _Q), _R)),
    ("implies", ("implies", _P_Q, _P), _P),
    ("or", _P_Q, _Q_R),
    ("implies", ("and", _P_R, _Q_R), ("implies", ("or", _P, _Q), _R)),
    ("iff", ("or", _P, ("and", _Q, _R)), ("and", ("or", _P, _Q), ("or", _P, _R))),
    ("iff", ("xor", _P, _Q), ("and", ("or", _P, _Q), ("not", ("and", _P, _Q)))),
)
_INVALID: tuple[Formula, ...] = (
    ("implies", ("and", _P_Q, _Q), _P),
    ("implies", ("and", _P_Q, ("not", _P)), ("not", _Q)),
    ("implies", ("and", _P_R, _Q_R), _P_Q),
    ("implies", ("and", ("or", _P, _Q), _P), ("not", _Q)),
    ("iff", ("implies", _P, _Q_R), ("implies", _P_Q, _R)),
    ("implies", ("implies", _P_Q, _Q), _P),
    ("or", _P_Q, ("implies", _R, _Q)),
    ("implies", ("or", _P_R, _Q_R), ("implies", ("or", _P, _Q), _R)),
    ("iff", ("or", _P, ("and", _Q, _R)), ("and", ("or", _P, _Q), _R)),
    ("iff", ("xor", _P, _Q), ("or", ("and", _P, _Q), ("not", ("or", _P, _Q)))),
)


@family("logic-truth-tables", levels=5, question_bytes=700)
def truth_tables(rng: random.Random, level: int) -> _Item:
    """Formulas of propositional logic.

    Level 1: the value of a formula of three letters, with not, and, or. Level 2: of six to eight
    letters, with all connectives. Level 3: how many assignments of three variables satisfy a
    formula. Level 4: tautology or not; equivalent or not. Level 5: the only model of a set of
    clauses in four or five variables.
    """
    if level <= 2:
        return _evaluate(rng, level)
    if level == 3:
        return _count(rng)
    if level == 4:
        return _tautology(rng) if rng.random() < 0.5 else _equivalence(rng)
    return _only_model(rng)


def _evaluate(rng: random.Random, level: int) -> _Item:
    letters = draw_letters(rng, rng.randint(2, 3) if level == 1 else 4)
    leaves = 3 if level == 1 else rng.randint(6, 8)
    formula = draw(rng, letters, leaves, ("and", "or") if level == 1 else CONNECTIVES)
    table = _table(formula, letters)
    # Both answers are equally likely, though most formulas are true more often than false.
    wanted = rng.randrange(2)
    rows = [row for row in range(2 ** len(letters)) if table >> row & 1 == wanted]
    row = rng.choice(rows or range(2 ** len(letters)))
    given = listed([f"{letter} is {_word(row >> i & 1)}" for i, letter in enumerate(letters)])
    text = f'"{show(formula)}"'
    question = rng.choice(
        (
            f"Given that {given}, is the formula {text} true or false",
            f"Suppose that {given}. Say whether the formula {text} is true or false",
            f"What is the value of the formula {text}, true or false, if {given}",
        )
    )
    return _with_truth(_told(rng, question, text), bool(table >> row & 1), ("false", "true"))


def _count(rng: random.Random) -> _Item:
    letters = draw_letters(rng, 3)
    formula = draw(rng, letters, rng.randint(4, 6), CONNECTIVES)
    text = f'"{show(formula)}"'
    ask = rng.choice(
        (
            "How many assignments of truth values to {} make the formula {} true",
            "Count the ways to give {} truth values under which the formula {} is true",
            "Out of all 8 assignments of true or false to {}, how many satisfy {}",
        )
    )
    question = _told(rng, ask.format(listed(letters), text), text)
    return question, str(_table(formula, letters).bit_count()), {"verifier": "accuracy"}


def _tautology(rng: random.Random) -> _Item:
    letters = draw_letters(rng, 3)
    schema = rng.choice(rng.choice((_VALID, _INVALID)))
    parts = {
        name: draw(rng, rng.sample(letters, 2), rng.choice((1, 1, 2)), CONNECTIVES)
        for name in (_P, _Q, _R)
    }
    formula = _substituted(schema, parts)
    text = f'"{show(formula)}"'
    ask = rng.choice(
        (
            "Is the formula {} a tautology, that is, true under every assignment",
            "Is the formula {} true whatever the truth values of its letters are",
            "Consider the formula {}. Is it true in every row of its truth table",
        )
    )
    question = _told(rng, ask.format(text) + "? Answer yes or no", text)
    return _with_truth(question, _table(formula, letters) == every_row(3), ("no", "yes"))


def _equivalence(rng: random.Random) -> _Item:
    letters = draw_letters(rng, rng.randint(3, 4))
    first = draw(rng, letters, rng.randint(3, 4), CONNECTIVES)
    same = rewritten(rng, first, 3)
    second = same
    if rng.random() < 0.5:
        table = _table(first, letters)
        for _ in range(8):
            second = altered(rng, same)
            if _table(second, letters) != table:
                break
    a, b = f'"{show(first)}"', f'"{show(second)}"'
    ask = rng.choice(
        (
            "Are the formulas {} and {} equivalent",
            "Do these two formulas have the same truth table: {}; {}",
            "Is the formula {} true under exactly the assignments under which {} is true",
        )
    )
    question = _told(rng, ask.format(a, b) + "? Answer yes or no", f"{a} {b}")
    return _with_truth(question, _table(first, letters) == _table(second, letters), ("no", "yes"))


def _only_model(rng: random.Random) -> _Item:
    letters = draw_letters(rng, rng.randint(4, 5))
    full = every_row(len(letters))
    tables = columns(len(letters))
    row = rng.randrange(2 ** len(letters))
    clauses: list[tuple[int, str]] = []
    left = full
    while left != 1 << row:  # about one draw in ten or more rules out some other row
        chosen = rng.sample(range(len(letters)), rng.choice((2, 3, 3)))
        signs = [rng.randrange(2) for _ in chosen]
        signs[0] = row >> chosen[0] & 1  # so that the clause is true in the row
        order = sorted(zip(chosen, signs, strict=True))
        table = 0
        for i, sign in order:
            table |= tables[i] if sign else full ^ tables[i]
        if left & table == left:
            continue
        left &= table
        words = [("" if sign else "not ") + letters[i] for i, sign in order]
        clauses.append((table, f"({' or '.join(words)})"))
    for clause in clauses[:]:  # what later clauses made superfluous goes
        rest = full
        for other in clauses:
            if other is not clause:
                rest &= other[0]
        if rest == left:
            clauses.remove(clause)
    text = " and ".join(clause for _, clause in clauses)
    text = f'"{text}"'
    ask = rng.choice(
        (
            "Exactly one assignment of truth values makes this formula true: {}. Which one is it",
            "The formula {} is true under one assignment only. Give this assignment",
            "Find the truth values under which {} is true",
        )
    )
    gold = {letter: bool(row >> i & 1) for i, letter in enumerate(letters)}
    answer = ", ".join(f"{letter}: {_word(value)}" for letter, value in gold.items())
    form = "? " if ask.endswith("is it") else ". "
    question = f"{ask.format(text)}{form}Write a value for each letter, in the form x: true"
    return question, answer, {"verifier": "logic", "logic": {"kind": "assignment", "gold": gold}}


def _table(formula: Formula, letters: list[str]) -> int:
    values = dict(zip(letters, columns(len(letters)), strict=True))
    return truth_table(formula, values, every_row(len(letters)))


def _substituted(schema: Formula, parts: dict[str, Formula]) -> Formula:
    if isinstance(schema, str):
        return parts[schema]
    return (schema[0], *(_substituted(part, parts) for part in schema[1:]))


def _told(rng: random.Random, question: str, formula: str) -> str:
    """Returns the question after what its less common connectives mean, if it has any."""
    meanings = {"iff": "if and only if", "xor": "exclusive or"}
    told = [f'"{word}" means "{meaning}"' for word, meaning in meanings.items() if word in formula]
    return f"Here {listed(told)}. {question}" if told else question


def _with_truth(question: str, value: bool, words: tuple[str, str]) -> _Item:
    metadata = {"verifier": "logic", "logic": {"kind": "truth", "gold": value}}
    return question, words[value], metadata


def _word(value: int) -> str:
    return "true" if value else "false"
