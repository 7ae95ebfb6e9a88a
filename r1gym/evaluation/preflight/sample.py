"""The problems that are tried, and how an answer to one is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from r1gym.core.types import Problem
from r1gym.envs.task import TokenTask
from r1gym.problems.problem_set import ProblemSet
from r1gym.sandbox.forms import has_tests
from r1gym.verifiers.response import ANSWER_CLOSE, ANSWER_OPEN, THINK_CLOSE, THINK_OPEN
from r1gym.verifiers.rows import named_verifier

_PROBLEMS = 24
_ASKED_PROBLEMS = 2  # where each score is a request to somebody
_LOOKED_AT = 400  # for kinds that the first sample lacks
_LOOKED_AT_STORED = 20_000  # of those at hand
_THINKING = "Step by step, this is how the answer comes about."


def sample(task: TokenTask) -> list[Problem]:
    """Returns a few problems, spread evenly over the set, with every family and verifier in it."""
    if asks_somebody(task):
        return list(_spread(task.problem_set, _ASKED_PROBLEMS))
    chosen = list(_spread(task.problem_set, _PROBLEMS))
    stored = task.problem_set.stored()
    kinds = {_kind(task, problem) for problem in chosen}
    for problem in (*_spread(task.problem_set, _LOOKED_AT), *_spread(stored, _LOOKED_AT_STORED)):
        if (kind := _kind(task, problem)) in kinds:
            continue
        kinds.add(kind)
        # A program takes a tenth of a second, and the doctor should take a few.
        if not brings_tests(problem) or sum(map(brings_tests, chosen)) < _PROBLEMS:
            chosen.append(problem)
    return chosen


def _spread(problems: ProblemSet | Sequence[Problem], most: int) -> Iterator[Problem]:
    size = len(problems)
    count = min(size, most)
    return (problems[i * size // count] for i in range(count))


def _kind(task: TokenTask, problem: Problem) -> tuple[str, str]:
    return problem.family, verifier_of(task, problem)


def verifier_of(task: TokenTask, problem: Problem) -> str:
    """Returns the name of what judges a problem's answer: the main component, or whom it asks."""
    names = task.reward.components_for(problem)
    main = "accuracy" if "accuracy" in names else next(iter(names), "")
    spec = task.reward.rewards.get(main)
    kind = str(spec.get("type", main)) if isinstance(spec, Mapping) else main
    if kind != "auto":
        return kind
    named = named_verifier(problem.metadata)
    return str(named.get("type") if isinstance(named, Mapping) else named)


def brings_tests(problem: Problem) -> bool:
    """Returns whether a program is asked for."""
    return has_tests(problem.metadata.get("tests"))


def asks_somebody(task: TokenTask) -> bool:
    """Returns whether a component waits for an answer from elsewhere, such as a judge."""
    return any(hasattr(part.bare, "concurrency") for part in task.reward.components.values())


def right_text(task: TokenTask, answer: str, thinking: str = _THINKING) -> str:
    """Returns a completion that states an answer in the form that the template asks for."""
    text = f"{THINK_OPEN}{thinking}{THINK_CLOSE}{ANSWER_OPEN}{answer}{ANSWER_CLOSE}"
    opening = task.reward.opening
    return text.partition(opening)[2] if opening else text
