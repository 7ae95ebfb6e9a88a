"""What stands between a job's process and the rest, put up in that process just before it starts.

The order matters: limits and the OOM score while files can still be opened, then capabilities,
Landlock, and the filter last, since it takes away the calls that the others need.

A process that was just forked pays a page fault for nearly all it touches, so what can be made
ready before the fork comes as an argument.
"""

from __future__ import annotations

import contextlib
import os
import resource
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from . import kernel, landlock, seccomp

RESULT, READY = 3, 4  # the file descriptors a job's process starts with, after its standard ones
STACK = 128 << 20
FILES = 256


@dataclass(frozen=True)
class Rules:
    """What one process may use.

    Attributes:
        cpu: Seconds of processor time; the supervisor ends it first, this is a backstop.
        program: The system call filter.
        pids: Processes and threads, over the whole job.
        file_size: Bytes that one file may have.
        stack: Bytes of the main thread's stack.
        landlock: The rules' file descriptor, None where the kernel has no Landlock.
    """

    cpu: float
    program: bytes
    pids: int
    file_size: int
    stack: int
    landlock: int | None


def start(
    rules: Rules, streams: tuple[int, int, int, int], ready: int, body: Callable[[], object]
) -> NoReturn:
    """Closes this process in and runs `body` in it; never returns.

    Args:
        rules: What it may use.
        streams: The file descriptors of its stdin, stdout, stderr and result, all above `READY`.
        ready: Where ``S`` is written once all fences are up; ``E`` and a text if one fails.
        body: What runs; it must end the process.
    """
    try:
        for target, fd in enumerate(streams):
            os.dup2(fd, target)
        os.dup2(ready, READY, False)
        os.setsid()
        _limit(rules)
        _die_first()
        kernel.drop_capabilities()
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        if rules.landlock is not None:
            landlock.restrict(rules.landlock)
        os.closerange(READY + 1, FILES)
        kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
        seccomp.install(rules.program)
        os.write(READY, b"S")
    except BaseException as error:
        for fd in (ready, READY):  # the first is closed once the second is in its place
            with contextlib.suppress(OSError):
                os.write(fd, b"E" + repr(error).encode()[:500])
                break
        os._exit(1)
    try:
        body()
    finally:
        os._exit(1)


def _limit(rules: Rules) -> None:
    seconds = int(rules.cpu) + 2
    for kind, value in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, rules.file_size),
        (resource.RLIMIT_STACK, rules.stack),
        (resource.RLIMIT_NPROC, rules.pids),
    ):
        hard = resource.getrlimit(kind)[1]  # the machine's own, which nobody may go above
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def _die_first() -> None:
    """Makes the kernel pick this process, not the worker, when memory runs out."""
    try:
        fd = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
        os.write(fd, b"1000")
        os.close(fd)
    except OSError:
        pass
