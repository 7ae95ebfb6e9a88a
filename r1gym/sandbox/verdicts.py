"""How the run of a submission ended, on the whole and on each of its tests."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class RunVerdict(StrEnum):
    """How a test, or a whole submission, ended."""

    ACCEPTED = "accepted"
    WRONG_ANSWER = "wrong_answer"
    TIME_LIMIT = "time_limit"
    MEMORY_LIMIT = "memory_limit"
    OUTPUT_LIMIT = "output_limit"
    RUNTIME_ERROR = "runtime_error"
    COMPILE_ERROR = "compile_error"
    INFRA_ERROR = "infra_error"


@dataclass(frozen=True, slots=True)
class Execution:
    """One run of a program.

    Attributes:
        stdout: What it wrote, at most as much as its limits allow.
        stderr: The same of stderr; for a source that does not compile, what its compiler said.
        status: Its exit status; below zero the signal that ended it; None where nothing ended.
        failure: Why it did not end by itself with status 0: a limit, ``runtime_error``,
            ``compile_error``, or ``infra_error`` if the sandbox failed. None if it did.
        cpu_s: Seconds of processor time, of all its processes.
        wall_s: Seconds on the clock.
        memory_mb: The largest resident size of its main process, in MiB.
        message: For ``infra_error``, what failed.
    """

    stdout: bytes = b""
    stderr: bytes = b""
    status: int | None = None
    failure: RunVerdict | None = None
    cpu_s: float = 0.0
    wall_s: float = 0.0
    memory_mb: float = 0.0
    message: str = ""


@dataclass(frozen=True)
class TestResult:
    """One test's verdict and cost. It never holds the expected output.

    Attributes:
        verdict: How the test ended.
        cpu_s: Seconds of processor time, of all the submission's processes.
        wall_s: Seconds on the clock.
        memory_mb: The largest resident size of its main process, in MiB.
        stderr: The end of what it wrote to stderr, for people; no verdict is read from it.
    """

    __test__ = False  # not a test of pytest's

    verdict: RunVerdict
    cpu_s: float = 0.0
    wall_s: float = 0.0
    memory_mb: float = 0.0
    stderr: str = ""


@dataclass(frozen=True, eq=False)
class TestReport:
    """A submission's verdict: that of its first test that was not accepted, else accepted.

    It equals another report with the same verdict, and the verdict's own text.

    Attributes:
        verdict: The verdict on the whole.
        tests: One result per test that was run, in order.
        total: How many tests there are; more than were run after an early stop.
        backend: Which backend ran it.
        message: For ``infra_error``, what failed; for a Python program that imports one that is
            not there, which module the sandbox lacks.

    Example:
        >>> TestReport(RunVerdict.ACCEPTED) == "accepted"
        True
    """

    __test__ = False  # not a test of pytest's

    verdict: RunVerdict
    tests: tuple[TestResult, ...] = ()
    total: int = 0
    backend: str = ""
    message: str = ""

    @property
    def accepted(self) -> bool:
        """Whether every test was accepted."""
        return self.verdict is RunVerdict.ACCEPTED

    @property
    def share(self) -> float:
        """The share of all tests that were accepted; those not run count as not accepted."""
        passed = sum(test.verdict is RunVerdict.ACCEPTED for test in self.tests)
        return passed / self.total if self.total else float(self.accepted)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, TestReport):
            return self.verdict is other.verdict
        return isinstance(other, str) and self.verdict == other

    def __hash__(self) -> int:
        return hash(self.verdict)

    def __str__(self) -> str:
        return str(self.verdict)


def failure(facts: Mapping[str, Any], compiles: bool) -> RunVerdict | None:
    """Returns the verdict that the runner's facts alone decide, None if the output decides.

    Args:
        facts: What the runner saw: who ended the process, its wait status, the OOM counter.
        compiles: Whether the process itself compiles the source before it runs it (Python).
    """
    cause, status, ready = facts["cause"], facts["status"], facts["ready"]
    if compiles and "R" not in ready:
        return RunVerdict.COMPILE_ERROR
    if facts["oom"] or cause == "memory":
        return RunVerdict.MEMORY_LIMIT
    if cause in ("cpu", "wall"):
        return RunVerdict.TIME_LIMIT
    if cause == "output":
        return RunVerdict.OUTPUT_LIMIT
    # The filter's signal for one request above the memory limit; the job cannot raise it itself
    # to any gain, since no verdict but accepted is worth anything.
    if status is not None and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGSYS:
        return RunVerdict.MEMORY_LIMIT
    if "C" in ready:
        return RunVerdict.COMPILE_ERROR
    return None if status == 0 else RunVerdict.RUNTIME_ERROR
