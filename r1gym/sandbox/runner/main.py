"""The worker: builds the sandbox once, then starts one job after another in namespaces of its own.

Three generations. The first process makes the control group, leaves the host's namespaces and waits
to clean up. The second, process 1 of the worker, builds the tree, stops being root and puts up the
base filter; it reads nothing that a caller sends, so its memory holds no submission. The third,
process 1 of each job, is forked from it with a full set of namespaces and serves one submission.
"""

from __future__ import annotations

import contextlib
import io
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from . import fence, kernel, landlock, namespaces, python_job, seccomp, wire
from .cgroup import ControlGroup
from .ground import Ground, Lasting
from .languages import LANGUAGES
from .namespaces import Sealed
from .supervise import Job

# Nobody's: below the range of dynamic users, above the one of systems.
_UNPRIVILEGED = 65533


def main(config: dict[str, Any], confine: Callable[[str], Lasting] | None = None) -> NoReturn:
    """Runs a worker.

    Args:
        config: ``name``, of its control group; ``socket``, the path of the caller's socket, if the
            channel is not already its stdin.
        confine: Makes the ground of a worker of this name that does without namespaces.
    """
    channel = _connect(config.get("socket"))
    os.environ.clear()
    os.environ.update(namespaces.ENVIRONMENT)
    _open_standard_streams()
    python_job.warm()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # The same for all jobs, so set where they inherit it.
    for kind, value in (
        (resource.RLIMIT_STACK, fence.STACK),
        (resource.RLIMIT_NOFILE, fence.FILES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        _, hard = resource.getrlimit(kind)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))
    group = ControlGroup.make(config["name"])
    confined: Lasting | None = None
    layer = "namespaces"
    try:
        if confine is not None:
            layer = "landlock"
            confined, rooted = confine(config["name"]), os.geteuid() == 0
        else:
            rooted = namespaces.leave_host()
    except OSError as error:
        _refuse(channel, layer, error)
        group.remove()
        os._exit(1)
    pid = os.fork()
    if pid == 0:
        _serve(channel, group, confined, rooted)
    channel.close()
    _, status = os.waitpid(pid, 0)
    if confined is not None:
        confined.end()
    group.remove()
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _connect(path: str | None) -> socket.socket:
    """Returns the channel to the caller, which may be this process's stdin."""
    if path is None:
        channel = socket.socket(fileno=os.dup(0))
    else:
        channel = socket.socket(socket.AF_UNIX)
        channel.connect(path)
    return channel


def _open_standard_streams() -> None:
    """Opens Python's standard streams as jobs need them: they remember what they stood on.

    A job's stdin is a memory file, its stdout and stderr are pipes; until then all are empty.
    """
    memory = os.memfd_create("stdin")
    ends = os.pipe()
    for standard, fd in enumerate((memory, ends[1], ends[1])):
        os.dup2(fd, standard)
    for name, stream in _standard_streams().items():
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(null, standard)
    for fd in (memory, null, *ends):
        os.close(fd)
    while os.dup(0) < fence.READY:  # kept, so that a job's files are opened above its places
        pass


def _standard_streams() -> dict[str, io.TextIOWrapper]:
    """Returns streams over the first three file descriptors, as the interpreter makes them."""
    return {
        "stdin": _stream(0, "r", "surrogateescape"),
        "stdout": _stream(1, "w", "surrogateescape"),
        "stderr": _stream(2, "w", "backslashreplace", line_buffering=True),
    }


def _stream(fd: int, mode: str, errors: str, line_buffering: bool = False) -> io.TextIOWrapper:
    binary: Any = open(fd, f"{mode}b", closefd=False)  # noqa: SIM115
    binary.raw.name = ("<stdin>", "<stdout>", "<stderr>")[fd]
    text = io.TextIOWrapper(binary, "utf-8", errors, "\n", line_buffering)
    text.mode = mode  # type: ignore[misc]
    return text


def _refuse(channel: socket.socket, layer: str, error: OSError) -> None:
    text = str(error.strerror or error)
    with contextlib.suppress(OSError):
        channel.sendall(wire.pack({"op": "refused", "layer": layer, "error": text}))


def _serve(
    channel: socket.socket, group: ControlGroup, confined: Lasting | None, rooted: bool
) -> NoReturn:
    """Is process 1 of the worker."""
    layer = "parent"
    try:
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        layer = "cgroup"
        group.enter()
        layer = "mounts"
        if confined is None:
            namespaces.build_tree()
        layer = "user"
        if rooted:
            _stop_being_root(confined)
        layer = "seccomp"
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        seccomp.install(seccomp.base_filter())
        paths = landlock.Fence() if confined is None else confined.fence()
        layers = {
            "namespaces": "user pid mount ipc uts net" if confined is None else "none: weaker",
            "seccomp": "yes",
            "landlock": f"version {paths.abi}" if paths.abi else "missing: no kernel support",
            "cgroup": "yes" if group.limits_memory else "missing: the runner watches memory",
            "user": os.geteuid(),
            "languages": [name for name, made in LANGUAGES.items() if made.installed],
            "packages": python_job.packages(),
        }
        layer = "job namespaces"
        while True:
            _one_job(channel, group, paths, layers, confined or Sealed())
    except OSError as error:
        _refuse(channel, layer, error)
    finally:
        os._exit(1)


def _stop_being_root(confined: Lasting | None) -> None:
    if confined is not None:
        confined.give_to(_UNPRIVILEGED)
    with contextlib.suppress(PermissionError):  # in a container
        os.setgroups([])
    os.setresgid(_UNPRIVILEGED, _UNPRIVILEGED, _UNPRIVILEGED)
    os.setresuid(_UNPRIVILEGED, _UNPRIVILEGED, _UNPRIVILEGED)
    # The kernel undoes both when the user changes; /proc/self must be writable for the id maps.
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)


def _one_job(
    channel: socket.socket,
    group: ControlGroup,
    paths: landlock.Fence,
    layers: dict[str, Any],
    ground: Ground,
) -> None:
    """Runs process 1 of the next job, and returns when it has served a submission."""

    def job() -> int:
        try:
            ground.enter(layers["user"])
            channel.sendall(wire.pack({"op": "ready", "layers": layers}))
            Job(channel, group, paths, ground).serve()
        except wire.Disconnected:
            return 1
        except OSError as error:
            _refuse(channel, "job", error)
            return 1
        except BaseException:
            return 1
        return 0

    pid = kernel.clone(ground.flags, job)
    _, status = os.waitpid(pid, 0)
    ground.leave()
    if status != 0:
        os._exit(1)
