"""The ``local`` backend: a runner in namespaces of this machine, without daemon or privileges."""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import subprocess
import sys

from r1gym.sandbox import boot
from r1gym.sandbox.errors import SandboxError
from r1gym.sandbox.runner import cgroup

_numbers = itertools.count()


class LocalWorker:
    """A runner process on this machine.

    Args:
        confined: Whether it does without namespaces.
    """

    def __init__(self, confined: bool = False) -> None:
        self.channel, theirs = socket.socketpair()
        # Without namespaces, which the kernel ends, the runner itself removes what a job left.
        self._patience = 10.0 if confined else 0.5
        self._name = f"r1gym-{os.getpid()}-{next(_numbers)}"
        try:
            self._process = subprocess.Popen(
                boot.command(),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=boot.ENVIRONMENT,
                start_new_session=True,
            )
            source = boot.source({"name": self._name}, confined=confined)
            self.channel.sendall(source.encode())
        except BaseException:
            self.channel.close()
            raise
        finally:
            theirs.close()

    def close(self) -> None:
        """Ends the runner; its namespaces take all their processes and mounts with them."""
        self.channel.close()
        try:
            self._process.wait(self._patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
        cgroup.remove(self._name)


class LocalBackend:
    """Starts runners on this machine."""

    name = "local"
    memory_mb: int | None = None

    def __init__(self) -> None:
        if not sys.platform.startswith("linux"):
            raise SandboxError("The local sandbox needs Linux; use backend='docker'.")

    def start(self) -> LocalWorker:
        """Returns a new runner."""
        return LocalWorker()

    def close(self) -> None:
        """Has nothing of its own to end."""
