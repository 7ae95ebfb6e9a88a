import pytest

from r1gym.verifiers.math.fold import Unreadable
from r1gym.verifiers.math.lexer import (
    MOST_DEPTH,
    MOST_TOKENS,
    THOUSANDS,
    closing,
    split,
    tokenize,
)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("2x**2", ["2", "x", "^", "2"]),
        (r"\dfrac12", ["\\frac", "12"]),
        (r"a \leqslant b", ["a", "\\le", "b"]),
        ("1.5e-3", ["1.5e-3"]),
        (".5", [".5"]),
        ("2e", ["2", "e"]),
        ("1,234", [f"1{THOUSANDS}234"]),
        ("12,34", ["12", ",", "34"]),
        ("0,123", ["0", ",", "123"]),
        ("(1,234)", ["(", "1", ",", "234", ")"]),
        ("1 234 567", [f"1{THOUSANDS}234{THOUSANDS}567"]),
        ("3 1/2", ["3", "\\frac", "{", "1", "}", "{", "2", "}"]),
        ("1A3_{16}", ["1A3", "_", "{", "16", "}"]),
        ("5\x01cm or m\x02", ["5", "\x01cm or m\x02"]),
        ("1...5", ["1", "...", "5"]),
        ("5.", ["5."]),
        ("2e5x", ["2", "e", "5", "x"]),
        (".²", [".", "²"]),
        ("٣4", ["٣", "4"]),
        ("米é2", ["米é", "2"]),
        ("x''!=y'", ["x", "''", "\\ne", "y", "'"]),
        ("\x01cm", ["\x01", "cm"]),
        ("\\,\\\n\\", ["\\,", "\\", "\\"]),
        ("(5E-30,268)", ["(", "5E-30", ",", "268", ")"]),
        ("", []),
    ],
)
def test_tokens(text, tokens):
    assert tokenize(text) == tokens


def test_the_budget_of_tokens():
    assert len(tokenize("+" * MOST_TOKENS)) == MOST_TOKENS
    with pytest.raises(Unreadable, match="too long"):
        tokenize("+" * (MOST_TOKENS + 1))


@pytest.mark.parametrize(
    ("text", "parts"),
    [("1,2", 2), ("(1,2),3", 2), ("(1,2)", 1), ("{1,{2,3}}", 1), ("1,,2", 3), ("", 1)],
)
def test_separators_within_brackets_do_not_split(text, parts):
    assert len(split(tokenize(text), frozenset({","}))) == parts


def test_brackets_close():
    assert closing(list("((1))2")) == 4
    assert closing(list("((1))2"), 1) == 3
    assert closing(list("[1,2)")) == 4


def test_brackets_that_do_not_close():
    with pytest.raises(Unreadable, match="never closed"):
        closing(list("((1)"))


def test_the_budget_of_depth():
    assert closing(["("] * MOST_DEPTH + [")"] * MOST_DEPTH) == 2 * MOST_DEPTH - 1
    with pytest.raises(Unreadable, match="nested too deeply"):
        closing(["("] * (MOST_DEPTH + 1) + [")"] * (MOST_DEPTH + 1))
