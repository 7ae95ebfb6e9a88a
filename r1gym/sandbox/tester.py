"""Runs submissions against tests: the trusted party, which alone holds the expected outputs."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

from r1gym.core.checks import check_whole, shown
from r1gym.core.errors import ConfigError
from r1gym.sandbox import cases, program, session
from r1gym.sandbox.backends import pool_of
from r1gym.sandbox.cases import Case
from r1gym.sandbox.limits import Limits
from r1gym.sandbox.modules import missing
from r1gym.sandbox.pool import Pool
from r1gym.sandbox.verdicts import Execution, RunVerdict, TestReport, TestResult

_CHECKER_LIMITS = Limits(cpu_s=10.0, memory_mb=512)


class Submission(NamedTuple):
    """The arguments of `run_tests` that may differ among those of `run_many`."""

    code: str
    language: str
    tests: Sequence[Mapping[str, Any]]
    limits: Limits | Mapping[str, Any] | None = None
    prelude: str | None = None


def run_tests(
    code: str,
    language: str,
    tests: Sequence[Mapping[str, Any]],
    limits: Limits | Mapping[str, Any] | None = None,
    backend: str | Pool = "auto",
    *,
    stop_early: bool = True,
    prelude: str | None = None,
) -> TestReport:
    """Runs a submission against tests in a sandbox and returns the verdict.

    Safe from any thread. The sandbox sees the code and one input at a time, never an expected
    output; nothing that the submission makes is run, unpickled or compared as an object here.

    Args:
        code: The submission's source.
        language: A name in `r1gym.sandbox.LANGUAGES`, such as ``python`` or ``cpp``.
        tests: Each ``{"type": "stdin", "input": str, "output": str}`` or ``{"type": "call",
            "fn": str, "args": list, "expected": value}``, which calls a top-level function or
            ``Solution().fn`` (Python and JavaScript). Optional: ``float_tol`` (numbers may be off
            by this much), ``compare`` (``exact``, ``tokens`` or ``unordered``) and ``checker``
            (Python source of ``check(input, expected, answer) -> bool``, run in a sandbox too).
        limits: A `Limits`, or a mapping of its fields.
        backend: ``local``, ``docker`` or ``auto``, or a `Pool`.
        stop_early: Whether to stop at the first test that is not accepted.
        prelude: The benchmark whose own imports stand before a Python submission:
            ``livecodebench``, ``apps`` or ``taco``. None for what Python itself gives it.

    Returns:
        The report: ``report.verdict``, and ``report.tests`` with a result each.

    Raises:
        ConfigError: If tests or limits are not as above.
        UnknownNameError: If there is no such language, backend or prelude.
        SandboxError: If this machine cannot offer the sandbox or the language.

    Example:
        >>> tests = [{"type": "stdin", "input": "20 1", "output": "21"}]
        >>> run_tests("print(sum(map(int, input().split())))", "python", tests).verdict
        <RunVerdict.ACCEPTED: 'accepted'>
    """
    wanted = program.checked(code, language, limits, prelude)
    parsed = cases.parse(tests, language)
    pool = program.pool_for(wanted, backend)
    results: list[TestResult] = []
    infra = ""
    try:
        for function, group in itertools.groupby(parsed, key=lambda case: case.function):
            if not _run_group(pool, wanted, function, list(group), results, stop_early):
                break
    except session.InfraError as error:
        infra = str(error)
    message = infra
    if not infra and language == "python":
        message = next(filter(None, (missing(result, code) for result in results)), "")
    bad = (result.verdict for result in results if result.verdict is not RunVerdict.ACCEPTED)
    verdict = RunVerdict.INFRA_ERROR if infra else next(bad, RunVerdict.ACCEPTED)
    return TestReport(verdict, tuple(results), len(parsed), pool.backend.name, message)


def _run_group(
    pool: Pool,
    wanted: program.Program,
    function: str | None,
    group: Sequence[Case],
    results: list[TestResult],
    stop_early: bool,
) -> bool:
    """Runs tests that all call the same function, or none, and tells whether to go on."""
    before = len(results)
    go_on = True

    def take(execution: Execution, value: bytes) -> bool:
        nonlocal go_on
        case = group[len(results) - before]
        verdict = execution.failure or _compared(pool, case, execution.stdout, value)
        results.append(_result(verdict, execution))
        if verdict is not RunVerdict.ACCEPTED:
            go_on = not stop_early and verdict is not RunVerdict.COMPILE_ERROR
        return go_on

    session.run(pool, wanted, function, [case.data for case in group], take)
    return go_on


def _result(verdict: RunVerdict, execution: Execution) -> TestResult:
    return TestResult(
        verdict,
        cpu_s=execution.cpu_s,
        wall_s=execution.wall_s,
        memory_mb=execution.memory_mb,
        stderr=execution.stderr.decode("utf-8", "replace"),
    )


def _compared(pool: Pool, case: Case, stdout: bytes, value: bytes) -> RunVerdict:
    if case.checker is None:
        right = case.accepts(stdout, value)
    else:
        right = _checked(pool, case, stdout, value)
    return RunVerdict.ACCEPTED if right else RunVerdict.WRONG_ANSWER


def _checked(pool: Pool, case: Case, stdout: bytes, value: bytes) -> bool:
    """Asks a custom checker, in a sandbox that the submission never enters."""
    call = case.checking(stdout, value)
    if call is None or case.checker is None:
        return False
    asked = program.checked(case.checker, "python", _CHECKER_LIMITS)
    execution, said = session.run_one(pool.checkers, asked, call.function, call.data)
    return execution.failure is None and said == b"true"


def run_many(
    submissions: Iterable[Submission | tuple[Any, ...]],
    backend: str | Pool = "auto",
    *,
    workers: int | None = None,
    queue: int = 64,
    stop_early: bool = True,
) -> Iterator[TestReport]:
    """Runs many submissions at once and yields their reports in order.

    Submissions are taken from the iterable as there is room, at most `queue` ahead of the last
    report that was yielded, so a stream of any length fits.

    Args:
        submissions: Each a `Submission`, or a tuple of the same.
        backend: As for `run_tests`.
        workers: How many at a time; by default the pool's size.
        queue: How many may wait or run.
        stop_early: As for `run_tests`.

    Raises:
        ConfigError: If a submission is none, or a number is not a whole number from 1.
    """
    check_whole("queue", queue, least=1)
    pool = pool_of(backend)
    most = pool.size if workers is None else check_whole("workers", workers, least=1)
    threads = ThreadPoolExecutor(most, thread_name_prefix="r1gym-tester")
    pending: deque[Future[TestReport]] = deque()
    try:
        for submission in submissions:
            if len(pending) >= queue:
                yield pending.popleft().result()
            *given, prelude = _submission(submission)
            run = partial(run_tests, stop_early=stop_early, prelude=prelude)
            pending.append(threads.submit(run, *given, pool))
        while pending:
            yield pending.popleft().result()
    finally:
        threads.shutdown(wait=True, cancel_futures=True)


def _submission(given: Submission | tuple[Any, ...]) -> Submission:
    try:
        return Submission(*given)
    except TypeError:
        raise ConfigError(
            "A submission must be a tuple of code, language and tests, perhaps with limits and a "
            f"prelude, not {shown(given)}."
        ) from None
