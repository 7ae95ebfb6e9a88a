"""Two evaluations of the same questions against each other, from what is stored of them.

Who is compared is named as in `r1gym eval`; no model is loaded. Left out: what was not evaluated
is not evaluated now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from r1gym.core.errors import RunError, UnknownNameError
from r1gym.core.run import checkpoint_step
from r1gym.evaluation.estimators import Estimate, estimate
from r1gym.evaluation.measures import accuracy
from r1gym.evaluation.paired import Paired
from r1gym.evaluation.paired import compare as compare_values
from r1gym.evaluation.results import Summary, load_rows, read_summary, stored_results
from r1gym.evaluation.rows import Question, Row, questions_of
from r1gym.inspection.naming import home_of, run_of


@dataclass(frozen=True)
class Pair:
    """One question, as two models answered it.

    Attributes:
        question: The question.
        gold: Its gold answer.
        cell: Its family and level.
        shares: The shares of right completions, of the first and of the second; None if none could
            be graded.
        rows: All completions of each.
    """

    question: str
    gold: str
    cell: str
    shares: tuple[float | None, float | None]
    rows: tuple[Sequence[Row], Sequence[Row]]

    @property
    def gain(self) -> float:
        """How much larger the second's share is; 0 where one was not graded."""
        first, second = self.shares
        return 0.0 if first is None or second is None else second - first


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
        names: What the two are called.
        files: Where their summaries lie.
        settings: How they were sampled otherwise, each as ``name: first, second``.
        pairs: All questions that both were asked.
    """

    suite: str
    questions: int
    left_out: int
    first: Estimate
    second: Estimate
    paired: Paired
    tokens: tuple[float, float]
    samples: tuple[int, int]
    names: tuple[str, str] = ("first", "second")
    files: tuple[str, str] = ("", "")
    settings: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()

    @property
    def gained(self) -> list[Pair]:
        """The questions on which the second is better, those with the largest gain first."""
        return sorted((p for p in self.pairs if p.gain > 0), key=lambda pair: -pair.gain)

    @property
    def lost(self) -> list[Pair]:
        """The questions on which the second is worse, those with the largest loss first."""
        return sorted((p for p in self.pairs if p.gain < 0), key=lambda pair: pair.gain)


def compare(
    first: str, second: str = "", suites: Sequence[str] = (), model: str = ""
) -> list[Compared]:
    """Compares evaluations.

    Of a folder with several evaluations of a suite and a split the newest step counts, with nothing
    changed where there is such a one. Of a checkpoint it is its own step.

    Args:
        first: A run, a checkpoint, a model or an endpoint that was evaluated, a folder with
            evaluations, or the summary of one.
        second: Another; the difference is second - first. Empty for a run before its training
            against itself after it.
        suites: Only these.
        model: The model's name at an endpoint.

    Raises:
        RunError: If there is none, or the two have no question in common.
        UnknownNameError: If one has no evaluation on a suite that is named.
    """
    if not second:
        folder = place_of(first, model)[0]
        ones, others = _evaluations(folder, step=0), _evaluations(folder)
        names = (f"{first} before training", f"{first} after training")
        if {one["step"] for one in others.values()} == {0}:
            raise RunError(
                f"{first} has no evaluation after training: r1gym eval {first}, or name a second "
                "model."
            )
        first, second = names
    else:
        ones, others = (_evaluations(*place_of(given, model)) for given in (first, second))
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
    return [_compared(ones[key], others[key], (first, second)) for key in shared]


def place_of(given: str, model: str = "") -> tuple[Path, int | None]:
    """Returns where the evaluations of a name lie, and of which step alone; None for any."""
    path = Path(given).expanduser()
    if path.suffix == ".json" or (path / "evals").is_dir():
        return path, None
    folder, checkpoint = run_of(given)
    if checkpoint:
        return folder, checkpoint_step(path)
    return home_of(given, model), None


def _evaluations(place: Path, step: int | None = None) -> dict[tuple[str, str], Summary]:
    """Returns the evaluation of each suite and split, of a step or of the newest."""
    is_file = place.suffix == ".json"
    stored = [read_summary(place)] if is_file else stored_results(place)
    found = [one for one in stored if step in (None, one["step"])]
    if not found:
        of_step = "" if step is None else f" of step {step}"
        raise RunError(f"{place} holds no evaluation{of_step}: r1gym eval {place} --suites NAME.")
    newest = sorted(found, key=lambda one: (not one["changed"], one["step"]))
    return {(one["suite"], one["split"]): one for one in newest}


def _named(found: dict[tuple[str, str], Summary]) -> str:
    return ", ".join(f"{suite or 'its own problems'} ({split})" for suite, split in found)


def _compared(one: Summary, other: Summary, names: tuple[str, str]) -> Compared:
    first, second = _questions(one), _questions(other)
    pairs = [_pair(first[key], second[key]) for key in first if key in second]
    if not pairs:
        raise RunError(
            f"{one['file']} and {other['file']} ask different questions: evaluate both on the same."
        )
    both = [(a, b) for a, b in (pair.shares for pair in pairs) if a is not None and b is not None]
    if not both:
        raise RunError(f"No question of {one['file']} and {other['file']} was graded in both.")
    values, others = [a for a, _ in both], [b for _, b in both]
    return Compared(
        suite=one["suite"],
        questions=len(both),
        left_out=len(pairs) - len(both),
        first=estimate(values),
        second=estimate(others),
        paired=compare_values(values, others),
        tokens=(one["mean_length"], other["mean_length"]),
        samples=(one["samples"], other["samples"]),
        names=names,
        files=(one["file"], other["file"]),
        settings=_other_settings(one["config"], other["config"]),
        pairs=tuple(pairs),
    )


def _other_settings(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, ...]:
    """Returns what was sampled otherwise; the number of samples is told beside it."""
    names = [n for n in {**one, **other} if n not in ("samples", "questions", "seed")]
    return tuple(
        f"{name}: {one.get(name)}, {other.get(name)}"
        for name in names
        if one.get(name) != other.get(name)
    )


def _pair(first: _Asked, second: _Asked) -> Pair:
    row = first.rows[0]
    return Pair(
        str(row["problem"]), str(row["answer"]), first.question.cell,
        (_share(first.question), _share(second.question)), (first.rows, second.rows),
    )  # fmt: skip


def _share(question: Question) -> float | None:
    return accuracy(question) if question.graded else None


class _Asked(NamedTuple):
    question: Question
    rows: Sequence[Row]


def _questions(summary: Summary) -> dict[tuple[str, Any], _Asked]:
    """Returns each question with its completions, by its text and its gold answer."""
    rows, samples = load_rows(summary), summary["samples"]
    found = {}
    for i, question in enumerate(questions_of(rows, samples)):
        own = rows[i * samples : (i + 1) * samples]
        found[own[0]["problem"], own[0]["answer"]] = _Asked(question, own)
    return found
