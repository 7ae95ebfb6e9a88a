"""Process 1 of a job: takes code and inputs, starts a process for each, and reports what it saw.

It is trusted and knows no expected output. Signals from inside its namespace cannot end it, it
cannot be traced, and it shares no file with what it starts but three pipes and two memory files.
"""

from __future__ import annotations

import functools
import os
import signal
import socket
import time
from collections.abc import Callable
from typing import Any

from . import fence, kernel, landlock, python_job, seccomp, wire
from .buffers import Buffer
from .cgroup import ControlGroup
from .facts import Facts
from .ground import Ground
from .languages import LANGUAGES, Language
from .namespaces import which
from .watch import Watch

_COMPILE = {"cpu_s": 20.0, "wall_s": 60.0, "memory_mb": 1024, "pids": 32, "output_bytes": 1 << 16}
_CODE_MB = 256
_STDERR_TAIL = 4096


class Job:
    """One submission: its code, its limits, and a fresh process and ``/tmp`` for each test.

    Args:
        channel: The way to the caller.
        group: The worker's control group.
        paths: What the job may open.
        ground: Where it runs.
    """

    def __init__(
        self,
        channel: socket.socket,
        group: ControlGroup,
        paths: landlock.Fence,
        ground: Ground,
    ) -> None:
        self._channel = channel
        self._group = group
        self._paths = paths
        self._ground = ground
        self._abi = paths.abi if ground.counts else None
        self._whole = False

    def serve(self) -> None:
        """Runs one submission: ``job``, then ``test`` by ``test``, until the last or ``end``.

        Raises:
            Disconnected: If the caller is gone.
        """
        header, code = wire.take(self._channel)
        limits = header["limits"]
        function, prelude = header.get("function"), header.get("prelude")
        self._whole = bool(header.get("whole"))
        made = LANGUAGES[header["language"]]
        if not made.forked:
            self._prepare(made, code, limits)
        while True:
            header, data = wire.take(self._channel)
            if header["op"] == "end":
                data.close()
                break
            if made.forked:
                body = functools.partial(
                    python_job.run, code, function, prelude, data, self._ground.tmp
                )
                facts = self.run(body, data, limits)
            else:
                facts = self._run_program(made, data, limits)
            data.close()
            self._send("result", facts)
            if header.get("last"):
                break
        code.close()

    def _prepare(self, made: Language, code: Buffer, limits: dict[str, Any]) -> None:
        """Writes and compiles the source, and tells the caller how that went."""
        self._ground.open_code(_CODE_MB)
        fd = os.open(f"{self._ground.code}/{made.source}", os.O_WRONLY | os.O_CREAT, 0o644)
        code.write(fd)
        os.close(fd)
        if made.compiler:
            limits = {**limits, **_COMPILE}
            facts = self._execute(made.compiler, None, limits, writable=self._ground.code)
        else:
            facts = Facts(0)
            facts.status = 0
        self._send("compiled", facts)
        self._ground.close_code()

    def _run_program(self, made: Language, data: Buffer, limits: dict[str, Any]) -> Facts:
        facts = self._execute(made.run, data, limits, stack=made.stack)
        if made.checker and facts.status not in (0, None) and not (facts.cause or facts.oom):
            check = self._execute(made.checker, None, {**limits, **_COMPILE}, stack=made.stack)
            if check.status not in (0, None) and os.WIFEXITED(check.status):
                facts.ready = b"SC"
            check.close()
        return facts

    def _execute(
        self,
        command: tuple[str, ...],
        data: Buffer | None,
        limits: dict[str, Any],
        writable: str | None = None,
        stack: int | None = None,
    ) -> Facts:
        command = tuple(word.replace("/code", self._ground.code) for word in command)
        path = which(command[0]) if "/" not in command[0] else command[0]
        if path is None:
            raise OSError(2, f"{command[0]} is not installed in the sandbox")

        def body() -> None:
            for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them
                signal.signal(number, signal.SIG_DFL)
            os.execve(path, command, os.environ)

        return self.run(body, data, limits, writable, stack)

    def run(
        self,
        body: Callable[[], object],
        data: Buffer | None,
        limits: dict[str, Any],
        writable: str | None = None,
        stack: int | None = None,
    ) -> Facts:
        """Runs `body` in a new process on input `data` and returns what was seen of it."""
        memory = int(limits["memory_mb"]) << 20
        self._group.set_memory(memory)
        self._ground.fresh_tmp(int(limits["disk_mb"]))
        folders = (self._ground.tmp, writable) if writable else (self._ground.tmp,)
        rules = fence.Rules(
            cpu=limits["cpu_s"],
            program=seccomp.job_filter(
                memory, self._group.limits_memory, self._abi, bool(writable)
            ),
            pids=self._ground.limit_of_tasks(int(limits["pids"])),
            file_size=max(int(limits["disk_mb"]) << 20, int(limits["output_bytes"])),
            stack=stack or fence.STACK,
            landlock=self._paths.rules(*folders),
        )
        stdin, result = _memory_file(data), _memory_file(None)
        pipes = [os.pipe() for _ in range(3)]
        (out, out_w), (err, err_w), (ready, ready_w) = pipes
        facts = Facts(int(limits["output_bytes"]))
        look = not self._group.limits_memory
        watch = Watch((out, err), self._channel, limits, look, facts, self._ground)
        killed = self._group.kills()
        started = time.monotonic()
        pid = kernel.fork()
        if pid == 0:
            fence.start(rules, (stdin, out_w, err_w, result), ready_w, body)
        for fd in (out_w, err_w, ready_w, stdin):
            os.close(fd)
        try:
            watch.until_exit(pid, started)
        finally:
            watch.kill_all()
        facts.wall = time.monotonic() - started
        watch.drain()
        facts.oom = self._group.kills() > killed
        facts.ready = os.read(ready, 600)
        os.lseek(result, 0, os.SEEK_SET)
        facts.result.read(result, facts.result.size)
        for fd in (out, err, ready, result):
            os.close(fd)
        self._paths.done(rules.landlock)
        return facts

    def _send(self, what: str, facts: Facts) -> None:
        out, err, result = facts.stdout.view, facts.stderr.view, facts.result.view
        if self._whole:
            out, err = out[: facts.stdout.size - 1], err[: facts.stderr.size - 1]
        else:
            err = err[-_STDERR_TAIL:]
            if facts.cause == "output":  # what is past its limit says nothing to tests
                out = out[:0]
        parts = (out, err, result)
        header = {
            "op": what,
            "cause": facts.cause,
            "status": facts.status,
            "ready": facts.ready.decode("latin-1"),
            "cpu": facts.cpu,
            "wall": facts.wall,
            "memory": facts.memory,
            "oom": facts.oom,
            "lengths": [len(part) for part in parts],
        }
        wire.send(self._channel, header, parts)
        for part in parts:
            part.release()
        facts.close()


def _memory_file(data: Buffer | None) -> int:
    """Returns a file descriptor of a file in memory that holds `data`."""
    fd = os.memfd_create("file")
    if data is not None:
        data.write(fd)
        os.lseek(fd, 0, os.SEEK_SET)
    return fd
