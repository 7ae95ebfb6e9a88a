"""Two evaluations of the same questions against each other, from what is stored of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r1gym.core.errors import RunError, UnknownNameError
from r1gym.evaluation.estimators import Estimate, estimate
from r1gym.evaluation.measures import accuracy
from r1gym.evaluation.paired import Paired
from r1gym.evaluation.paired import compare as compare_values
from r1gym.evaluation.results import Summary, load_rows, read_summary, stored_results
from r1gym.evaluation.rows import questions_of


@dataclass(frozen=True)
class Compared:
    """What a suite says of two models.

    Attributes:
        suite: Its name; empty for a run's own problems.
        questions: Questions that both were asked and that could be graded for both.
        left_out: Questions that could not be graded for one of them.
        first: pass@1 of the first on these.
        second: pass@1 of the second.
        paired: Question by question.
        tokens: Mean lengths of their completions.
        samples: Completions a question of each.
    """

    suite: str
    questions: int
    left_out: int
    first: Estimate
    second: Estimate
    paired: Paired
    tokens: tuple[float, float]
    samples: tuple[int, int]


def compare(first: str, second: str, suites: Sequence[str] = ()) -> list[Compared]:
    """Compares evaluations.

    Of a folder with several evaluations of a suite and a split the newest step counts, with nothing
    changed where there is such a one.

    Args:
        first: A folder with evaluations, or the summary of one.
        second: Another; the difference is second - first.
        suites: Only these.

    Raises:
        RunError: If there is none, or the two have no question in common.
        UnknownNameError: If one has no evaluation on a suite that is named.
    """
    ones, others = (_evaluations(Path(given).expanduser()) for given in (first, second))
    for name in suites:
        for given, found in ((first, ones), (second, others)):
            if name not in {suite for suite, _ in found}:
                raise UnknownNameError(f"evaluation in {given}", name, {s for s, _ in found})
    shared = [key for key in ones if key in others and (not suites or key[0] in suites)]
    if not shared:
        raise RunError(
            f"{first} and {second} have no evaluation in common: {_named(ones)} and "
            f"{_named(others)}. Evaluate both on the same suite: r1gym eval."
        )
    return [_compared(ones[key], others[key]) for key in shared]


def _evaluations(place: Path) -> dict[tuple[str, str], Summary]:
    """Returns the evaluation of each suite and split."""
    is_file = place.suffix == ".json"
    found = [read_summary(place)] if is_file else stored_results(place)
    if not found:
        raise RunError(f"{place} holds no evaluation: r1gym eval {place} --suites NAME.")
    newest = sorted(found, key=lambda one: (not one["changed"], one["step"]))
    return {(one["suite"], one["split"]): one for one in newest}


def _named(found: dict[tuple[str, str], Summary]) -> str:
    return ", ".join(f"{suite or 'its own problems'} ({split})" for suite, split in found)


def _compared(one: Summary, other: Summary) -> Compared:
    first, second = _values(one), _values(other)
    ids = [key for key in first if key in second]
    if not ids:
        raise RunError(
            f"{one['file']} and {other['file']} ask different questions: evaluate both on the same."
        )
    both = [(a, b) for key in ids if (a := first[key]) is not None
            and (b := second[key]) is not None]  # fmt: skip
    if not both:
        raise RunError(f"No question of {one['file']} and {other['file']} was graded in both.")
    values, others = [a for a, _ in both], [b for _, b in both]
    return Compared(
        suite=one["suite"],
        questions=len(both),
        left_out=len(ids) - len(both),
        first=estimate(values),
        second=estimate(others),
        paired=compare_values(values, others),
        tokens=(one["mean_length"], other["mean_length"]),
        samples=(one["samples"], other["samples"]),
    )


def _values(summary: Summary) -> dict[tuple[str, Any], float | None]:
    """Returns the share of right completions of each question; None if none could be graded."""
    rows, samples = load_rows(summary), summary["samples"]
    questions = questions_of(rows, samples)
    return {
        (rows[i * samples]["problem"], rows[i * samples]["answer"]): (
            accuracy(question) if question.graded else None
        )
        for i, question in enumerate(questions)
    }
