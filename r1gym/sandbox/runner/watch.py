"""Watches one process of a job until it ends or a limit runs out, and leaves nothing of it alive.

Processor time is what the processes used, so that a busy machine costs an honest program nothing;
the wall limit, wider, is for those that sleep. Memory is looked at here only where no control
group limits it.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import select
import socket
import time
from typing import Any

from . import wire
from .facts import Facts
from .ground import Ground

_TICK = 0.04
_LOOK = 0.015  # between two looks at the memory of a job that no control group limits
_FILES_EVERY = 8  # looks at the family, between two at its files
_HERTZ = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_POLLRDHUP = 0x2000
_CHUNK = 1 << 16


class Watch:
    """Watches a child of this process."""

    def __init__(
        self,
        streams: tuple[int, int],
        channel: socket.socket,
        limits: dict[str, Any],
        look_at_memory: bool,
        facts: Facts,
        ground: Ground,
    ) -> None:
        self._ground = ground
        self._pid = 0
        self._limits = limits
        self._channel = channel
        self._look = look_at_memory
        self._facts = facts
        self._orphans = 0.0
        self._looks = 0
        self._buffers = {streams[0]: facts.stdout, streams[1]: facts.stderr}

    def until_exit(self, pid: int, started: float) -> None:
        """Returns when process `pid` has ended or must end; `facts.cause` says why it must.

        Raises:
            Disconnected: If the caller is gone.
        """
        self._pid = pid
        pidfd = os.pidfd_open(pid)
        poll = select.poll()
        poll.register(pidfd, select.POLLIN)
        poll.register(self._channel, _POLLRDHUP)
        for fd in self._buffers:
            poll.register(fd, select.POLLIN)
        deadline = started + self._limits["wall_s"]
        tick = _LOOK if self._look else _TICK
        next_look = started + tick
        try:
            while self._facts.cause is None:
                pause = max(0.0, min(deadline, next_look) - time.monotonic())
                for fd, event in poll.poll(pause * 1000):
                    if fd == pidfd:
                        return
                    if fd == self._channel.fileno():
                        raise wire.Disconnected("the caller is gone")
                    if event & select.POLLIN:
                        self._read(fd)
                    else:
                        poll.unregister(fd)
                now = time.monotonic()
                if now >= deadline:
                    self._facts.cause = "wall"
                elif now >= next_look:
                    self._check()
                    next_look = now + tick
        finally:
            os.close(pidfd)

    def kill_all(self) -> None:
        """Kills and reaps every process of the job."""
        self._ground.kill_all(self._pid)
        with contextlib.suppress(ChildProcessError):
            while True:
                self._reap(0)
        self._facts.cpu += self._orphans
        if self._facts.cause is None and self._facts.cpu > self._limits["cpu_s"]:
            self._facts.cause = "cpu"

    def drain(self) -> None:
        """Reads what the ended processes left in the pipes."""
        for fd in self._buffers:
            os.set_blocking(fd, False)
            with contextlib.suppress(BlockingIOError):
                while self._read(fd):
                    pass

    def _read(self, fd: int) -> bool:
        buffer = self._buffers[fd]
        got = buffer.read(fd, _CHUNK)
        if buffer.used == buffer.size:
            self._facts.cause = self._facts.cause or "output"
            return False
        return got > 0

    def _reap(self, flags: int) -> int:
        pid, status, usage = os.wait4(-1, flags)
        if pid == self._pid:
            self._facts.status = status
            self._facts.cpu = usage.ru_utime + usage.ru_stime
            self._facts.memory = usage.ru_maxrss * 1024
        elif pid:
            self._orphans += usage.ru_utime + usage.ru_stime
        return pid

    def _check(self) -> None:
        """Ends the process if its family has used up its processor time or its memory."""
        with contextlib.suppress(ChildProcessError):
            while self._reap(os.WNOHANG):
                pass
        names = self._members()
        if self._facts.cause is not None:
            return
        cpu, resident, tasks = self._orphans, 0, 0
        for name in names:
            with contextlib.suppress(OSError):
                used, threads = _cpu(name)
                cpu, tasks = cpu + used, tasks + threads
                if self._look:
                    resident += _resident(name)
        if cpu > self._limits["cpu_s"]:
            self._facts.cause = "cpu"
        elif (
            self._look
            and resident > self._limits["memory_mb"] << 20
            and self._shared() > (self._limits["memory_mb"] << 20)
        ):
            self._facts.cause = "memory"
        elif self._ground.counts:
            self._count(tasks)

    def _members(self) -> list[str]:
        """Returns the family's processes, and ends it if it has more of them than it may.

        Before anything is asked about each of them: where hundreds spin, this process gets a few
        milliseconds a second, and a look into their memory waits for each of them in turn.
        """
        if not self._ground.counts:
            return list(self._ground.members())
        pids = int(self._limits["pids"])
        names = list(itertools.islice(self._ground.members(), pids + 1))
        if len(names) > pids:
            self._facts.cause = "pids"
        return names

    def _count(self, tasks: int) -> None:
        """Ends the process if its family has too many members or files, where nothing else does."""
        self._looks += 1
        if tasks > self._limits["pids"]:
            self._facts.cause = "pids"
        elif self._looks % _FILES_EVERY == 0 and self._ground.full(int(self._limits["disk_mb"])):
            self._facts.cause = "disk"

    def _shared(self) -> int:
        """Returns the bytes resident, each page that several processes share counted once."""
        total = 0
        for name in self._ground.members():
            with contextlib.suppress(OSError):
                total += _proportional(name)
        return total


def _cpu(pid: str) -> tuple[float, int]:
    """Returns the processor time of a process and its children, and its number of threads."""
    fields = _read_file(f"/proc/{pid}/stat").rpartition(b")")[2].split()
    return sum(int(ticks) for ticks in fields[11:15]) / _HERTZ, int(fields[17])


def _resident(pid: str) -> int:
    own = int(_read_file(f"/proc/{pid}/statm").split()[1]) * _PAGE
    return own or next(filter(None, map(_resident, _threads(pid))), 0)


def _proportional(pid: str) -> int:
    with contextlib.suppress(ProcessLookupError):  # its first thread has ended
        for line in _read_file(f"/proc/{pid}/smaps_rollup").splitlines():
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
    return next(filter(None, map(_proportional, _threads(pid))), 0)


def _threads(pid: str) -> list[str]:
    """Returns the other threads of a process, as paths below /proc, of which any has its memory.

    A process whose first thread has ended seems to have none.
    """
    if "/" in pid:
        return []
    with os.scandir(f"/proc/{pid}/task") as threads:
        return [f"{pid}/task/{thread.name}" for thread in threads if thread.name != pid]


def _read_file(path: str) -> bytes:
    fd = os.open(path, os.O_RDONLY)
    try:
        return os.read(fd, 4096)
    finally:
        os.close(fd)
