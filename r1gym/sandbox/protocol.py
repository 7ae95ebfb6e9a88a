"""What a backend is: something that starts workers, each a channel to a runner in its sandbox.

All that makes a sandbox is behind `Backend.start`; what is said over the channel is the same for
all (`r1gym.sandbox.runner.wire`). A new backend is one file that passes the conformance suite, here
or in a package of its own; `r1gym.sandbox.boot` tells how a runner is started.
"""

from __future__ import annotations

import socket
from typing import Any, Protocol

from r1gym.sandbox.runner import wire

# How long a runner may take to build a sandbox before it counts as wedged.
START_TIMEOUT = 60.0
_SWITCHED_OFF = (
    " (user namespaces may be switched off: look at the sysctls "
    "user.max_user_namespaces, kernel.unprivileged_userns_clone and "
    "kernel.apparmor_restrict_unprivileged_userns; backend='confined' needs none, and is weaker)"
)
# Root leaves the machine's namespaces without a user namespace; its jobs need one.
_HINTS = {"namespaces": _SWITCHED_OFF, "job namespaces": _SWITCHED_OFF}


class WorkerLost(Exception):
    """A worker that died, hung or refused while it held a job; another one may do better."""


class Worker(Protocol):
    """One runner, which serves one submission at a time.

    Attributes:
        channel: A connected stream socket to it.
    """

    channel: socket.socket

    def close(self) -> None:
        """Ends the worker with all that it started. Never raises; may be called twice."""


class Backend(Protocol):
    """A way to sandbox.

    Attributes:
        name: What users call it.
        memory_mb: The most memory that a submission can be allowed; None for no bound of its own.
    """

    name: str
    memory_mb: int | None

    def start(self) -> Worker:
        """Returns a new worker.

        Raises:
            SandboxError: If this machine cannot offer the backend.
            OSError: If it can, but not now.
        """

    def close(self) -> None:
        """Ends what the backend itself keeps. Never raises; may be called twice."""


def await_ready(worker: Worker) -> dict[str, Any]:
    """Waits until a worker has a sandbox ready, and returns the layers it has.

    Raises:
        WorkerLost: If the worker died or hung, or could not make a layer; the message names it.
    """
    worker.channel.settimeout(START_TIMEOUT)
    try:
        header, _ = wire.receive(worker.channel)
    except (OSError, ValueError) as error:
        raise WorkerLost(f"no sandbox: {error}") from None
    if header.get("op") == "refused":
        layer, why = header.get("layer", "?"), header.get("error")
        raise WorkerLost(f"the layer {layer} failed: {why}{_HINTS.get(layer, '')}")
    layers = header.get("layers")
    return layers if isinstance(layers, dict) else {}
