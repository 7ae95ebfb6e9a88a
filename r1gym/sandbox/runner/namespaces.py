"""What a job sees: the read-only tree that all jobs of a worker share, and the mounts of its own.

The tree is built once per worker on a small tmpfs: the system's programs and libraries and this
interpreter, bound read-only, with every site-packages folder covered; a handful of devices; an
``/etc`` of our own. No home, no ``/run``, no ``/sys``, nothing of the project. Each job then gets
a fresh ``/proc`` (its own processes only) and a fresh ``/tmp``, its only writable place.

Left out: bubblewrap. It would start once per worker only, and it makes no nested namespaces for
us; the same calls made here need no program to be installed and leave no foreign process as pid 1.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from pathlib import Path

from . import kernel

JOB_ID = 1000
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": "/tmp",
    "TMPDIR": "/tmp",
    "LANG": "C.UTF-8",
}
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_ETC = ("/etc/alternatives", "/etc/ld.so.cache")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2", "shm": "/tmp"}
_SAFE = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
_INNER = kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS | kernel.CLONE_NEWPID


def leave_host() -> bool:
    """Moves this process into namespaces of its own; its next child is process 1 of them.

    Returns:
        Whether it is still the machine's root. Root needs no user namespace for this, so the tree
        can be bound from what only root may reach, and gives up being root afterwards. An ordinary
        user, or a container's root that may not mount, needs one.
    """
    if os.geteuid() == 0:
        try:
            kernel.unshare(_INNER | kernel.CLONE_NEWNET)
        except PermissionError:
            pass
        else:
            return True
    uid, gid = os.geteuid(), os.getegid()
    kernel.unshare(_INNER | kernel.CLONE_NEWNET | kernel.CLONE_NEWUSER)
    map_ids(uid, uid, gid, gid)
    return False


def build_tree() -> None:
    """Builds the tree that all jobs share, and makes it this process's root."""
    root = next(path for path in map(Path, ("/mnt", "/run", "/tmp")) if path.is_dir())
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("tmpfs", f"{root}", "tmpfs", kernel.MS_NOSUID, "size=1m,nr_inodes=2000,mode=755")
    _bind_system(root)
    _make_etc(root)
    _make_dev(root)
    for folder in ("proc", "tmp", "code"):
        (root / folder).mkdir()
    # A user namespace may mount a /proc only while it sees another one whole.
    kernel.mount("proc", f"{root}/proc", "proc", _SAFE)
    kernel.pivot_root(f"{root}")
    kernel.restrict_mount("/", kernel.MOUNT_ATTR_RDONLY | kernel.MOUNT_ATTR_NOSUID)


class Sealed:
    """The ground of one job in namespaces of its own; all here is called by its process 1."""

    flags = kernel.CLONE_NEWUSER | _INNER
    counts = False
    tmp, code = "/tmp", "/code"

    def __init__(self) -> None:
        self._mounted = False

    def enter(self, outside: int) -> None:
        """Makes this process, fresh from `kernel.clone`, the first of its job.

        Args:
            outside: The user and group id of the worker.
        """
        # Only a process that can be dumped may write its own maps, and only then may it be traced.
        kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
        map_ids(JOB_ID, outside, JOB_ID, outside)
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
        kernel.drop_bounding_set()
        socket.sethostname("sandbox")
        try:
            kernel.mount("proc", "/proc", "proc", _SAFE, "subset=pid")
        except OSError:  # before Linux 5.8, and in gVisor
            kernel.mount("proc", "/proc", "proc", _SAFE)

    def fresh_tmp(self, megabytes: int) -> None:
        """Mounts an empty ``/tmp`` in place of the last one, and moves into it."""
        if self._mounted:
            os.chdir("/")
            kernel.umount("/tmp")
        files = 1000 + 64 * megabytes
        options = f"size={megabytes}m,nr_inodes={files},mode=1777"
        kernel.mount("tmpfs", "/tmp", "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, options)
        self._mounted = True
        os.chdir("/tmp")

    def open_code(self, megabytes: int) -> None:
        """Mounts an empty ``/code`` for the source and what is compiled from it."""
        options = f"size={megabytes}m,mode=755"
        kernel.mount("tmpfs", "/code", "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, options)

    def close_code(self) -> None:
        """Makes ``/code`` read-only."""
        kernel.restrict_mount("/code", kernel.MOUNT_ATTR_RDONLY)

    def limit_of_tasks(self, pids: int) -> int:
        """Returns the limit on the tasks of the job's user, of which its process 1 is one."""
        return pids + 1

    def full(self, megabytes: int) -> bool:
        """Tells that the files take no more than they may: the kernel sees to that."""
        return False

    def members(self) -> list[str]:
        """Returns the ids of the job's processes, without this one."""
        with os.scandir("/proc") as entries:
            return [e.name for e in entries if e.name.isdigit() and e.name != "1"]

    def kill_all(self, leader: int) -> None:
        """Kills the job's processes, of which `leader` was the first."""
        if os.getpid() != 1:  # it would be the whole machine
            raise OSError(1, "not in a process namespace")
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)

    def leave(self) -> None:
        """Has nothing to clean: the namespaces go with this process."""


def map_ids(uid: int, outer_uid: int, gid: int, outer_gid: int) -> None:
    """Gives this process, new in its user namespace, the ids `uid` and `gid`."""
    _write("/proc/self/setgroups", b"deny")
    _write("/proc/self/uid_map", b"%d %d 1" % (uid, outer_uid))
    _write("/proc/self/gid_map", b"%d %d 1" % (gid, outer_gid))


def interpreter() -> str:
    """Returns the interpreter without its virtual environment."""
    return os.path.realpath(getattr(sys, "_base_executable", sys.executable))


def which(program: str) -> str | None:
    """Returns the path of an installed program.

    Without `shutil`, which maps compression libraries: each job pays for all that is mapped.
    """
    for folder in ENVIRONMENT["PATH"].split(":"):
        path = f"{folder}/{program}"
        if os.access(path, os.X_OK):
            return path
    return None


def _write(path: str, data: bytes) -> None:
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, data)
    finally:
        os.close(fd)


def system() -> list[Path]:
    """Returns the folders of programs and libraries, this interpreter's and Node's among them."""
    found = [path for path in map(Path, _SYSTEM) if path.is_dir() and not path.is_symlink()]
    prefix = Path(sys.base_prefix).resolve()
    others = [prefix / "bin", prefix / "lib", prefix / "lib64"]
    node = which("node")
    if node:
        others.append(Path(node).resolve().parent)
    found += [path for path in others if path.is_dir() and not path.is_relative_to("/usr")]
    return found


def packages() -> list[Path]:
    """Returns the folders of installed Python packages, which no job sees."""
    places = {Path("/usr"), Path("/usr/local"), Path(sys.base_prefix).resolve()}
    patterns = ("lib*/python3*/site-packages", "lib*/python3*/dist-packages")
    return [folder for place in places for pattern in patterns for folder in place.glob(pattern)]


def _bind_system(root: Path) -> None:
    for path in map(Path, _SYSTEM):
        if path.is_symlink():
            _in(root, path).symlink_to(path.readlink())
    for path in system():
        _bind(root, path)
    for folder in packages():
        target = _in(root, folder)
        if target.is_dir():
            kernel.mount("tmpfs", f"{target}", "tmpfs", kernel.MS_RDONLY, "size=4k")


def _in(root: Path, path: Path) -> Path:
    return root / path.relative_to("/")


def _bind(root: Path, path: Path) -> None:
    target = _in(root, path)
    target.mkdir(parents=True, exist_ok=True)
    kernel.mount(f"{path}", f"{target}", "", kernel.MS_BIND | kernel.MS_REC)
    wanted = kernel.MOUNT_ATTR_RDONLY | kernel.MOUNT_ATTR_NOSUID | kernel.MOUNT_ATTR_NODEV
    kernel.restrict_mount(f"{target}", wanted, recursive=True)


def _make_etc(root: Path) -> None:
    (root / "etc").mkdir()
    for path in map(Path, _ETC):
        if path.is_dir():
            _bind(root, path)
        elif path.is_file():
            _in(root, path).write_bytes(path.read_bytes())
    user = f"sandbox:x:{JOB_ID}:{JOB_ID}:sandbox:/tmp:/bin/sh\n"
    (root / "etc/passwd").write_text(user)
    (root / "etc/group").write_text(f"sandbox:x:{JOB_ID}:\n")


def _make_dev(root: Path) -> None:
    dev = root / "dev"
    dev.mkdir()
    for name in _DEVICES:
        (dev / name).touch()
        kernel.mount(f"/dev/{name}", f"{dev / name}", "", kernel.MS_BIND)
    for name, target in _LINKS.items():
        (dev / name).symlink_to(target)
