"""Measures that are a benchmark's own: they need its problems, and not only what became of them.

    win rate, controlled win rate           judged pairs: ties half; with the length held equal
    prompt strict, prompt loose             instructions: prompts all of whose were followed
    instruction strict, instruction loose   instructions: single ones

They are computed from stored rows, so that an old evaluation tells the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from r1gym.core.types import Problem
from r1gym.evaluation.estimators import Estimate, estimate
from r1gym.evaluation.length_control import controlled_win_rate
from r1gym.evaluation.pairs import outcome, win_rate
from r1gym.verifiers.instructions import response_of
from r1gym.verifiers.instructions.check import read_instructions
from r1gym.verifiers.judge.pairs import REFERENCE, summary_of

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Evaluated:
    """What an evaluation asked, and the rows of its completions.

    Attributes:
        problems: The problems.
        rows: The rows of their completions, `samples` for each problem one after the other.
        samples: Completions a problem.
    """

    problems: Sequence[Problem]
    rows: Sequence[Row]
    samples: int

    @cached_property
    def pairs(self) -> list[tuple[Problem, Row]]:
        """Each completion with its problem."""
        asked = (problem for problem in self.problems for _ in range(self.samples))
        return list(zip(asked, self.rows, strict=True))


def _win_rate(found: Evaluated) -> Estimate:
    return win_rate([row["reward"] for row in found.rows]).rate


def _controlled(found: Evaluated) -> Estimate:
    values = [row["reward"] for row in found.rows]
    if all(value is None for value in values):
        return estimate([])
    outcomes = [None if value is None else outcome(value) for value in values]
    ours = [len(summary_of(row["completion"])) for row in found.rows]
    theirs = [len(summary_of(str(problem.metadata[REFERENCE]))) for problem, _ in found.pairs]
    return controlled_win_rate(outcomes, ours, theirs).rate


def _followed(loose: bool, alone: bool) -> Callable[[Evaluated], Estimate]:
    def measured(found: Evaluated) -> Estimate:
        prompts = [
            _instructions(problem, row, loose)
            for problem, row in found.pairs
            if row["reward"] is not None
        ]
        single = [float(one) for followed in prompts for one in followed]
        return estimate(single if alone else [float(all(followed)) for followed in prompts])

    return measured


def _instructions(problem: Problem, row: Row, loose: bool) -> list[bool]:
    asked = read_instructions(problem.metadata["instruction_id_list"], problem.metadata["kwargs"])
    response = response_of(row["completion"])
    return [one.follows(response, loose) for one in asked]


OWN_MEASURES: dict[str, Callable[[Evaluated], Estimate]] = {
    "win rate": _win_rate,
    "controlled win rate": _controlled,
    "prompt strict": _followed(loose=False, alone=False),
    "instruction strict": _followed(loose=False, alone=True),
    "prompt loose": _followed(loose=True, alone=False),
    "instruction loose": _followed(loose=True, alone=True),
}
"""The measures of `r1gym.evaluation.measures.OWN`; their intervals are over questions."""
