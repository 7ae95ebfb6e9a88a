"""Runs the conformance suite against a backend, and looks for what is left afterwards."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from r1gym.sandbox.backends import pool_of
from r1gym.sandbox.conformance.case import CANARY, ConformanceCase
from r1gym.sandbox.conformance.confined import ALSO_CONFINED
from r1gym.sandbox.conformance.executions import EXECUTIONS, ExecutionCase, run_executions
from r1gym.sandbox.conformance.exhaustion import EXHAUSTION
from r1gym.sandbox.conformance.forgery import FORGERY
from r1gym.sandbox.conformance.harm import HARM
from r1gym.sandbox.conformance.honest import HONEST
from r1gym.sandbox.conformance.leaks import LEAKS
from r1gym.sandbox.conformance.odd_source import ODD_SOURCE
from r1gym.sandbox.pool import Pool
from r1gym.sandbox.tester import run_many
from r1gym.sandbox.verdicts import TestReport

ABUSE: tuple[ConformanceCase, ...] = (*EXHAUSTION, *FORGERY, *LEAKS, *HARM, *ODD_SOURCE)
CASES: tuple[ConformanceCase, ...] = (*ABUSE, *HONEST)


@dataclass(frozen=True)
class CaseResult:
    """What became of one case.

    Attributes:
        case: The case.
        report: Its report.
        passed: Whether that is a right verdict.
    """

    case: ConformanceCase
    report: TestReport
    passed: bool


def run_suite(
    backend: str | Pool = "auto",
    cases: Iterable[ConformanceCase] = CASES,
    *,
    workers: int | None = None,
) -> list[CaseResult]:
    """Runs conformance cases against a backend and returns their results in order.

    A canary is planted in this process's environment and in a file of the host meanwhile.

    Args:
        backend: As for `r1gym.sandbox.run_tests`.
        cases: Which cases.
        workers: How many at a time.

    Example:
        >>> from r1gym.sandbox.conformance import HONEST, run_suite
        >>> all(result.passed for result in run_suite("auto", HONEST[:2]))
        True
    """
    chosen, pool = list(cases), pool_of(backend)
    also = ALSO_CONFINED if pool.backend.name == "confined" else {}
    os.environ["R1GYM_CANARY"] = CANARY
    with tempfile.NamedTemporaryFile("w", prefix="r1gym-canary-") as file:
        file.write(CANARY)
        file.flush()
        try:
            jobs = [(c.code, c.language, c.tests, c.limits, c.prelude) for c in chosen]
            reports = list(run_many(jobs, pool, workers=workers, stop_early=True))
        finally:
            del os.environ["R1GYM_CANARY"]
    return [
        CaseResult(case, report, report.verdict in (*case.verdicts, *also.get(case.name, ())))
        for case, report in zip(chosen, reports, strict=True)
    ]


def leftovers() -> set[str]:
    """Returns what sandboxes leave on this machine: processes, control groups, files, mounts.

    Taken after `close_all`, or compared with what was there before.
    """
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "status").read_text()
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if b"exec(os.read(0, 4096))" in command or "Uid:\t65533\t" in status:
                found.add(f"process {entry.name}")
    for folder in Path("/sys/fs/cgroup").glob("**/r1gym-*"):
        found.add(f"control group {folder.name}")
    for path in Path(tempfile.gettempdir()).glob("r1gym-*"):
        found.add(f"file {path}")
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        if "r1gym" in line:
            found.add(f"mount {line.split()[4]}")
    return found


def check(
    backend: str | Pool = "auto",
    cases: Sequence[ConformanceCase] = CASES,
    executions: Sequence[ExecutionCase] = EXECUTIONS,
) -> bool:
    """Prints which backend and layers work here, runs the suite, and tells whether all passed.

    Args:
        backend: As for `r1gym.sandbox.run_tests`.
        cases: Which cases of `run_tests`.
        executions: Which cases of `r1gym.sandbox.execute`.

    Raises:
        SandboxError: If this machine cannot offer the backend; the message names the layer.
    """
    pool = pool_of(backend)
    print(f"backend    {pool.backend.name}")
    for name, state in pool.layers.items():
        print(f"{name:<10} {', '.join(state) if isinstance(state, list) else state}")
    started = time.monotonic()
    results = run_suite(pool, cases)
    wrong = [
        f"{result.case.name}: {result.report.verdict}, not {' or '.join(result.case.verdicts)}"
        for result in results
        if not result.passed
    ]
    executed = run_executions(pool, executions)
    wrong += [f"{result.case.name}: {result.fault}" for result in executed if result.fault]
    for line in wrong:
        print(f"FAILED     {line}")
    total, seconds = len(results) + len(executed), time.monotonic() - started
    print(f"suite      {total - len(wrong)} of {total} right in {seconds:.0f} s")
    return not wrong
