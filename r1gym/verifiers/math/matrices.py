"""Matrices and determinants, with a number before them."""

from __future__ import annotations

from typing import Final

from r1gym.verifiers.math import fold
from r1gym.verifiers.math.answers import Answer, Matrix, Value
from r1gym.verifiers.math.fold import Node, Unreadable
from r1gym.verifiers.math.lexer import closing, split
from r1gym.verifiers.math.parser import parse_expression

_MOST_ROWS: Final = 4  # of a determinant
_BRACKETS: Final = {"(": ")", "[": "]", "|": "|"}


def read_matrix(tokens: list[str]) -> Answer:
    r"""Returns the matrix that tokens with a ``\begin`` in them make, or its determinant.

    Raises:
        Unreadable: If they make none.
    """
    if tokens[0] == "\\det":
        return _determinant(read_matrix(tokens[1:]))
    start = tokens.index("\\begin")
    bracket = tokens[start - 1] if start else ""
    if bracket in _BRACKETS and tokens[-1] in ")]|":  # 2 \left( \begin{array} ...
        if (bracket == "|") != (tokens[-1] == "|"):
            raise Unreadable("brackets that do not match")
        inner = read_matrix(tokens[start:-1])
        inner = _determinant(inner) if bracket == "|" else inner
        return _scaled(_scale(tokens[: start - 1]), inner)
    return _scaled(_scale(tokens[:start]), _read_rows(tokens[start:]))


def _scale(before: list[str]) -> Node:
    if not before:
        return 1
    if any(split(before, frozenset("+-"))[:-1]):
        raise Unreadable("a sum with a matrix")
    if before[-1] in ("+", "-"):
        before = [*before, "1"]
    return parse_expression(before)


def _scaled(scale: Node, inner: Answer) -> Answer:
    if scale == 1:
        return inner
    if isinstance(inner, Matrix):
        return Matrix(tuple(tuple(fold.multiply(scale, c) for c in row) for row in inner.rows))
    if not isinstance(inner, Value):
        raise Unreadable("a number before what is no matrix")
    return Value(fold.multiply(scale, inner.node))


def _read_rows(tokens: list[str]) -> Answer:
    kind = "".join(tokens[1:4]).strip("{}")
    if "".join(tokens[-4:]) != f"\\end{{{kind}}}":
        raise Unreadable("an environment that is never closed")
    body = tokens[4:-4]
    if kind == "array" and body[:1] == ["{"]:
        body = body[closing(body) + 1 :]
    elif kind not in ("matrix", "pmatrix", "bmatrix", "vmatrix", "Bmatrix", "smallmatrix"):
        raise Unreadable(f"{kind} is no matrix")
    rows = [row for row in split(body, frozenset({"\\\\"})) if row]
    cells = [tuple(parse_expression(c) for c in split(r, frozenset({"&", "and"}))) for r in rows]
    if not cells or len({len(row) for row in cells}) != 1:
        raise Unreadable("rows of different lengths")
    matrix = Matrix(tuple(cells))
    return _determinant(matrix) if kind == "vmatrix" else matrix


def _determinant(matrix: Answer) -> Value:
    if not isinstance(matrix, Matrix) or len(matrix.rows) != len(matrix.rows[0]):
        raise Unreadable("a determinant of what is no square matrix")
    exact = not any(isinstance(cell, tuple) for row in matrix.rows for cell in row)
    if len(matrix.rows) > (_MOST_ROWS if exact else _MOST_ROWS - 1):
        raise Unreadable("a large determinant")
    return Value(fold.determinant(matrix.rows))
