"""The files that rejection sampling leaves for each chunk of problems, so that it can go on.

    sampled/000003.json     what a model said, scored; which problems it was asked
    selected/000003.json    what became of that, and by which filters and rewriter

They are apart because one costs hours and the other minutes: with other filters nothing is sampled
again. Each is there as a whole or not at all.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from r1gym.core.errors import RunError
from r1gym.core.files import explained, write_text
from r1gym.core.types import Completion, Episode, Problem, Score, Verdict
from r1gym.recipes.examples import ExampleRow
from r1gym.recipes.selection import MOST_SHOWN, Selection, is_right


def write_sampled(path: Path, places: Sequence[int], groups: Sequence[Sequence[Episode]]) -> None:
    """Writes scored samples.

    Args:
        path: The file.
        places: The numbers of the problems.
        groups: The samples of each.
    """
    wrong: Counter[bool] = Counter()
    rows: list[list[dict[str, Any]]] = []
    for group in groups:
        rows.append([])
        for episode in group:
            text, is_failed = episode.completion.text, episode.score.value is None
            if not is_right(episode.score):
                wrong[is_failed] += 1
                # Most samples of a weak model are wrong, and some of them are enough to read.
                text = text if wrong[is_failed] <= MOST_SHOWN else ""
            rows[-1].append(
                {
                    "text": text,
                    "truncated": episode.completion.truncated,
                    "value": episode.score.value,
                    "verdict": episode.score.verdict.value,
                    "reason": episode.score.reason,
                }
            )
    _write(path, {"places": list(places), "samples": rows})


def read_sampled(
    path: Path, places: Sequence[int], problem_of: Callable[[int], Problem]
) -> list[list[Episode]] | None:
    """Returns scored samples; None if these problems have not been sampled.

    Args:
        path: The file.
        places: The numbers of the problems.
        problem_of: Returns the problem of a number.

    Raises:
        RunError: If the file is broken.
    """
    with _read(path) as found:
        if found is None or found["places"] != list(places):
            return None
        return [
            [_episode(problem_of(place), row) for row in rows]
            for place, rows in zip(places, found["samples"], strict=True)
        ]


def write_selected(path: Path, by: Mapping[str, Any], made: Selection) -> None:
    """Writes what became of samples.

    Args:
        path: The file.
        by: What decided it, as JSON values.
        made: What became of them.
    """
    rows = [asdict(row) for row in made.rows]
    _write(path, {"by": by, "rows": rows, "counts": made.counts, "dropped": made.dropped})


def read_selected(path: Path, by: Mapping[str, Any]) -> Selection | None:
    """Returns what became of samples; None if that has not been decided, or by something else.

    Raises:
        RunError: If the file is broken.
    """
    with _read(path) as found:
        if found is None or found["by"] != json.loads(json.dumps(by)):
            return None
        rows = [ExampleRow(**row) for row in found["rows"]]
        return Selection(rows, Counter(found["counts"]), list(found["dropped"]))


def _episode(problem: Problem, row: Mapping[str, Any]) -> Episode:
    completion = Completion(row["text"], truncated=row["truncated"])
    return Episode.single(
        problem, completion, Score(row["value"], Verdict(row["verdict"]), row["reason"])
    )


def _write(path: Path, found: Mapping[str, Any]) -> None:
    write_text(path, json.dumps(found, ensure_ascii=False))


@contextmanager
def _read(path: Path) -> Iterator[Any]:
    try:
        with explained(path):
            yield json.loads(path.read_text("utf-8")) if path.exists() else None
    except (ValueError, TypeError, KeyError) as error:
        raise RunError(
            f"{path} is broken ({error!r:.80}): delete it and run the same command again, which "
            "makes it anew."
        ) from error
