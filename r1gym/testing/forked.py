"""Calls of a function in a forked child that is killed when one takes too long.

A fork, and not a worker process as rewards have: any function will do, those of a notebook and
closures as well. The price is that a library whose threads do not survive a fork may hang there,
which shows at once, on the honest answers. Left out: systems without fork.
"""

from __future__ import annotations

import os
import pickle
import resource
import select
import signal
import struct
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_LENGTH = struct.Struct("!Q")
_MEMORY_MB = 2048  # beyond what the parent has


@dataclass(frozen=True)
class Called:
    """What became of one call: ``returned``, ``raised``, ``died`` or ``slow``.

    Attributes:
        how: Which of them.
        result: What it returned, or one line on the rest.
        seconds: How long it took.
    """

    how: str
    result: Any
    seconds: float


def call_each(calls: Sequence[Callable[[], Any]], seconds: float) -> list[Called]:
    """Makes each call in a child process; results in order.

    Args:
        calls: Functions without arguments, whose results can be pickled.
        seconds: What one call may take. The child is killed then, with all it started, and another
            one goes on with the next call.
    """
    found: list[Called] = []
    while len(found) < len(calls):
        rest = calls[len(found) :]
        pid, answers = _fork(rest, seconds)
        try:
            for _ in rest:
                called = _next(pid, answers, seconds)
                found.append(called)
                if called.how in ("slow", "died"):
                    break
        finally:
            _end(pid)
            os.close(answers)
    return found


def _fork(calls: Sequence[Callable[[], Any]], seconds: float) -> tuple[int, int]:
    answers, to_parent = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks while threads run
        pid = os.fork()
    if pid:
        os.close(to_parent)
        return pid, answers
    try:
        os.setsid()
        _silence()
        _limit(seconds * len(calls))
        for call in calls:
            _send(to_parent, pickle.dumps(_call(call)))
    finally:
        os._exit(0)


def _call(call: Callable[[], Any]) -> Called:
    started = time.monotonic()
    try:
        how, result = "returned", call()
        pickle.dumps(result)
    except BaseException as error:  # SystemExit as well: it would end a training
        how, result = "raised", " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return Called(how, result, time.monotonic() - started)


def _send(fd: int, message: bytes) -> None:
    rest = memoryview(_LENGTH.pack(len(message)) + message)
    while rest:
        rest = rest[os.write(fd, rest) :]


def _silence() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)


def _limit(cpu_seconds: float) -> None:
    """Bounds the child's memory, and its life should its parent be killed."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    cpu = int(cpu_seconds) + 10
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    sizes = Path("/proc/self/statm")
    if sizes.exists():
        most = int(sizes.read_text().split()[0]) * resource.getpagesize() + _MEMORY_MB * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _next(pid: int, answers: int, seconds: float) -> Called:
    started = time.monotonic()
    until = started + seconds
    try:
        (length,) = _LENGTH.unpack(_read(answers, _LENGTH.size, until))
        called: Called = pickle.loads(_read(answers, length, until))
    except TimeoutError:
        return Called("slow", f"it took longer than {seconds:g} s", seconds)
    except EOFError:
        return Called("died", _cause(pid), time.monotonic() - started)
    return called


def _read(fd: int, length: int, until: float) -> bytes:
    pieces = []
    while length:
        left = until - time.monotonic()
        if left <= 0 or not select.select([fd], [], [], left)[0]:
            raise TimeoutError
        piece = os.read(fd, min(length, 1 << 16))
        if not piece:
            raise EOFError
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)


def _cause(pid: int) -> str:
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    return f"it was killed by {signal.Signals(-code).name}" if code < 0 else f"it left with {code}"


def _end(pid: int) -> None:
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue
    try:
        os.waitpid(pid, 0)
    except ChildProcessError:
        return  # it was waited for already
