"""`r1gym decontaminate`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import tyro

from r1gym.core.errors import ConfigError
from r1gym.evaluation.decontamination import WORDS
from r1gym.inspection import decontaminate as recipe
from r1gym.report.decontamination import print_overlaps


@dataclass(frozen=True)
class Decontaminate:
    """Say what a training file shares with evaluations; exits with 1 if it is anything."""

    file: tyro.conf.Positional[Path]
    """The training file: JSON lines, a JSON list, Parquet or CSV."""
    against: tuple[str, ...] = ()
    """Suites by name, files of problems, or task families."""
    words: int = WORDS
    """How many words in a row count."""
    keep: str = ""
    """Write the rows that share nothing into this new file."""

    def __post_init__(self) -> None:
        if not self.against:
            raise ConfigError(
                "Say with --against what it must not share questions with: suites, files of "
                "problems, or task families."
            )


def decontaminate(options: Decontaminate) -> recipe.Decontaminated:
    """Returns what the file shares."""
    kept = Path(options.keep).expanduser() if options.keep else None
    return recipe.decontaminate(options.file.expanduser(), options.against, options.words, kept)


def show(found: recipe.Decontaminated) -> int:
    """Prints it. Returns 1 if there is an overlap."""
    print_overlaps(found)
    return int(bool(found.overlapping))
