"""Benchmarks and other tables of questions: rows to problems, from the Hugging Face hub or a file.

``problems="hf:aime24"`` is a benchmark of `HUB`. Any other data set is described by a mapping:

    {"hub": "owner/name", "question": "problem", "answer": "solution", "hub_split": "train"}
    {"file": "x.csv", "map": {"problem": "question", "answer": "solution"}}

with, as needed, ``config``, ``revision`` and ``files`` of the repository, ``level`` (a column of
whole numbers) and ``verifier`` (the name of the reward that judges it; "accuracy" by default, where
there are no tests and no choices). ``map`` can name columns for all fields of a problem, see
`r1gym.problems.fields`. Instead of columns it may name the ``format`` that its rows have. A local
folder does for a hub id. Each problem's metadata names its verifier for the reward "auto".

Data sets are read through the package `datasets`, which keeps what it downloads. Left out: loading
scripts, which it runs no more (APPS and TACO on the hub: use their files), and streaming.
"""

from __future__ import annotations

import hashlib
import importlib
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from r1gym.core.errors import ConfigError, ProblemFileError, UnknownNameError
from r1gym.core.extras import install
from r1gym.core.types import Problem
from r1gym.problems.fields import check_columns, read_fields
from r1gym.problems.loaders import BenchmarkProblems
from r1gym.problems.science.choice import multiple_choice
from r1gym.problems.tables import BadLine, parse_line, table_rows
from r1gym.verifiers.rows import named_verifier

Row = Mapping[str, Any]


def aime(row: Row) -> Problem:
    """Returns the problem of a row of AIME 2024 or 2025, whose columns differ by publisher."""
    question = _text(row, "problem", "Problem", "question")
    name = str(row.get("id") or row.get("ID") or "")
    return _problem("aime", name, question, _answer(row, "answer", "Answer"))


def math500(row: Row) -> Problem:
    """Returns the problem of a MATH-500 row, with its level from 1 to 5."""
    name = str(row.get("unique_id") or "")
    question, answer = _text(row, "problem"), _answer(row, "answer")
    return _problem("math500", name, question, answer, _level(row, "level"))


def gsm8k(row: Row) -> Problem:
    """Returns the problem of a GSM8K row: the gold stands after ``####`` in the answer."""
    _, mark, gold = _text(row, "answer").rpartition("####")
    if not mark or not gold.strip():
        raise ProblemFileError('"answer" must end with #### and the gold answer')
    return _problem("gsm8k", "", _text(row, "question"), gold.strip().replace(",", ""))


def gpqa(row: Row) -> Problem:
    """Returns the problem of a GPQA row, its options in an order that depends on the question."""
    question = _text(row, "Question")
    right = _text(row, "Correct Answer")
    wrong = [_text(row, f"Incorrect Answer {number}") for number in (1, 2, 3)]
    seed = hashlib.blake2b(question.encode(), digest_size=8).digest()
    rng = random.Random(int.from_bytes(seed))
    try:
        asked, letter, metadata = multiple_choice(question.strip(), right, wrong, rng)
    except ConfigError as error:
        raise ProblemFileError(str(error).removesuffix(".")) from None
    name = str(row.get("Record ID") or "")
    return replace(_problem("gpqa", name, asked, letter), metadata=metadata)


def countdown(row: Row) -> Problem:
    """Returns the problem of a countdown row, ``nums`` and ``target``. It has no gold answer."""
    numbers, target = row.get("nums"), row.get("target")
    if not isinstance(numbers, list | tuple) or not all(map(_is_whole, numbers)) or not numbers:
        raise _fault("nums", "a list of whole numbers", numbers)
    if not _is_whole(target):
        raise _fault("target", "a whole number", target)
    listed = ", ".join(map(str, numbers))
    question = (
        f"Using the numbers {listed}, write an expression that equals {target}. Use +, -, *, / "
        "and brackets, and each number exactly once"
    )
    metadata = {
        "verifier": "countdown",
        "countdown": {"numbers": list(numbers), "target": target},
    }
    return replace(_problem("countdown", "", question, ""), metadata=metadata)


FORMATS: dict[str, Callable[[Row], Problem]] = {
    "aime": aime,
    "math500": math500,
    "gsm8k": gsm8k,
    "gpqa": gpqa,
    "countdown": countdown,
}


def format_of(name: str) -> Callable[[Row], Problem]:
    """Returns what turns rows of a benchmark into problems.

    Raises:
        UnknownNameError: If there is no such format.
    """
    if name in FORMATS:
        return FORMATS[name]
    from r1gym.problems.code import formats  # brings the sandbox, and few need it

    if name not in formats.FORMATS:
        raise UnknownNameError("problem format", name, {*FORMATS, *formats.FORMATS})
    return formats.FORMATS[name]


@dataclass(frozen=True)
class Source:
    """Where a benchmark stands on the hub.

    Attributes:
        hub: The data set's id.
        format: How its rows are read.
        hub_split: Its split.
        config: Its configuration, if it has several.
        files: The files to read, where the data set has a loading script.
    """

    hub: str
    format: str
    hub_split: str = "test"
    config: str | None = None
    files: tuple[str, ...] | None = None


HUB = {
    "aime24": Source("HuggingFaceH4/aime_2024", "aime", "train"),
    "aime25": Source("math-ai/aime25", "aime"),
    "math500": Source("HuggingFaceH4/MATH-500", "math500"),
    "gsm8k": Source("openai/gsm8k", "gsm8k", config="main"),
    # It asks for an account that has accepted its terms.
    "gpqa-diamond": Source("Idavidrein/gpqa", "gpqa", "train", config="gpqa_diamond"),
    "gpqa-main": Source("Idavidrein/gpqa", "gpqa", "train", config="gpqa_main"),
    # The problems of late 2024 to January 2025; test.jsonl to test6.jsonl are the others.
    "livecodebench": Source(
        "livecodebench/code_generation_lite", "livecodebench", "train", files=("test5.jsonl",)
    ),
    "humaneval": Source("openai/openai_humaneval", "humaneval"),
    "mbpp": Source("google-research-datasets/mbpp", "mbpp", config="full"),
    "countdown": Source("Jiayi-Pan/Countdown-Tasks-3to4", "countdown", "train"),
}

_KEYS = (
    *("hub", "hub_split", "config", "revision", "files"),
    *("file", "format", "map", "question", "answer", "level", "verifier"),
)
_COLUMNS = {"question": "problem", "answer": "answer", "level": "level"}  # keys to fields


class TableProblems(BenchmarkProblems):
    """The problems of a data set of the hub, or of a file, with named columns or a format.

    Args:
        table: The mapping described at the head of this module.
        split: As for JsonlProblems; ``hub_split`` in `table` is the data set's own.

    Raises:
        UnknownNameError: If a key of the mapping, the format or the split does not exist.
        ConfigError: If the mapping is not whole, or a package is missing.
        ProblemFileError: If the data set cannot be had, or lacks a column.
    """

    def __init__(self, table: Mapping[str, Any], split: str = "all") -> None:
        self._table = _checked(table)
        given = self._table
        format = given.get("format")
        self._convert = self._by_columns if format is None else format_of(format)
        place = given.get("hub") or given["file"]
        # What a format or a file is read by is BenchmarkProblems' business, but for the rows.
        super(BenchmarkProblems, self).__init__(place, split, _columns_of(given))

    def _read(self, path: Path) -> list[Problem]:
        rows = _hub_rows(self._table) if "hub" in self._table else table_rows(path)
        return self._read_rows(path, self._with_columns(path, rows))

    def _with_columns(
        self, path: Path, rows: Iterator[tuple[int, object]]
    ) -> Iterator[tuple[int, object]]:
        """Yields rows, the first of which has the columns that were named."""
        named = [
            [column] if isinstance(column, str) else column for column in self._columns.values()
        ]
        wanted = [column for columns in named for column in columns]
        for number, row in rows:
            fields = _fields(row)
            for column in wanted:
                if fields and not {column, column.partition(".")[0]} & set(fields):
                    there = ", ".join(fields)
                    raise ProblemFileError(f"{path} has no column {column!r}; it has: {there}.")
            wanted = []
            yield number, row

    def _by_columns(self, row: Row) -> Problem:
        table = self._table
        name = Path(table.get("hub") or table["file"]).stem
        fields = dict(row)
        if "verifier" in table:
            fields["verifier"] = table["verifier"]
        elif "verifier" not in self._columns:
            fields.pop("verifier", None)
        try:
            problem = read_fields(fields, name, name, self._columns)
        except BadLine as error:
            raise ProblemFileError(str(error)) from None
        named = named_verifier(problem.metadata)
        return replace(problem, metadata={**problem.metadata, "verifier": named})


def _columns_of(table: Mapping[str, Any]) -> dict[str, Any]:
    """Returns which columns stand for which fields of a problem, none with a format."""
    named = {field: table[key] for key, field in _COLUMNS.items() if key in table}
    columns = {**table.get("map", {}), **named}
    check_columns(columns)
    return columns


def _fields(row: object) -> Row:
    """Returns a row's columns; none if it is no row, which its reader will say."""
    try:
        fields = parse_line(row) if isinstance(row, bytes) else row
    except BadLine:
        return {}
    return fields if isinstance(fields, Mapping) else {}


def _checked(table: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a table's description with what `HUB` adds to it."""
    for key in table:
        if key not in _KEYS:
            raise UnknownNameError("key of a data set", str(key), _KEYS)
    given = {key: value for key, value in table.items() if value is not None}
    if ("hub" in given) == ("file" in given):
        raise ConfigError("A data set needs either 'hub', its id, or 'file', a path.")
    for key, value in given.items():
        if key == "map" and not isinstance(value, Mapping):
            raise ConfigError(f"The map of a data set must be a mapping to columns, not {value!r}.")
        if key not in ("files", "map") and not isinstance(value, str):
            raise ConfigError(f"The key {key!r} of a data set must be text, not {value!r}.")
    columns = not {"question", "answer", "map"}.isdisjoint(given)
    if "hub" in given:
        ids = {source.hub: source for source in reversed(HUB.values())}
        known = HUB.get(given["hub"]) or (None if columns else ids.get(given["hub"]))
        if known is not None:
            given = {**asdict(known), **given, "hub": known.hub}
        elif not columns and "format" not in given:
            if "/" not in given["hub"]:
                raise UnknownNameError("data set", given["hub"], HUB)
            raise ConfigError(
                f"Say what the columns of {given['hub']} are: "
                f"{{'hub': {given['hub']!r}, 'question': ..., 'answer': ...}}."
            )
    if "format" not in given and not ("map" in given or {"question", "answer"} <= set(given)):
        raise ConfigError(
            "A data set needs a 'format', a 'map', or both columns, 'question' and 'answer'."
        )
    if "format" in given and columns:
        raise ConfigError("A data set has either a 'format' or columns: leave out one of them.")
    return {key: value for key, value in given.items() if value is not None}


def _hub_rows(table: Mapping[str, Any]) -> Iterator[tuple[int, object]]:
    """Yields the rows of a data set with their numbers, from 1."""
    try:
        datasets = importlib.import_module("datasets")
    except ImportError as error:
        raise ConfigError(
            f"The data set {table['hub']} needs the package datasets ({error}): "
            f"{install('datasets')}."
        ) from error
    hub, files = table["hub"], table.get("files")
    source = {"path": hub, "name": table.get("config"), "revision": table.get("revision")}
    if files is not None:
        at = f"@{table['revision']}" if "revision" in table else ""
        root = f"hf://datasets/{hub}{at}" if not Path(hub).is_dir() else hub
        source = {"path": "json", "data_files": [f"{root}/{file}" for file in files]}
    try:
        rows = datasets.load_dataset(**source, split=table.get("hub_split", "train"))
    except Exception as error:  # of a dozen packages
        why = " ".join(str(error).split()).removesuffix(".")[:300]
        raise ProblemFileError(
            f"The data set {hub} cannot be loaded ({type(error).__name__}: {why}). It takes a "
            "network, or a copy that was downloaded before; a gated one also `hf auth login`."
        ) from error
    return enumerate(rows, start=1)


def _problem(family: str, name: str, question: str, answer: str, level: int = 0) -> Problem:
    metadata = {"verifier": "accuracy"}
    return Problem(
        f"{family}/{name}" if name else family, question, answer, family, level, metadata
    )


def _text(row: Row, *fields: str) -> str:
    """Returns the first of these fields that the row has, a text that is not empty."""
    field = next((field for field in fields if field in row), fields[0])
    value = row.get(field)
    if not isinstance(value, str) or not value.strip():
        raise _fault(field, "text that is not empty", value)
    return value


def _answer(row: Row, *fields: str) -> str:
    """Returns the first of these fields that the row has, a text or a number."""
    field = next((field for field in fields if field in row), fields[0])
    value = row.get(field)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if _is_whole(value) or isinstance(value, float) else _text(row, field)


def _level(row: Row, field: str) -> int:
    """Returns a level: a whole number, or a text such as "Level 5"."""
    value = row.get(field)
    if isinstance(value, str) and (number := re.search(r"\d+", value)):
        value = int(number[0])
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _fault(field, "a whole number from 0", value)
    return value


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _fault(field: str, wanted: str, value: object) -> ProblemFileError:
    text = repr(value)
    shown = text if len(text) <= 40 else f"{text[:37]}..."
    return ProblemFileError(f'"{field}" must be {wanted}, not {shown}')
