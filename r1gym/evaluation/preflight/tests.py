"""Do tests tell programs apart, or does one that computes nothing pass them?

The programs are an empty one, and one that always gives the first expected output. Left out:
programs in other languages than Python, of which only the empty one is tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.envs.task import TokenTask
from r1gym.evaluation.preflight.check import Check, Status
from r1gym.evaluation.preflight.sample import brings_tests, right_text, verifier_of
from r1gym.verifiers.code import want_nothing
from r1gym.verifiers.problem_checks import trivial_program, vacuous_tests, where_is
from r1gym.verifiers.rows import read_metadata

_PROBLEMS = 12


def check_tests(task: TokenTask, problems: Sequence[Problem]) -> Check:
    """Checks that tests refuse programs that compute nothing; they run in the sandbox.

    Args:
        task: The task.
        problems: Those that bring tests are tried, up to a dozen.
    """
    name = "tests"
    tried = [p for p in problems if brings_tests(p) and verifier_of(task, p) == "code"]
    tried = tried[:: -(-len(tried) // _PROBLEMS) or 1]
    if not tried:
        return Check(name, Status.OK, "no problem has tests")
    passed = {p.id: "an empty program" for p in tried if want_nothing(_tests(p))}  # never run
    asked = [problem for problem in tried if problem.id not in passed]
    programs = [(problem, *program) for problem in asked for program in idle_programs(problem)]
    answers = [
        (problem, Completion(right_text(task, f"\n```{_language(problem)}\n{source}\n```\n")))
        for problem, _, source in programs
    ]
    for (problem, what, _), score in zip(programs, task.score_batch(answers), strict=True):
        part = score.parts.get("accuracy", score)
        if part.verdict is Verdict.INFRA_ERROR:
            return _by_reading(task, tried, part.reason)
        if _passes(part):
            passed.setdefault(problem.id, what)
    if passed:
        first, what = next(iter(passed.items()))
        most = 2 * len(passed) > len(tried)
        return Check(
            name,
            Status.FAIL if most else Status.WARNING,
            f"those of {len(passed)} of {len(tried)} problems are passed by a program that "
            f"computes nothing, {first} by {what}: add tests, or leave these problems out",
        )
    return Check(name, Status.OK, f"those of {len(tried)} refuse programs that compute nothing")


def _by_reading(task: TokenTask, tried: Sequence[Problem], reason: str) -> Check:
    for problem in tried:
        if why := vacuous_tests(task.reward, problem):
            return Check("tests", Status.WARNING, f"of {where_is(problem)}: {why}; add tests")
    return Check("tests", Status.NOT_CHECKED, f"programs cannot be run: {reason}")


def idle_programs(problem: Problem) -> list[tuple[str, str]]:
    """Returns programs that compute nothing, each with what it is."""
    if _language(problem) != "python":
        return [("an empty program", "")]
    constant = trivial_program(_tests(problem))
    return [("an empty program", "pass"), ("one that gives the first expected output", constant)]


def _passes(part: Score) -> bool:
    return part.value is not None and part.verdict is Verdict.CORRECT


def _tests(problem: Problem) -> list[dict[str, Any]]:
    tests: list[dict[str, Any]] = read_metadata(problem.metadata)["tests"]
    return tests


def _language(problem: Problem) -> str:
    return str(problem.metadata.get("language", "python"))
