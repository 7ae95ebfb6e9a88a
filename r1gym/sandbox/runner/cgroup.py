"""A control group per worker, versions 1 and 2: the memory limit and the OOM counter.

One group serves all jobs of a worker: moving a process into a group costs milliseconds, writing a
new limit microseconds. The worker's few processes are in it too, so its limits carry a margin, and
jobs raise their OOM score so that the kernel never picks the worker.

Left out: accounting of CPU time, which the supervisor reads from the processes themselves.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

_MARGIN = 32 << 20
_ROOT = Path("/sys/fs/cgroup")
# What is written where, and where the kernel counts the processes it killed for want of memory.
_NAMES = {
    1: ("memory.limit_in_bytes", "memory.oom_control"),
    2: ("memory.max", "memory.events"),
}


class ControlGroup:
    """The worker's control group, or the counters of a container that limits it from outside."""

    def __init__(self, folder: Path | None, memory: int | None, counter: int | None) -> None:
        self._folder = folder
        # The path leads nowhere once the worker has changed its root.
        self._parent = os.open(folder.parent, os.O_PATH | os.O_CLOEXEC) if folder else -1
        self._limit = memory
        self._counter = counter
        self._current = 0
        self.limits_memory = memory is not None

    @classmethod
    def make(cls, name: str) -> ControlGroup:
        """Makes a group called `name` where this process may; one that can do nothing otherwise."""
        for version, parent in _parents():
            folder = parent / name
            limit, counter = _NAMES[version]
            try:
                remove_stale(parent)
                folder.mkdir()
            except OSError:
                continue
            try:
                memory = os.open(folder / limit, os.O_RDWR | os.O_CLOEXEC)
                events = os.open(folder / counter, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                folder.rmdir()
                continue
            return cls(folder, memory, events)
        for path in (_ROOT / "memory.events", _ROOT / "memory" / "memory.oom_control"):
            with contextlib.suppress(OSError):
                return cls(None, None, os.open(path, os.O_RDONLY | os.O_CLOEXEC))
        return cls(None, None, None)

    def enter(self) -> None:
        """Moves this process into the group."""
        if self._folder is not None:
            (self._folder / "cgroup.procs").write_text("0")

    def set_memory(self, size: int) -> None:
        """Limits what the worker and its job may hold together to `size` bytes and a margin."""
        if self._limit is not None and size != self._current:
            os.pwrite(self._limit, b"%d" % (size + _MARGIN), 0)
            self._current = size

    def kills(self) -> int:
        """Returns how many processes the kernel has killed here for want of memory."""
        if self._counter is None:
            return 0
        for line in os.pread(self._counter, 4096, 0).splitlines():
            if line.startswith(b"oom_kill "):
                return int(line.split()[1])
        return 0

    def remove(self) -> None:
        """Removes the group, once its processes are gone."""
        if self._folder is not None:
            _remove(self._folder.name, self._parent)


def remove_stale(parent: Path) -> None:
    """Removes groups whose caller, named by its process id, is gone."""
    for folder in parent.glob("r1gym-*"):
        owner = folder.name.split("-")[1]
        if owner.isdigit() and not Path("/proc", owner).exists():
            with contextlib.suppress(OSError):
                folder.rmdir()


def remove(name: str) -> None:
    """Removes what a worker that was killed left of its group, once its processes are gone."""
    for _, parent in _parents():
        if (parent / name).exists():
            fd = os.open(parent, os.O_PATH | os.O_CLOEXEC)
            _remove(name, fd)
            os.close(fd)


def _remove(name: str, parent: int) -> None:
    for _ in range(200):
        try:
            os.rmdir(name, dir_fd=parent)
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.01)
        else:
            return


def _parents() -> list[tuple[int, Path]]:
    """Returns the folders, with their version, in which a memory group might be made."""
    found: list[tuple[int, Path]] = []
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, own = line.split(":", 2)
        if "memory" in controllers.split(","):
            path = _ROOT / "memory" / own.lstrip("/")
            found.append((1, path if path.is_dir() else _ROOT / "memory"))
        elif not controllers and (_ROOT / "cgroup.controllers").exists():
            path = _ROOT / own.lstrip("/")
            for parent in (path, path.parent):
                if parent.is_relative_to(_ROOT):
                    with contextlib.suppress(OSError):
                        (parent / "cgroup.subtree_control").write_text("+memory")
                    found.append((2, parent))
    return found
