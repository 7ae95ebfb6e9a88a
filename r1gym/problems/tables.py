"""Files of rows: JSON lines, a JSON list, Parquet or CSV. What the rows mean is not known here."""

from __future__ import annotations

import csv
import importlib
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from r1gym.core.errors import ConfigError, ProblemFileError
from r1gym.core.plain import Written

_MOST_REPORTED = 5
_BINARY = {b"\x1f\x8b": "unpack it", b"PK": "save it as CSV or unpack it"}  # gzip; Excel and zip
_LISTS = ("data", "rows", "examples", "instances", "items", "problems", "questions")
ENDINGS = (".jsonl", ".json", ".parquet", ".csv", ".tsv")


class BadLine(Exception):
    """What is wrong with one line of a file."""


def json_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yields the lines of a file that are not blank, with their numbers.

    Raises:
        ProblemFileError: If the file cannot be read.
    """
    try:
        whole = path.read_bytes()
    except OSError as error:
        raise ProblemFileError(f"{path} cannot be read: {error.strerror}.") from error
    for start, advice in _BINARY.items():
        if whole.startswith(start):
            raise ProblemFileError(f"{path} is no text: {advice} first.")
    if whole.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ProblemFileError(f"{path} is UTF-16 text: save it as UTF-8.")
    lines = whole.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def table_rows(path: Path) -> Iterator[tuple[int, object]]:
    """Yields the rows of a table with their numbers; those of JSON lines unparsed.

    Raises:
        ProblemFileError: If the file cannot be read.
        ConfigError: If it is Parquet and pyarrow is missing.
    """
    if path.suffix == ".parquet":
        return enumerate(_parquet(path), start=1)
    if path.suffix in (".csv", ".tsv"):
        return _csv(path)
    lines = list(json_lines(path))
    first = lines[0][1].lstrip()[:1] if lines else b""
    if first != b"[" and (first != b"{" or (len(lines) > 1 and _parsed(lines[0][1]) is not None)):
        return iter(lines)
    whole = _parsed(b"\n".join(line for _, line in lines))
    if whole is None and first == b"[" and _parsed(lines[0][1]) is None:
        raise ProblemFileError(f"{path} is not JSON: neither a list of rows nor a row a line.")
    return iter(lines) if whole is None else enumerate(_rows_of(whole), start=1)


def _parsed(text: bytes) -> object:
    """Returns what a text of JSON says, or None if it is none."""
    try:
        return parse_line(text)
    except BadLine:
        return None


def _rows_of(whole: object) -> list[object]:
    """Returns the rows of a JSON value: a list, a list under one name, columns, or a single row."""
    if isinstance(whole, list):
        return whole
    if not isinstance(whole, dict) or not whole:
        return [whole]
    lists: list[list[object]] = [
        whole[name] for name in _LISTS if isinstance(whole.get(name), list)
    ]
    if len(lists) == 1:
        return lists[0]
    columns = list(whole.values())
    if all(isinstance(column, dict) for column in columns) and "0" in columns[0]:
        columns = [list(column.values()) for column in columns]  # as pandas writes them
        return [dict(zip(whole, row, strict=False)) for row in zip(*columns, strict=False)]
    return [whole]


def _csv(path: Path) -> Iterator[tuple[int, object]]:
    """Yields the rows of a file of comma- or tab-separated values with the numbers of lines."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise ProblemFileError(f"{path} is not UTF-8 text.") from None
    except OSError as error:
        raise ProblemFileError(f"{path} cannot be read: {error.strerror}.") from error
    csv.field_size_limit(2**31 - 1)  # tests are longer than its default
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=_delimiter(path, text.partition("\n")[0])
    )
    for row in reader:
        if any(cell for cell in row.values()):
            yield reader.line_num, {k: v for k, v in row.items() if k is not None and v != ""}


def _delimiter(path: Path, header: str) -> str:
    """Returns what stands between cells: where a comma is a decimal point, a semicolon."""
    if path.suffix == ".tsv":
        return "\t"
    return ";" if ";" in header and "," not in header else ","


def _parquet(path: Path) -> list[dict[str, Any]]:
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise ConfigError(
            f"{path} needs the package pyarrow: pip install pyarrow, or convert it to JSON lines."
        ) from None
    try:
        table = parquet.read_table(path)
        rows: list[dict[str, Any]] = table.to_pylist()
    except (OSError, ValueError) as error:  # pyarrow's own errors are subclasses of these
        why = str(error).splitlines()[0].removesuffix(".")
        raise ProblemFileError(f"{path} cannot be read: {why}.") from error
    short = [field.name for field in table.schema if str(field.type) in ("float", "halffloat")]
    for row in rows:  # Python would print 0.1 as 0.10000000149
        row |= {name: np.float32(row[name]) for name in short if row[name] is not None}
    return rows


def parse_line(line: bytes) -> object:
    """Returns what a line of JSON says.

    Raises:
        BadLine: If it is not JSON in UTF-8.
    """
    try:
        return json.loads(line.decode("utf-8"), parse_float=Written)
    except UnicodeDecodeError as error:
        raise BadLine("is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:
        detail = f" ({_why(error)})" if isinstance(error, json.JSONDecodeError) else ""
        raise BadLine(f"is not JSON{detail}") from error


def _why(error: json.JSONDecodeError) -> str:
    if error.msg != "Extra data":
        return error.msg
    return f"there is more behind its end, {error.doc[error.pos : error.pos + 20].strip()!r}"


def listed_faults(faults: Sequence[tuple[int, BadLine]]) -> str:
    """Returns what is wrong with lines, each kind of fault once."""
    kinds: dict[str, list[int]] = {}
    for number, error in faults:
        kinds.setdefault(str(error), []).append(number)
    listed = [f"{_lines(numbers)}: {fault}" for fault, numbers in kinds.items()]
    more = len(listed) - _MOST_REPORTED
    return "; ".join(listed[:_MOST_REPORTED]) + (f"; and {more} more kinds" if more > 0 else "")


def _lines(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"line {numbers[0]}"
    more = len(numbers) - _MOST_REPORTED
    shown = ", ".join(map(str, numbers[:_MOST_REPORTED]))
    return f"lines {shown}" + (f" and {more} more" if more > 0 else "")
