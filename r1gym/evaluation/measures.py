"""What an evaluation tells in a line: pass@k, cons@k, mean length, by name and with intervals.

A measure is ``"pass@8"``, ``"cons@8"``, with ``k`` in place of the number for all samples of a
question, or ``"mean length"``. They are estimators of `r1gym.evaluation.estimators` over episodes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from r1gym.core.checks import shown
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Episode, Verdict
from r1gym.evaluation.estimators import Estimate, cons_at_k, estimate, pass_at_k
from r1gym.verifiers import RewardSum
from r1gym.verifiers.votes import group_votes

Group = Sequence[Episode]
"""Episodes of the same question."""

LENGTH = "mean length"
_EXAMPLES = ("pass@1", "pass@k", "cons@k", LENGTH)
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
        if not isinstance(name, str) or not (name == LENGTH or _AT_K.fullmatch(name)):
            raise UnknownNameError("measure", name, _EXAMPLES)
        if name in seen:
            raise ConfigError(f"The measure {shown(name)} is named twice: leave one out.")
        seen.add(name)
        if name != LENGTH and (k := _read(name, samples)[1]) > samples:
            raise ConfigError(
                f"The measure {name} needs {k} samples of a question, and {samples} are drawn: "
                f"draw {k}, or measure {name.partition('@')[0]}@k."
            )


def measure(name: str, groups: Sequence[Group], reward: RewardSum) -> Estimate:
    """Returns a measure's mean over questions with its interval.

    Completions that could not be graded count in no question's pass@k or cons@k, and a question
    without a graded one in neither; k is then at most as many as were graded.

    Args:
        name: The measure.
        groups: The completions of each question, in the order in which they were sampled.
        reward: Decides which answers are one vote.

    Raises:
        R1GymError: If the groups do not have it, see `check_measures`.
    """
    samples = min((len(group) for group in groups), default=1)
    check_measures([name], samples)
    if name == LENGTH:
        return estimate([_mean_length(group) for group in groups])
    kind, k = _read(name, samples)
    graded = [[e for e in group if e.score.value is not None] for group in groups]
    return estimate([_OF_A_QUESTION[kind](group, k, reward) for group in graded if group])


def _read(name: str, samples: int) -> tuple[str, int]:
    """Returns a measure's kind and its k."""
    kind, _, k = name.partition("@")
    return kind, samples if k == "k" else int(k)


def _mean_length(group: Group) -> float:
    return sum(episode.trajectory.policy_tokens for episode in group) / len(group)


def _pass_at(group: Group, k: int, reward: RewardSum) -> float:
    return pass_at_k(len(group), sum(_right(group)), min(k, len(group)))


def _cons_at(group: Group, k: int, reward: RewardSum) -> float:
    voters = group[:k]
    votes = group_votes(reward, voters[0].problem, [episode.completion for episode in voters])
    return cons_at_k(votes, _right(voters))


_OF_A_QUESTION: dict[str, Callable[[Group, int, RewardSum], float]] = {
    "pass": _pass_at,
    "cons": _cons_at,
}


def _right(group: Group) -> list[bool]:
    return [episode.score.verdict is Verdict.CORRECT for episode in group]
