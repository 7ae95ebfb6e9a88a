"""What an evaluation tells in a line, by name and with intervals.

``"pass@8"`` and ``"cons@8"``, with ``k`` in place of the number for all samples of a question,
``"mean score"`` (of what is right by degrees, such as an F1), ``"mean length"``, and the shares
``"truncated"``, ``"unparseable"`` and ``"failed"``. They are estimators of
`r1gym.evaluation.estimators` over questions. Those of `OWN` need a benchmark's problems as well,
see `r1gym.evaluation.own_measures`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from r1gym.core.checks import shown
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Verdict
from r1gym.evaluation.estimators import Estimate, cons_at_k, estimate, pass_at_k
from r1gym.evaluation.rows import Outcome, Question
from r1gym.evaluation.seeds import Spread, seed_spread

LENGTH = "mean length"
SHARES = ("truncated", "unparseable", "failed")
OWN = (
    *("win rate", "controlled win rate"),
    *("prompt strict", "instruction strict", "prompt loose", "instruction loose"),
)
_EXAMPLES = ("pass@1", "pass@k", "cons@k", "mean score", LENGTH, *SHARES, *OWN)
_PLAIN = _EXAMPLES[3:]
_AT_K = re.compile(r"(pass|cons)@(k|[1-9]\d{0,8})")


def check_measures(names: Iterable[str], samples: int) -> None:
    """Checks that a number of samples gives what the names ask for.

    Args:
        names: Names of measures.
        samples: Completions of a question.

    Raises:
        UnknownNameError: If there is no such measure.
        ConfigError: If one needs more samples, or comes twice.
    """
    seen: set[str] = set()
    for name in names:
        if not isinstance(name, str) or not (name in _PLAIN or _AT_K.fullmatch(name)):
            raise UnknownNameError("measure", name, _EXAMPLES)
        if name in seen:
            raise ConfigError(f"The measure {shown(name)} is named twice: leave one out.")
        seen.add(name)
        if name not in _PLAIN and (k := _read(name, samples)[1]) > samples:
            raise ConfigError(
                f"The measure {name} needs {k} samples of a question, and {samples} are drawn: "
                f"draw {k}, or measure {name.partition('@')[0]}@k."
            )


def measure(name: str, questions: Sequence[Question]) -> Estimate:
    """Returns a measure's mean over questions with its interval.

    Completions that could not be graded count in no question's pass@k, cons@k or mean score, and a
    question without a graded one in none of them; k is then at most as many as were graded.

    Args:
        name: The measure.
        questions: The questions with their completions.

    Raises:
        R1GymError: If the questions do not have it, see `check_measures`.
    """
    samples = min((len(question.outcomes) for question in questions), default=1)
    check_measures([name], samples)
    if name == LENGTH:
        return estimate([_mean([one.tokens for one in q.outcomes]) for q in questions])
    if name in SHARES:
        return estimate([_share(name, q.outcomes) for q in questions])
    graded = [question.graded for question in questions if question.graded]
    if name == "mean score":
        return estimate([_mean([one.value or 0.0 for one in group]) for group in graded])
    kind, k = _read(name, samples)
    return estimate([_OF_A_QUESTION[kind](group, k) for group in graded])


def spread_of(questions: Sequence[Question]) -> Spread | None:
    """Returns how far pass@1 moves with the seed; None if nothing tells."""
    graded = [q.graded for q in questions if q.graded]
    return seed_spread([[float(one.right) for one in group] for group in graded])


def pass_by(questions: Sequence[Question], key: Callable[[Question], str]) -> dict[str, float]:
    """Returns pass@1 of the questions of each kind, in alphabetic order; "" is no kind.

    Args:
        questions: The questions.
        key: Gives the kind of a question.
    """
    kinds: dict[str, list[float]] = {}
    for question in questions:
        if (kind := key(question)) and question.graded:
            kinds.setdefault(kind, []).append(accuracy(question))
    return {kind: _mean(values) for kind, values in sorted(kinds.items())}


def accuracy(question: Question) -> float:
    """Returns the share of a question's graded completions that are right."""
    return _mean([float(one.right) for one in question.graded])


def _read(name: str, samples: int) -> tuple[str, int]:
    """Returns a measure's kind and its k."""
    kind, _, k = name.partition("@")
    return kind, samples if k == "k" else int(k)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _share(name: str, outcomes: Sequence[Outcome]) -> float:
    return _mean([float(_IS[name](one)) for one in outcomes])


_IS: dict[str, Callable[[Outcome], bool]] = {
    "truncated": lambda one: one.truncated,
    "unparseable": lambda one: one.verdict is Verdict.UNPARSEABLE,
    "failed": lambda one: one.value is None,
}


def _pass_at(group: Sequence[Outcome], k: int) -> float:
    return pass_at_k(len(group), sum(one.right for one in group), min(k, len(group)))


def _cons_at(group: Sequence[Outcome], k: int) -> float:
    votes, right = [one.vote for one in group], [one.right for one in group]
    return cons_at_k(votes, right, min(k, len(group)))


_OF_A_QUESTION: dict[str, Callable[[Sequence[Outcome], int], float]] = {
    "pass": _pass_at,
    "cons": _cons_at,
}
