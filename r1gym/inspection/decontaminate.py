"""Compares a training file with evaluations, and writes it without the rows that overlap."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from r1gym.core.checks import check_whole
from r1gym.core.errors import ConfigError, ProblemFileError
from r1gym.core.files import write_text
from r1gym.core.plain import plain
from r1gym.evaluation.decontamination import WORDS, Grams, Overlap, texts_of
from r1gym.evaluation.suites import SUITES, suite_named
from r1gym.problems.loaders import load_problems
from r1gym.problems.problem_text import parse_problems
from r1gym.problems.tables import BadLine, parse_line, table_rows

_DRAWN = 2_000  # questions of a set without an end


@dataclass(frozen=True)
class Decontaminated:
    """What was found.

    Attributes:
        file: The training file.
        words: How many words in a row count.
        rows: Its rows.
        overlapping: Numbers of the rows, from 1, that share words with an evaluation.
        overlaps: What each evaluation shares, by name.
        kept: The file without them; None if none was asked for.
    """

    file: Path
    words: int
    rows: int
    overlapping: tuple[int, ...]
    overlaps: dict[str, Overlap]
    kept: Path | None = None


def decontaminate(
    file: Path, against: Sequence[str], words: int = WORDS, kept: Path | None = None
) -> Decontaminated:
    """Looks for what a training file shares with evaluations.

    Args:
        file: JSON lines, a JSON list, Parquet or CSV; every text in a row is read.
        against: Names of suites, files of problems, or other `problems` in one text.
        words: How many words in a row count.
        kept: Where to write the rows that share nothing, as JSON lines; a new file.

    Raises:
        R1GymError: If a file cannot be read or written, or a name does not exist.
    """
    check_whole("words", words, least=1)
    if not against:
        raise ConfigError("Say what to compare with: --against math500 aime24, or files.")
    if kept is not None and kept.exists():
        raise ConfigError(f"{kept} is there already: name a new file for the rows to keep.")
    grams = Grams({name: questions_of(name) for name in against}, words)
    rows = rows_of(file)
    if not rows:
        raise ProblemFileError(f"{file} holds no row.")
    hits = [n for n, row in enumerate(rows, 1) if grams.look(n, "\n".join(texts_of(row)))]
    if kept is not None:
        clean = (row for n, row in enumerate(rows, 1) if n not in set(hits))
        write_text(kept, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in clean))
    return Decontaminated(file, words, len(rows), tuple(hits), grams.overlaps, kept)


def questions_of(name: str) -> list[str]:
    """Returns the questions of a suite, or of what else `problems` may name in a text.

    Raises:
        R1GymError: If there is none of that name, or its data cannot be had.
    """
    if name in SUITES.names() and not Path(name).exists():
        spec = suite_named(name).spec.filled()
        found = load_problems(spec.problems or "", spec.split or "test")
    else:
        chosen = parse_problems(name)
        found = load_problems(chosen, "all" if isinstance(chosen, str) else "test")
    stored = [problem.question for problem in found.stored()]
    return stored or [found[i].question for i in range(min(len(found), _DRAWN))]


def rows_of(file: Path) -> list[object]:
    """Returns the rows of a table of any fields.

    Raises:
        ProblemFileError: If it cannot be read.
    """
    return [_row(file, number, row) for number, row in table_rows(file)]


def _row(file: Path, number: int, row: object) -> object:
    try:
        return plain(parse_line(row) if isinstance(row, bytes) else row)
    except BadLine as error:
        raise ProblemFileError(f"{file}, line {number}: {error}.") from None
