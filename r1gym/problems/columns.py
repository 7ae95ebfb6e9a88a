"""Cells of a benchmark's row, each checked as it is read: what is wrong names the column.

Where publishers name a column differently, several names are given and the first that is there
counts.
"""

from __future__ import annotations

import re

from r1gym.core.errors import ProblemFileError
from r1gym.problems.formats import Row


def text(row: Row, *columns: str) -> str:
    """Returns a text that is not empty."""
    column, value = _cell(row, columns)
    if not isinstance(value, str) or not value.strip():
        raise fault(column, "text that is not empty", value)
    return value


def text_or_number(row: Row, *columns: str) -> str:
    """Returns a text, or a number as one."""
    column, value = _cell(row, columns)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if is_whole(value) or isinstance(value, float) else text(row, column)


def texts(row: Row, *columns: str, least: int = 1) -> list[str]:
    """Returns a list of texts, none of them empty."""
    column, value = _cell(row, columns)
    if hasattr(value, "tolist"):  # of Parquet
        value = value.tolist()
    found = list(value) if isinstance(value, list | tuple) else []
    if len(found) < least or not all(isinstance(one, str) and one.strip() for one in found):
        raise fault(column, f"a list of at least {least} texts", value)
    return found


def level(row: Row, column: str) -> int:
    """Returns a level: a whole number from 0, or a text such as "Level 5"."""
    value = row.get(column)
    if isinstance(value, str) and (number := re.search(r"\d+", value)):
        value = int(number[0])
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise fault(column, "a whole number from 0", value)
    return value


def label(row: Row, *columns: str) -> str:
    """Returns what a row calls itself, or its kind; empty if it has none of the columns."""
    found = (row.get(column) for column in columns)
    return next((str(value) for value in found if value not in (None, "")), "")


def is_whole(value: object) -> bool:
    """Returns whether a value is a whole number, which a truth value is not."""
    return isinstance(value, int) and not isinstance(value, bool)


def fault(column: str, wanted: str, value: object) -> ProblemFileError:
    """Returns the error of a cell that is something else."""
    said = repr(value)
    shown = said if len(said) <= 40 else f"{said[:37]}..."
    return ProblemFileError(f'"{column}" must be {wanted}, not {shown}')


def _cell(row: Row, columns: tuple[str, ...]) -> tuple[str, object]:
    column = next((column for column in columns if column in row), columns[0])
    return column, row.get(column)
