"""Files of rows: JSON lines, a JSON list or Parquet. What the rows mean is not known here."""

from __future__ import annotations

import importlib
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from r1gym.core.errors import ConfigError, ProblemFileError


class BadLine(Exception):
    """What is wrong with one line of a file."""


def json_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yields the lines of a file that are not blank, with their numbers.

    Raises:
        ProblemFileError: If the file cannot be read.
    """
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise ProblemFileError(f"{path} cannot be read: {error.strerror}.") from error
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def table_rows(path: Path) -> Iterator[tuple[int, object]]:
    """Yields the rows of a table with their numbers; those of JSON lines unparsed.

    Raises:
        ProblemFileError: If the file cannot be read.
        ConfigError: If it is Parquet and pyarrow is missing.
    """
    if path.suffix == ".parquet":
        return enumerate(_parquet(path), start=1)
    lines = json_lines(path)
    number, line = next(lines, (0, b""))
    if not line.lstrip().startswith(b"["):
        return itertools.chain([(number, line)] if line else [], lines)
    rows = _parse_json(path)
    return enumerate(rows if isinstance(rows, list) else [rows], start=1)


def _parse_json(path: Path) -> object:
    try:
        return parse_line(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except BadLine as error:
        raise ProblemFileError(f"{path} {error}.") from None


def _parquet(path: Path) -> list[dict[str, Any]]:
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise ConfigError(
            f"{path} needs the package pyarrow: pip install pyarrow, or convert it to JSON lines."
        ) from None
    try:
        rows: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
    except (OSError, ValueError) as error:  # pyarrow's own errors are subclasses of these
        why = str(error).splitlines()[0].removesuffix(".")
        raise ProblemFileError(f"{path} cannot be read: {why}.") from error
    return rows


def parse_line(line: bytes) -> object:
    """Returns what a line of JSON says.

    Raises:
        BadLine: If it is not JSON in UTF-8.
    """
    try:
        return json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadLine("is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:
        detail = f" ({error.msg})" if isinstance(error, json.JSONDecodeError) else ""
        raise BadLine(f"is not JSON{detail}") from error
