r"""The stage that writes worked examples of procedural problems, for a cold start.

Every step is right, and the form is that of the report: thinking between its tags, then the answer.
An example:

    <think>7 + 5 = 12
    12 * 3 = 36</think>
    <answer>36</answer>
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any, ClassVar

from r1gym.core.errors import ConfigError
from r1gym.core.seeds import mixed
from r1gym.core.types import Problem
from r1gym.envs.spec import TaskSpec
from r1gym.problems.plans import plan_of
from r1gym.recipes.examples import ExampleRow, write_examples
from r1gym.recipes.stage import Artifacts, Kind, Kinds, Stage
from r1gym.recipes.worked_solutions import worked_steps
from r1gym.recipes.workplace import Workplace

FILE = "examples.jsonl"
_TRIES = 20  # problems looked at for each example


@dataclass(frozen=True)
class WorkedExamples(Stage):
    """Writes the first problems of a task with their solutions, worked step by step."""

    title: ClassVar[str] = "Worked examples"
    uses: ClassVar[tuple[str, ...]] = ()
    heeds: ClassVar[tuple[str, ...]] = ()

    name: str = "examples"
    count: int = 160
    """How many; fewer where there are not as many different questions."""
    task: TaskSpec = field(default_factory=TaskSpec)
    """What is solved: problems of the families arithmetic and equations."""
    seed: int = 0
    """The seed that says which problems."""

    @property
    def makes(self) -> Kinds:
        """A file of examples."""
        return {self.name: Kind.EXAMPLES}

    def check_problems(self, at: Workplace) -> None:
        """Finds problems that it has no solutions of."""
        problem_set = at.task(self.task).problem_set
        for index in range(min(64, len(problem_set))):
            _check(problem_set[index])

    def run(self, at: Workplace, given: Artifacts) -> Artifacts:
        """Writes them."""
        problem_set = at.task(self.task).problem_set
        order = problem_set.order(0, mixed(self.seed, 1))  # not the one that is trained in
        rows: dict[str, ExampleRow] = {}  # by question: small levels repeat theirs
        for place in range(min(len(problem_set), _TRIES * self.count)):
            if len(rows) == self.count:
                break
            row = solved(problem_set[int(order[place])])
            rows.setdefault(row.question, row)
        path = at.folder / FILE
        write_examples(path, list(rows.values()))
        print(f"{len(rows)} worked examples: {path}")
        return {self.name: str(path)}

    def describe(self) -> str:
        """Returns what they are."""
        return f"{self.count} problems of the training split, each solved step by step."


def solved(problem: Problem) -> ExampleRow:
    """Returns a problem of the families arithmetic or equations with its worked solution."""
    steps, answer = worked_steps(problem.question, random.Random(0))
    thinking = "\n".join(_spaced(step) for step in steps)
    text = f"<think>{thinking}</think>\n<answer>{answer}</answer>"
    return ExampleRow(
        problem.question, text, family=problem.family, level=problem.level, problem_id=problem.id
    )


def _spaced(step: str) -> str:
    """Returns a step as people write it: ``7+5=12`` as ``7 + 5 = 12``."""
    left, _, value = step.rpartition("=")
    operator = next(i for i in range(1, len(left)) if left[i] in "+-*/")
    return f"{left[:operator]} {left[operator]} {left[operator + 1 :]} = {value}"


def _check(problem: Problem) -> None:
    try:
        plan: Any = plan_of(problem.question)
    except ValueError:
        plan = None
    if not plan:
        raise ConfigError(
            f"There is no worked solution of {problem.question[:60]!r}: worked examples are made "
            "of arithmetic and equations alone, so bring others with --given examples=FILE."
        )
