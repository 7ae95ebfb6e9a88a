"""The ``confined`` backend: a runner on this machine without namespaces, weaker than ``local``.

For containers that grant none and have no engine, as most rented ones are. What holds a submission
there is told in `r1gym.sandbox.runner.confined`, and what does not in
`r1gym.sandbox.conformance.confined`. It is never taken unless it is named.
"""

from __future__ import annotations

import sys

from r1gym.sandbox.errors import SandboxError
from r1gym.sandbox.local import LocalWorker


class ConfinedBackend:
    """Starts runners on this machine, held by Landlock and filters alone."""

    name = "confined"
    memory_mb: int | None = None

    def __init__(self) -> None:
        if not sys.platform.startswith("linux"):
            raise SandboxError("The confined sandbox needs Linux; use backend='docker'.")

    def start(self) -> LocalWorker:
        """Returns a new runner."""
        return LocalWorker(confined=True)

    def close(self) -> None:
        """Has nothing of its own to end."""
