"""The file that people label, and how often each grader was wrong once they have.

The rates are conditional on how the rows were drawn: among disagreements they compare graders and
say nothing of all responses; a sample of all rows says that.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r1gym.core.errors import ConfigError, ProblemFileError
from r1gym.core.files import write_text
from r1gym.evaluation.estimators import wilson_interval
from r1gym.problems.tables import BadLine, json_lines, parse_line

_LABELS: dict[str, bool | None] = {
    **dict.fromkeys(("right", "true", "1", "yes"), True),
    **dict.fromkeys(("wrong", "false", "0", "no"), False),
    **dict.fromkeys(("", "unsure"), None),
}


@dataclass(frozen=True)
class Rate:
    """A share with its 95 % interval.

    Attributes:
        wrong: How often the grader was wrong.
        of: Among how many.
        interval: Wilson's interval of the share, ``(0, 1)`` of none.
    """

    wrong: int
    of: int
    interval: tuple[float, float]


@dataclass(frozen=True)
class Rates:
    """How often graders were wrong on labelled rows.

    Attributes:
        drawn: How the rows were drawn: ``"disagreements"`` or ``"sample"``.
        right: Rows labelled right.
        wrong: Rows labelled wrong.
        unlabelled: Rows without a label, or unsure.
        false_positive: By grader: of the wrong rows, those that it calls right.
        false_negative: By grader: of the right rows, those that it calls wrong.
        silent: By grader: labelled rows on which it failed or had no opinion; they count in
            neither rate.
    """

    drawn: str
    right: int
    wrong: int
    unlabelled: int
    false_positive: Mapping[str, Rate]
    false_negative: Mapping[str, Rate]
    silent: Mapping[str, int]


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]], drawn: str) -> None:
    """Writes rows for labelling: in each, ``label`` is to become ``right`` or ``wrong``."""
    lines = (json.dumps({**row, "drawn": drawn}, ensure_ascii=True) for row in rows)
    write_text(path, "".join(f"{line}\n" for line in lines))


def check_no_labels(path: Path) -> None:
    """Refuses to write over somebody's labels.

    Raises:
        ConfigError: If the file exists and is not one of ours without labels.
    """
    if not path.exists():
        return
    try:
        labelled = any(row.get("label") != "" for _, row in _rows(path))
    except ProblemFileError:
        labelled = True
    if labelled:
        raise ConfigError(f"{path} holds labels, or something else: name another file with --out.")


def read_rates(path: Path) -> Rates:
    """Returns how often each grader was wrong, from a file that was labelled.

    Args:
        path: A file that an audit wrote, with ``right`` or ``wrong`` as the ``label`` of some rows.

    Raises:
        ProblemFileError: If it is no such file, a label is another word, or there is no label.
    """
    said: dict[str, Counter[tuple[str, bool]]] = {}
    labels: Counter[bool | None] = Counter()
    drawn = set()
    for number, row in _rows(path):
        label = _label(path, number, row)
        labels[label] += 1
        drawn.add(row["drawn"])
        for name, opinion in row["graders"].items():
            counts = said.setdefault(name, Counter())
            if label is not None:
                counts[opinion["says"], label] += 1
    if not labels[True] + labels[False]:
        raise ProblemFileError(f'{path} has no label: write "right" or "wrong" after "label".')
    if len(drawn) > 1:
        raise ProblemFileError(f"{path} mixes disagreements with a sample: keep them apart.")
    return Rates(
        drawn.pop(),
        labels[True],
        labels[False],
        labels[None],
        {name: _rate(counts, "right", False) for name, counts in said.items()},
        {name: _rate(counts, "wrong", True) for name, counts in said.items()},
        {
            name: sum(n for (says, _), n in counts.items() if says in ("failed", "none"))
            for name, counts in said.items()
        },
    )


def _rate(counts: Counter[tuple[str, bool]], says: str, label: bool) -> Rate:
    of = counts["right", label] + counts["wrong", label]
    wrong = counts[says, label]
    return Rate(wrong, of, wilson_interval(wrong, of))


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in json_lines(path):
        try:
            row = parse_line(line)
        except BadLine as fault:
            raise ProblemFileError(f"{path}, line {number}: {fault}.") from None
        if not isinstance(row, dict) or not {"label", "graders", "drawn"} <= set(row):
            raise ProblemFileError(
                f"{path}, line {number} is no row of an audit: label the file that "
                "`r1gym audit FILE` writes."
            )
        yield number, row


def _label(path: Path, number: int, row: Mapping[str, Any]) -> bool | None:
    word = "" if row["label"] is None else str(row["label"]).strip().lower()
    if word not in _LABELS:
        raise ProblemFileError(
            f'{path}, line {number}: a label is "right", "wrong" or "unsure", not {word!r:.40}.'
        )
    return _LABELS[word]
