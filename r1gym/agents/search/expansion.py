"""What every searcher does with prefixes: write steps behind them, merge equal ones, score them.

All prefixes that are given together, of many questions, are written in one call and scored in one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from r1gym.agents.search.protocol import Candidate, Cost, Prefix, Step
from r1gym.agents.search.steps import Cut
from r1gym.agents.search.writers import Writer
from r1gym.models.step_scorer import StepScorer

WHOLE = Cut()
"""The cut of a completion into one step."""


@dataclass(frozen=True)
class Option:
    """A step that may follow a prefix.

    Attributes:
        prefix: The prefix with the step.
        seen: How often it was sampled.
        value: The step scorer's value of the prefix.
        finished: Whether nothing can follow.
    """

    prefix: Prefix
    seen: int
    value: float
    finished: bool


class Expander:
    """Makes options of prefixes.

    Args:
        writer: Writes steps.
        scorer: Scores them.
        cut: Where steps end.
    """

    def __init__(self, writer: Writer, scorer: StepScorer, cut: Cut) -> None:
        self.writer, self._scorer, self._cut = writer, scorer, cut

    def expand(
        self, prefixes: Sequence[Prefix], n: int, most: int, seed: int
    ) -> list[tuple[list[Option], Cost]]:
        """Returns the distinct ones of `n` sampled steps behind each prefix, with their cost.

        Args:
            prefixes: Prefixes that have not ended.
            n: Steps sampled behind each.
            most: The most tokens of a completion.
            seed: The seed of the sampling.
        """
        groups = self.writer.write(prefixes, n, self._cut, most, seed)
        return self._options(prefixes, groups, most)

    def finish(self, prefixes: Sequence[Prefix], most: int, seed: int) -> list[tuple[Option, Cost]]:
        """Writes each prefix to its end at a stretch; returns it, scored as its steps are."""
        groups = self.writer.write(prefixes, 1, WHOLE, most, seed)
        return [(options[0], cost) for options, cost in self._options(prefixes, groups, most)]

    def _options(
        self, prefixes: Sequence[Prefix], groups: Sequence[Sequence[Step]], most: int
    ) -> list[tuple[list[Option], Cost]]:
        distinct = [_merged(group) for group in groups]
        grown = [
            [prefix + step for step, _ in steps]
            for prefix, steps in zip(prefixes, distinct, strict=True)
        ]
        values = iter(self.values([prefix for group in grown for prefix in group]))
        found = []
        for group, steps, sampled in zip(grown, distinct, groups, strict=True):
            options = [
                Option(prefix, seen, next(values), _is_finished(prefix, most))
                for prefix, (_, seen) in zip(group, steps, strict=True)
            ]
            scored = sum(len(step.token_ids) for step, _ in steps)
            found.append((options, Cost(sum(s.sampled for s in sampled), scored, len(options))))
        return found

    def values(self, prefixes: Sequence[Prefix]) -> list[float]:
        """Returns the step scorer's value of each prefix that has a step."""
        if not prefixes:
            return []
        scores = self._scorer.score(
            [prefix.prompt_ids for prefix in prefixes],
            [[step.token_ids for step in prefix.steps] for prefix in prefixes],
        )
        return [values[-1] for values in scores]


def best_first(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Returns answers by falling value; of equals the one that was found first."""
    return tuple(sorted(found, key=lambda one: -one.value))


def _merged(steps: Sequence[Step]) -> list[tuple[Step, int]]:
    """Returns the distinct steps with their numbers, in the order in which they came."""
    first: dict[tuple[tuple[int, ...], str], Step] = {}
    for step in steps:
        first.setdefault(step.key, step)
    counts = Counter(step.key for step in steps)
    return [(step, counts[key]) for key, step in first.items()]


def _is_finished(prefix: Prefix, most: int) -> bool:
    return prefix.ended or prefix.sampled >= most
