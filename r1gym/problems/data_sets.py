"""Data sets: tables of questions from the Hugging Face hub or a file, as the mappings that say how.

``problems="hf:aime24"`` is a benchmark of `HUB`, ``"hf:owner/name:problem=Q,answer=A"`` any other
data set of the hub. More is said by a mapping:

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

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from r1gym.core.errors import ConfigError, ProblemFileError, UnknownNameError
from r1gym.core.extras import install
from r1gym.core.types import Problem
from r1gym.problems.fields import check_columns, read_fields
from r1gym.problems.files import BenchmarkProblems, JsonlProblems, read_problems
from r1gym.problems.formats import FORMATS, Row
from r1gym.problems.problem_text import split_fields
from r1gym.problems.tables import BadLine, parse_line, table_rows
from r1gym.verifiers.rows import named_verifier


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
    "cnmo": Source("opencompass/LiveMathBench", "cnmo", config="v202412_CNMO_en"),
    "math500": Source("HuggingFaceH4/MATH-500", "math500"),
    "gsm8k": Source("openai/gsm8k", "gsm8k", config="main"),
    # It asks for an account that has accepted its terms.
    "gpqa_diamond": Source("Idavidrein/gpqa", "gpqa", "train", config="gpqa_diamond"),
    "gpqa_main": Source("Idavidrein/gpqa", "gpqa", "train", config="gpqa_main"),
    "mmlu": Source("cais/mmlu", "mmlu", config="all"),
    "mmlu_redux": Source(
        "edinburgh-dair-lab/mmlu-redux-2.0", "mmlu_redux", "train", files=("*/*.arrow",)
    ),
    "mmlu_pro": Source("TIGER-Lab/MMLU-Pro", "mmlu_pro"),
    "c_eval": Source("ceval/ceval-exam", "c_eval", "train", files=("*/val-*.parquet",)),
    "cluewsc": Source("clue/clue", "cluewsc", "validation", config="cluewsc2020"),
    "drop": Source("ucinlp/drop", "drop", "validation"),
    "simpleqa": Source("basicv8vc/SimpleQA", "simpleqa"),
    "c_simpleqa": Source("OpenStellarTeam/Chinese-SimpleQA", "c_simpleqa", "train"),
    "frames": Source("google/frames-benchmark", "frames"),
    "ifeval": Source("google/IFEval", "ifeval", "train"),
    "alpaca_eval": Source(
        "tatsu-lab/alpaca_eval", "alpaca_eval", "train", files=("alpaca_eval_gpt4_baseline.json",)
    ),
    "arena_hard": Source(
        "lmarena-ai/arena-hard-auto",
        "arena_hard",
        "train",
        files=("data/arena-hard-v0.1/question.jsonl",),
    ),
    # The problems of August 2024 to January 2025 are among these; test.jsonl to test6.jsonl are
    # the others.
    "livecodebench": Source(
        "livecodebench/code_generation_lite",
        "livecodebench",
        "train",
        files=("test4.jsonl", "test5.jsonl"),
    ),
    "humaneval": Source("openai/openai_humaneval", "humaneval"),
    "mbpp": Source("google-research-datasets/mbpp", "mbpp", config="full"),
    "countdown": Source("Jiayi-Pan/Countdown-Tasks-3to4", "countdown", "train"),
}

_BUILDERS = {".parquet": "parquet", ".arrow": "arrow", ".csv": "csv"}
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
        self._convert = self._by_columns if format is None else FORMATS.get(format)
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


def load_file(given: Any, split: str = "all", seed: int = 0, **table: Any) -> JsonlProblems:
    """Returns the problems of a file, for ``{"file": given, **table}``.

    Args:
        given: Its path, see `r1gym.problems.files.read_problems`.
        split: As for JsonlProblems.
        seed: Not used.
        table: What else the mapping says about it.

    Raises:
        R1GymError: If it cannot be used.
    """
    if table or not isinstance(given, str):
        return TableProblems({"file": given, **table}, split)
    return read_problems(given, split)


def load_hub(given: Any, split: str = "all", seed: int = 0, **table: Any) -> TableProblems:
    """Returns the problems of a data set of the hub, for ``{"hub": given, **table}``.

    Args:
        given: Its id or its name in `HUB`, perhaps with its columns behind.
        split: As for JsonlProblems.
        seed: Not used.
        table: What else the mapping says about it.

    Raises:
        R1GymError: If it cannot be used.
    """
    if isinstance(given, str):
        given, columns = split_fields(given)
        table = {"map": columns, **table} if columns else table
    return TableProblems({"hub": given, **table}, split)


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
        kind = _BUILDERS.get(Path(files[0]).suffix, "json")
        source = {"path": kind, "data_files": [f"{root}/{file}" for file in files]}
    try:
        rows = datasets.load_dataset(**source, split=table.get("hub_split", "train"))
    except Exception as error:  # of a dozen packages
        why = " ".join(str(error).split()).removesuffix(".")[:300]
        raise ProblemFileError(
            f"The data set {hub} cannot be loaded ({type(error).__name__}: {why}). It takes a "
            "network, or a copy that was downloaded before; a gated one also `hf auth login`."
        ) from error
    return enumerate(rows, start=1)
