"""The code reward (report section 2.2.2): the answer's program runs against predefined tests.

A problem brings ``metadata["tests"]`` as `r1gym.sandbox.run_tests` takes them, and perhaps
``metadata["language"]`` (``python``), ``metadata["limits"]``, and the source that the tests expect
around a submission, ``metadata["prefix"]`` and ``metadata["suffix"]``, and the benchmark whose own
imports stand before it, ``metadata["prelude"]``. What counts as the program
is in `code_block.py`. It is handed to the sandbox as text; nothing here parses or runs it.

Reason and info tell which test ended how, and never an input or an expected output: both may travel
to where a policy's text comes from. What a program wrote to stderr is left out as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from r1gym.core.checks import check_flag, check_whole
from r1gym.core.errors import UnknownNameError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.sandbox import Limits, Pool, RunVerdict, SandboxError, TestReport, run_tests
from r1gym.sandbox.backends import check_name, pool_of
from r1gym.sandbox.runner.preludes import PRELUDES
from r1gym.verifiers.code_block import extract_code
from r1gym.verifiers.execution import Pair, failure, map_in_threads
from r1gym.verifiers.golds import BadRow
from r1gym.verifiers.protocol import register_verifier
from r1gym.verifiers.rows import read_metadata

_MOST_NUMBERS = 8  # of tests that ended alike, in a reason
_FUTURE = re.compile(r"^from __future__ import ", re.MULTILINE)
_VERDICTS = {
    RunVerdict.ACCEPTED: Verdict.CORRECT,
    RunVerdict.TIME_LIMIT: Verdict.TIMEOUT,
}


@dataclass(frozen=True, slots=True)
class RunTest:
    """One test that a program was run on.

    Two of them are equal if their verdicts are: no program takes the same time twice, and the same
    episode must have the same info.

    Attributes:
        verdict: How it ended, as `r1gym.sandbox.RunVerdict` names it.
        cpu_s: Seconds of processor time.
        wall_s: Seconds on the clock.
        memory_mb: MiB of memory at most.
    """

    verdict: str
    cpu_s: float = field(compare=False)
    wall_s: float = field(compare=False)
    memory_mb: float = field(compare=False)


@register_verifier("code")
class Code:
    """Pays 1 for a program that passes every test of its problem, and 0 otherwise.

    Nothing is started before the first program is scored. On a machine without a sandbox every
    score is ``infra_error``, without a value; ``r1gym sandbox check`` tells what is missing.

    Args:
        backend: The sandbox's, by name, or ``"auto"``, which takes what the machine has.
        partial: Whether to pay the share of passed tests instead of all or nothing.
        early_stop: Whether to stop at the first failed test; the rest counts as failed. None for
            yes, unless the share of passed tests is paid.
        limits: Limits for every problem, such as ``{"cpu_s": 4}``, in place of the problem's own;
            see `r1gym.sandbox.Limits`.
        concurrency: The most programs of a batch that run at once; None for the sandbox's size.
        prelude: The benchmark whose own imports stand before a Python program (``livecodebench``,
            ``apps``, ``taco``), in place of the problem's ``metadata["prelude"]``.

    Raises:
        ConfigError: If an option is not allowed.
        UnknownNameError: If there is no such backend.
    """

    reads = frozenset(
        ("tests", "language", "limits", "prefix", "suffix", "fn_name", "entry_point", "prelude"),
    )

    def __init__(
        self,
        *,
        backend: str = "auto",
        partial: bool = False,
        early_stop: bool | None = None,
        limits: Mapping[str, Any] | None = None,
        concurrency: int | None = None,
        prelude: str | None = None,
    ) -> None:
        check_name(backend)
        check_flag("partial", partial)
        if early_stop is not None:
            check_flag("early_stop", early_stop)
        if concurrency is not None:
            concurrency = check_whole("concurrency", concurrency, least=1)
        Limits.of(limits)
        if prelude is not None and prelude not in PRELUDES:
            raise UnknownNameError("prelude", str(prelude), PRELUDES)
        self.options: dict[str, Any] = {
            "backend": backend,
            "partial": partial,
            "early_stop": early_stop,
            "limits": limits,
            "concurrency": concurrency,
            "prelude": prelude,
        }
        self._stop_early = not partial if early_stop is None else early_stop

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns 1 if the completion's program passes all tests of the problem."""
        return self._score(problem, completion)

    def score_batch(self, pairs: Sequence[Pair]) -> list[Score]:
        """Returns what `score` returns for each pair, in order; programs run side by side."""
        try:
            pool = pool_of(self.options["backend"])
        except SandboxError as error:  # asked once, since each try takes its time
            return [self._score(*pair, missing=error) for pair in pairs]
        most = self.options["concurrency"] or pool.size
        return map_in_threads(lambda pair: self._score(*pair, pool=pool), pairs, most)

    def _score(
        self,
        problem: Problem,
        completion: Completion,
        pool: Pool | None = None,
        missing: SandboxError | None = None,
    ) -> Score:
        try:
            metadata = read_metadata({k: v for k, v in problem.metadata.items() if k in self.reads})
        except BadRow as error:
            return Score(None, Verdict.VERIFIER_ERROR, f"problem {problem.id}: {error}")
        if "tests" not in metadata:
            return Score(None, Verdict.VERIFIER_ERROR, f"problem {problem.id} has no tests")
        if want_nothing(metadata["tests"]):
            reason = f"problem {problem.id}: a program that does nothing passes its tests"
            return Score(None, Verdict.VERIFIER_ERROR, reason)
        language = metadata.get("language", "python")
        code = extract_code(completion.text, str(language))
        if code is None:
            if completion.truncated:
                return Score(0.0, Verdict.TRUNCATED, "the token limit came before a program")
            return Score(0.0, Verdict.UNPARSEABLE, "no fenced code, and none in <answer>")
        try:
            if missing is not None:
                raise missing
            report = run_tests(
                _surrounded(code, metadata),
                language,
                metadata["tests"],
                {**metadata.get("limits", {}), **(self.options["limits"] or {})},
                pool or pool_of(self.options["backend"]),
                stop_early=self._stop_early,
                prelude=self.options["prelude"] or metadata.get("prelude"),
            )
        except SandboxError as error:
            reason = f"{str(error).strip()} `r1gym sandbox check` tells more."
            return Score(None, Verdict.INFRA_ERROR, reason)
        except Exception as error:  # tests, language or limits of the problem
            fault = failure("code", error)
            return Score(None, fault.verdict, f"problem {problem.id}: {fault.reason}")
        return self._paid(report)

    def _paid(self, report: TestReport) -> Score:
        """Returns the score that a report stands for."""
        if report.verdict is RunVerdict.INFRA_ERROR:
            return Score(None, Verdict.INFRA_ERROR, f"the sandbox failed: {report.message}")
        verdict = _VERDICTS.get(report.verdict, Verdict.WRONG)
        value = report.share if self.options["partial"] else float(report.accepted)
        reason = "; ".join(filter(None, (summarize(report), report.message)))
        return Score(value, verdict, reason, info={"tests": _tests_of(report)})


def summarize(report: TestReport) -> str:
    """Returns a report in one line: ``3/10 tests: wrong_answer on test 4``."""
    numbers: dict[RunVerdict, list[int]] = {}
    for number, test in enumerate(report.tests, start=1):
        numbers.setdefault(test.verdict, []).append(number)
    passed = len(numbers.pop(RunVerdict.ACCEPTED, []))
    ends = "; ".join(f"{verdict} on {_listed(failed)}" for verdict, failed in numbers.items())
    return f"{passed}/{report.total} tests" + (f": {ends}" if ends else "")


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:_MOST_NUMBERS]))
    more = len(numbers) - _MOST_NUMBERS
    rest = f" and {more} more" if more > 0 else ""
    return f"{'tests' if len(numbers) > 1 else 'test'} {shown}{rest}"


def _tests_of(report: TestReport) -> tuple[RunTest, ...]:
    return tuple(
        RunTest(test.verdict.value, test.cpu_s, test.wall_s, test.memory_mb)
        for test in report.tests
    )


def want_nothing(tests: Sequence[Mapping[str, Any]]) -> bool:
    """Returns whether tests as they are read would pass a program that does nothing."""
    return all(map(_wants_nothing, tests))


def _wants_nothing(test: Mapping[str, Any]) -> bool:
    wanted = test.get("output", "")
    silent = isinstance(wanted, str) and not wanted.strip()
    return test.get("type") == "stdin" and silent and not test.get("checker")


def _surrounded(code: str, metadata: Mapping[str, Any]) -> str:
    """Returns a program with what its problem's tests expect around it."""
    prefix, suffix = metadata.get("prefix", ""), metadata.get("suffix", "")
    if prefix and not _FUTURE.search(code):  # such an import must be the first statement
        code = f"{prefix}\n\n{code}"
    return f"{code}\n\n{suffix}" if suffix else code
