"""Do tests tell programs apart, or does one that computes nothing pass them?

The programs are an empty one, and one that always gives the first expected output. Left out:
programs in other languages than Python, of which only the empty one is tried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.envs.task import TokenTask
from r1gym.recipes.checks.check import Check, Status
from r1gym.recipes.checks.sample import brings_tests, right_text, verifier_of

_PROBLEMS = 12
_EMPTY = "an empty program"


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
        return Check(name, Status.OK, "no problem is judged by tests")
    programs = [(problem, *program) for problem in tried for program in idle_programs(problem)]
    answers = [
        (problem, Completion(right_text(task, f"\n```{_language(problem)}\n{source}\n```\n")))
        for problem, _, source in programs
    ]
    passed: dict[str, str] = {}
    for (problem, what, _), score in zip(programs, task.score_batch(answers), strict=True):
        part = score.parts.get("accuracy", score)
        if part.verdict is Verdict.INFRA_ERROR:
            return Check(name, Status.NOT_CHECKED, f"programs cannot be run: {part.reason}")
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


def idle_programs(problem: Problem) -> list[tuple[str, str]]:
    """Returns programs that compute nothing, each with what it is."""
    language = _language(problem)
    if language != "python":
        return [(_EMPTY, "")]
    tests = [test for test in problem.metadata["tests"] if isinstance(test, Mapping)]
    programs = [(_EMPTY, "pass")]
    outputs = [test.get("output") for test in tests if test.get("type") == "stdin"]
    if outputs and isinstance(outputs[0], str):
        source = f"import sys\nsys.stdout.write({outputs[0]!r})"
        programs.append((f"one that always prints {_brief(outputs[0].strip())}", source))
    called = {str(t["fn"]): t.get("expected") for t in reversed(tests) if t.get("fn")}
    if called:
        source = "\n".join(_constant(name, value) for name, value in called.items())
        first = next(test.get("expected") for test in tests if test.get("fn"))
        programs.append((f"one that always returns {_brief(first)}", source))
    return programs


def _constant(name: str, value: Any) -> str:
    """Returns a function of any arguments, and the method that some tests expect instead."""
    return (
        f"def {name}(*args, **kwargs):\n    return {value!r}\n"
        f"class Solution:\n    def {name}(self, *args, **kwargs):\n        return {value!r}\n"
    )


def _passes(part: Score) -> bool:
    return part.value is not None and part.verdict is Verdict.CORRECT


def _language(problem: Problem) -> str:
    return str(problem.metadata.get("language", "python"))


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
