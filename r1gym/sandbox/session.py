"""One program on one worker: sends code and inputs, and takes what came of them."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from r1gym.core.errors import R1GymError
from r1gym.sandbox.errors import SandboxError
from r1gym.sandbox.pool import Pool
from r1gym.sandbox.program import Program
from r1gym.sandbox.protocol import Worker, WorkerLost, await_ready
from r1gym.sandbox.runner import wire
from r1gym.sandbox.runner.languages import LANGUAGES
from r1gym.sandbox.verdicts import Execution, RunVerdict, failure

ATTEMPTS = 4
# Added to the wall limit before the worker counts as wedged; compilers get theirs.
_GRACE = 30.0
_COMPILE_GRACE = 90.0

# What a compiler says where a fork bomb beside it, of the same user, took all processes. One that
# goes on to say so fails as any other does, since a source can make it say anything.
_NO_PROCESS = b"Resource temporarily unavailable"

_END = wire.pack({"op": "end"})

Take = Callable[[Execution, bytes], bool]


class InfraError(Exception):
    """No worker could run the program."""


def run(
    pool: Pool, program: Program, function: str | None, inputs: Iterable[bytes], take: Take
) -> None:
    """Runs a program once for each input, in order.

    A worker that is lost is replaced, and the inputs that it still owed go to the new one.

    Args:
        pool: Where workers come from.
        program: The program.
        function: Its function to call, None to run it as a program.
        inputs: What goes down: stdin, or the function's arguments as JSON.
        take: Is given each execution, and what the function returned as JSON, and tells whether to
            go on. After a compile error there is no more.

    Raises:
        InfraError: If workers were lost again and again.
        SandboxError: If the machine cannot offer the backend.
    """
    left = deque(inputs)
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
            _serve(worker, program, function, left, take)
        except WorkerLost as error:
            lost = str(error)
            pool.discard(worker)
        except BaseException:
            pool.discard(worker)
            raise
        else:
            pool.release(worker)
            return
    raise InfraError(lost)


def run_one(
    pool: Pool, program: Program, function: str | None, data: bytes
) -> tuple[Execution, bytes]:
    """Runs a program once; returns the execution and what `function` returned, as `run` does."""
    taken: list[tuple[Execution, bytes]] = []

    def take(execution: Execution, value: bytes) -> bool:
        taken.append((execution, value))
        return False

    run(pool, program, function, [data], take)
    return taken[0]


def _serve(
    worker: Worker, program: Program, function: str | None, left: deque[bytes], take: Take
) -> None:
    language, limits = program.language, program.limits.resolved()
    layers = await_ready(worker)
    if language not in layers.get("languages", ()):
        raise SandboxError(
            f"This sandbox has no {language}: its compiler or interpreter is missing."
        )
    header = {
        "op": "job",
        "language": language,
        "function": function,
        "prelude": program.prelude,
        "limits": limits,
        "whole": program.whole,
    }
    made = LANGUAGES[language]
    frame = wire.pack(header, made.text(program.code, function))
    if not made.forked:
        facts, stdout, stderr = _compile(worker, frame)
        frame = b""
        if _failed(facts):
            take(_execution(facts, stdout, stderr, RunVerdict.COMPILE_ERROR), b"")
            _send(worker, _END)
            return
    patience = limits["wall_s"] + _GRACE + (0 if made.forked else _COMPILE_GRACE)
    go_on = True
    while left and go_on:
        # The first input goes with the code, so that the runner wakes up once.
        _send(worker, frame + wire.pack({"op": "test", "last": len(left) == 1}, left[0]))
        frame = b""
        facts, stdout, stderr, value = _receive(worker, patience)
        ended = failure(facts, compiles=made.forked)
        if ended is None and len(value) > limits["output_bytes"]:
            ended = RunVerdict.OUTPUT_LIMIT
        go_on = take(_execution(facts, stdout, stderr, ended), value)
        go_on = go_on and ended is not RunVerdict.COMPILE_ERROR
        left.popleft()
    if left:
        _send(worker, _END)


def _compile(worker: Worker, job: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    """Returns the facts of a compilation and what it said."""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(0.05 * 2**attempt)
            _send(worker, _END)
            await_ready(worker)
        _send(worker, job)
        facts, stdout, stderr, _ = _receive(worker, _COMPILE_GRACE)
        if not _failed(facts) or _NO_PROCESS not in stderr:
            break
    return facts, stdout, stderr


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
    _, fence_failed, why = facts.get("ready", "").partition("E")
    if facts.get("op") == "refused" or fence_failed:
        why = facts.get("error", why)
        raise WorkerLost(f"the sandbox failed before the job began: {why}")
    out, err, _ = facts.get("lengths", (0, 0, 0))
    return facts, payload[:out], payload[out : out + err], payload[out + err :]


def _execution(
    facts: dict[str, Any], stdout: bytes, stderr: bytes, ended: RunVerdict | None
) -> Execution:
    status = facts["status"]
    return Execution(
        stdout,
        stderr,
        None if status is None else os.waitstatus_to_exitcode(status),
        ended,
        facts.get("cpu", 0.0),
        facts.get("wall", 0.0),
        facts.get("memory", 0) / (1 << 20),
    )
