"""One submission on one worker: sends code and inputs, takes facts, compares."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from r1gym.core.errors import R1GymError
from r1gym.sandbox.cases import Case
from r1gym.sandbox.errors import SandboxError
from r1gym.sandbox.limits import Limits
from r1gym.sandbox.pool import Pool
from r1gym.sandbox.protocol import Worker, WorkerLost, await_ready
from r1gym.sandbox.runner import wire
from r1gym.sandbox.runner.languages import LANGUAGES
from r1gym.sandbox.verdicts import RunVerdict, TestResult, failure

ATTEMPTS = 4
# Added to a test's wall limit before the worker counts as wedged; compilers get theirs.
_GRACE = 30.0
_COMPILE_GRACE = 90.0

# What a compiler says where a fork bomb beside it, of the same user, took all processes. One that
# goes on to say so fails as any other does, since a source can make it say anything.
_NO_PROCESS = b"Resource temporarily unavailable"

_END = wire.pack({"op": "end"})


@dataclass(frozen=True)
class Work:
    """What one submission brings.

    Attributes:
        code: Its source.
        language: Its language.
        cases: Its tests, which all call the same function or none.
        limits: What it may use.
        prelude: The name of what stands before it, if anything does.
    """

    code: bytes
    language: str
    cases: Sequence[Case]
    limits: Limits
    prelude: str | None = None


Check = Callable[[Case, bytes, bytes], bool]


class InfraError(Exception):
    """No worker could run the submission; `results` holds what came before."""

    def __init__(self, message: str, results: list[TestResult]) -> None:
        super().__init__(message)
        self.results = results


def run(pool: Pool, work: Work, stop_early: bool, check: Check) -> list[TestResult]:
    """Runs a submission on its cases and returns their results in order.

    A worker that is lost is replaced, and the cases it still owed go to the new one.

    Args:
        pool: Where workers come from.
        work: The submission.
        stop_early: Whether to stop at the first test that is not accepted.
        check: Decides whether the output that a case got is right.

    Raises:
        InfraError: If workers were lost again and again.
        SandboxError: If the machine cannot offer the backend.
    """
    results: list[TestResult] = []
    lost = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(0.05 * 2**attempt)
        try:
            worker = pool.acquire()
        except OSError as error:
            if isinstance(error, R1GymError):
                raise
            lost = str(error)
            continue
        try:
            _serve(worker, work, stop_early, check, results)
        except WorkerLost as error:
            lost = str(error)
            pool.discard(worker)
        except BaseException:
            pool.discard(worker)
            raise
        else:
            pool.release(worker)
            return results
    raise InfraError(lost, results)


def _serve(
    worker: Worker,
    work: Work,
    stop_early: bool,
    check: Check,
    results: list[TestResult],
) -> None:
    language, cases, limits = work.language, work.cases, work.limits
    layers = await_ready(worker)
    if language not in layers.get("languages", ()):
        raise SandboxError(
            f"This sandbox has no {language}: its compiler or interpreter is missing."
        )
    numbers = limits.resolved()
    function = cases[0].function
    header = {
        "op": "job",
        "language": language,
        "function": function,
        "prelude": work.prelude,
        "limits": numbers,
    }
    made = LANGUAGES[language]
    frame = wire.pack(header, made.text(work.code, function))
    if not made.forked:
        facts, stderr = _compile(worker, frame)
        frame = b""
        if _failed(facts):
            results.append(_result(RunVerdict.COMPILE_ERROR, facts, stderr))
            _send(worker, _END)
            return
    patience = numbers["wall_s"] + _GRACE + (0 if made.forked else _COMPILE_GRACE)
    left = len(cases) - len(results)
    for case in cases[len(results) :]:
        left -= 1
        # The first test goes with the code, so that the runner wakes up once.
        _send(worker, frame + wire.pack({"op": "test", "last": not left}, case.data))
        frame = b""
        facts, stdout, stderr, value = _receive(worker, patience)
        verdict = failure(facts, compiles=made.forked)
        if verdict is None and len(value) > limits.output_bytes:
            verdict = RunVerdict.OUTPUT_LIMIT
        if verdict is None:
            right = check(case, stdout, value)
            verdict = RunVerdict.ACCEPTED if right else RunVerdict.WRONG_ANSWER
        results.append(_result(verdict, facts, stderr))
        stop = stop_early and verdict is not RunVerdict.ACCEPTED
        if stop or verdict is RunVerdict.COMPILE_ERROR:
            break
    if left:
        _send(worker, _END)


def _compile(worker: Worker, job: bytes) -> tuple[dict[str, Any], bytes]:
    """Returns the facts of a compilation and what it said on stderr."""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(0.05 * 2**attempt)
            _send(worker, _END)
            await_ready(worker)
        _send(worker, job)
        facts, _, stderr, _ = _receive(worker, _COMPILE_GRACE)
        if not _failed(facts) or _NO_PROCESS not in stderr:
            break
    return facts, stderr


def _failed(facts: dict[str, Any]) -> bool:
    return bool(facts["status"] != 0 or facts["cause"] or facts["oom"])


def _send(worker: Worker, frames: bytes) -> None:
    try:
        worker.channel.sendall(frames)
    except OSError as error:
        raise WorkerLost(f"the worker is gone: {error}") from None


def _receive(worker: Worker, patience: float) -> tuple[dict[str, Any], bytes, bytes, bytes]:
    """Returns the runner's facts, and the stdout, stderr and result that came with them."""
    worker.channel.settimeout(patience)
    try:
        facts, payload = wire.receive(worker.channel)
    except (OSError, ValueError) as error:
        raise WorkerLost(f"the worker is gone: {error}") from None
    if facts.get("op") == "refused" or facts.get("ready", "").find("E") >= 0:
        raise WorkerLost(f"the sandbox failed before the job began: {facts.get('error')}")
    out, err, _ = facts.get("lengths", (0, 0, 0))
    return facts, payload[:out], payload[out : out + err], payload[out + err :]


def _result(verdict: RunVerdict, facts: dict[str, Any], stderr: bytes) -> TestResult:
    return TestResult(
        verdict,
        cpu_s=facts.get("cpu", 0.0),
        wall_s=facts.get("wall", 0.0),
        memory_mb=facts.get("memory", 0) / (1 << 20),
        stderr=stderr.decode("utf-8", "replace"),
    )
