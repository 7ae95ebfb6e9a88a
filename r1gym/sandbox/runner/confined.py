"""The ground of a job on a machine that grants no namespaces, for the backend ``confined`` alone.

What is left are the fences of the process itself: Landlock, the system call filters, limits, one
session and process group that nothing of the job can leave, and the supervisor's eyes. A job reads
the system's programs and libraries and its own folder, and writes its own folder. It has no
``/tmp``, ``/proc`` or ``/dev/shm`` of its own and gets none of the machine's.

Left out, since nothing but a namespace could hold it: hiding which files exist and when they
changed (``stat``), the machine's name, and its users' ids. The files that a job writes are counted
now and then, and not held to their limit by the kernel.
"""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from . import kernel, landlock, namespaces

_DEVICES = ("/dev/random", "/dev/urandom")
_ETC = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/ssl/openssl.cnf")  # Node reads the last
_PLACE = "/tmp"
_PREFIX = "r1gym-"


class Confined:
    """The ground of all jobs of one worker, one after the other.

    Args:
        name: The worker's, which begins with ``r1gym-`` and the process id of its caller.

    Attributes:
        counts: Whether the supervisor counts processes and files, which nothing else limits.
    """

    flags = 0
    counts = True

    def __init__(self, name: str) -> None:
        adopt_orphans()
        _remove_stale()
        self._folder = f"{_PLACE}/{name}"
        self.tmp, self.code = f"{self._folder}/tmp", f"{self._folder}/code"
        for folder in (self._folder, self.tmp, self.code):
            os.mkdir(folder, 0o700)  # noqa: PTH102
        os.environ.update(HOME=self.tmp, TMPDIR=self.tmp)

    def give_to(self, user: int) -> None:
        """Makes the worker's folders another user's.

        Raises:
            OSError: If root may not, or if the interpreter is where nobody else can reach it. Root
                itself could start processes without end, so it must become somebody else.
        """
        prefix = Path(sys.base_prefix).resolve()
        if not all(path.stat().st_mode & 1 for path in (prefix, *prefix.parents)):
            raise OSError(13, f"root's own interpreter at {prefix}: use another's, or another user")
        for folder in (self._folder, self.tmp, self.code):
            os.chown(folder, user, user)

    def fence(self) -> landlock.Fence:
        """Returns what jobs may open: the system without any site-packages, and their folder."""
        fence = landlock.Fence(_readable(self._folder), keep=True)
        for folders in ((self.tmp,), (self.tmp, self.code)):
            fence.rules(*folders)
        return fence

    def enter(self, outside: int) -> None:
        """Makes this process the one to which what its job orphans falls."""
        adopt_orphans()

    def fresh_tmp(self, megabytes: int) -> None:
        """Empties the job's folder, and moves into it."""
        empty(self.tmp)
        os.chdir(self.tmp)

    def open_code(self, megabytes: int) -> None:
        """Empties the folder for the source and what is compiled from it."""
        empty(self.code)

    def close_code(self) -> None:
        """Has nothing to do: Landlock closes the folder."""

    def limit_of_tasks(self, pids: int) -> int:
        """Returns a limit on the tasks of this process's user that leaves room for `pids` more.

        The kernel counts all the tasks that the user has, those of other containers too, and tells
        nobody how many. All tasks of the machine are no fewer.
        """
        tasks = Path("/proc/loadavg").read_text().split()[3].partition("/")[2]
        return int(tasks) + pids

    def full(self, megabytes: int) -> bool:
        """Tells whether the job's files take more than `megabytes`, or are too many."""
        size, left = (megabytes << 20) - self._removed(), 1000 + 64 * megabytes
        waiting = [self.tmp]
        while waiting:
            with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    left -= 1
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        size -= entry.stat(follow_symlinks=False).st_blocks * 512
                    if left < 0 or size < 0:
                        return True
        return False

    def _removed(self) -> int:
        """Returns the bytes of files that no folder holds any more, but a process does."""
        device = os.stat(self.tmp).st_dev  # noqa: PTH116
        sizes: dict[object, int] = {}
        for pid in self.members():
            with contextlib.suppress(OSError):
                for thread in Path(f"/proc/{pid}/task").iterdir():
                    sizes |= _open_and_removed(thread, device) | _mapped(thread, self._folder)
        return sum(sizes.values())

    def members(self) -> Iterator[str]:
        """Yields the ids of the processes that descend from this one."""
        return _descendants(str(os.getpid()))

    def kill_all(self, leader: int) -> None:
        """Kills what `leader`, the job's first process, started, and what that starts meanwhile."""
        if leader:  # at once, before there is any time to look: they may be many
            for kill in (os.killpg, os.kill):
                with contextlib.suppress(ProcessLookupError):
                    kill(leader, signal.SIGKILL)
        kill_descendants()

    def leave(self) -> None:
        """Empties the worker's folders."""
        os.chdir("/")
        for folder in (self.tmp, self.code):
            with contextlib.suppress(OSError):
                empty(folder)

    def end(self) -> None:
        """Ends what the worker left: its processes, which fell to this one, and its folders."""
        kill_descendants()
        _remove(self._folder)


def adopt_orphans() -> None:
    """Makes this process the parent of what its descendants leave behind."""
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)


def kill_descendants() -> None:
    """Kills all that descends from this process; it must adopt orphans.

    A job cannot leave its process group, and no process of a group can escape its signal by a
    fork. So one signal to the group ends it all, whatever the members do meanwhile.
    """
    own = os.getpgrp()
    while alive := [pid for pid in _descendants(str(os.getpid())) if _alive(pid)]:
        for pid in map(int, alive):
            with contextlib.suppress(ProcessLookupError):
                group = os.getpgid(pid)
                os.kill(pid, signal.SIGKILL) if group == own else os.killpg(group, signal.SIGKILL)


def _descendants(pid: str) -> Iterator[str]:
    """Yields the processes that descend from `pid`, the oldest first, which have the most children.

    In few calls, since it is asked where hundreds of processes leave this one no time.
    """
    waiting = [pid]
    for parent in waiting:
        with contextlib.suppress(OSError):
            for thread in os.listdir(f"/proc/{parent}/task"):  # noqa: PTH208
                children = _children(f"/proc/{parent}/task/{thread}/children")
                waiting += children
                yield from children


def _children(path: str) -> list[str]:
    found = b""
    fd = os.open(path, os.O_RDONLY)
    try:
        while got := os.read(fd, 4096):
            found += got
    finally:
        os.close(fd)
    return found.decode().split()


def _open_and_removed(thread: Path, device: int) -> dict[object, int]:
    found: dict[object, int] = {}
    with contextlib.suppress(OSError), os.scandir(thread / "fd") as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                seen = entry.stat()
                if stat.S_ISREG(seen.st_mode) and not seen.st_nlink and seen.st_dev == device:
                    found[seen.st_ino] = seen.st_blocks * 512
    return found


def _mapped(thread: Path, folder: str) -> dict[object, int]:
    """Returns the removed files that are mapped: their names, and how much of them is."""
    found: dict[object, int] = {}
    with contextlib.suppress(OSError):
        for line in os.fsdecode((thread / "maps").read_bytes()).splitlines():
            if folder in line and line.endswith("(deleted)"):
                addresses, _, _, _, inode, name = line.split(maxsplit=5)
                start, end = (int(number, 16) for number in addresses.split("-"))
                found[inode, name] = end - start
    return found


def _alive(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def empty(folder: str) -> None:
    """Removes all that is in `folder`, however deep: no path is followed further than two levels.

    A folder in it is flattened first: what it holds moves up, under a name of its own.
    """
    number = 0
    while entries := list(os.scandir(folder)):
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)  # noqa: PTH108
                continue
            os.chmod(entry.path, 0o700)  # noqa: PTH101
            for inner in list(os.scandir(entry.path)):
                number += 1
                if inner.is_dir(follow_symlinks=False):
                    os.rename(inner.path, f"{folder}/.r1gym-{number}")  # noqa: PTH104
                else:
                    os.unlink(inner.path)  # noqa: PTH108
            os.rmdir(entry.path)  # noqa: PTH106


def _remove(folder: str) -> None:
    with contextlib.suppress(OSError):
        empty(folder)
        os.rmdir(folder)  # noqa: PTH106


def _remove_stale() -> None:
    """Removes the folders of workers whose caller, named by its process id, is gone."""
    for folder in Path(_PLACE).glob(f"{_PREFIX}[0-9]*-*"):
        owner = folder.name.split("-")[1]
        if not Path("/proc", owner).exists():
            _remove(str(folder))


def _readable(*own: str) -> dict[str, bool]:
    """Returns what jobs may read: paths, and whether their content or only their listing."""
    hidden = set(namespaces.packages())
    found = dict.fromkeys([*own, *_DEVICES, *_ETC], True)
    for folder in namespaces.system():
        found |= _around(folder, hidden)
    return {path: whole for path, whole in found.items() if os.path.exists(path)}  # noqa: PTH110


def _around(path: Path, hidden: set[Path]) -> dict[str, bool]:
    """Returns `path` as what lies in it and is not hidden."""
    if path in hidden:
        return {}
    if not any(other.is_relative_to(path) for other in hidden):
        return {str(path): True}
    found = {str(path): False}
    for inner in path.iterdir():
        found |= _around(inner, hidden)
    return found
