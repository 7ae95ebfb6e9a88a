"""What the supervisor saw of one process, which is all that a verdict is made of."""

from __future__ import annotations

from .buffers import Buffer


class Facts:
    """What was seen of one process and its descendants.

    Args:
        size: How many bytes of each output are taken; one more tells that there were too many.

    Attributes:
        cause: Why the supervisor ended it: ``cpu``, ``wall``, ``memory`` or ``output``.
        status: The wait status of the process.
        ready: What it reported before any untrusted code ran.
    """

    def __init__(self, size: int) -> None:
        self.cause: str | None = None
        self.status: int | None = None
        self.ready = b""
        self.cpu = self.wall = 0.0
        self.memory = 0
        self.oom = False
        self.stdout, self.stderr, self.result = (Buffer(size + 1) for _ in range(3))

    def close(self) -> None:
        """Forgets the outputs."""
        for buffer in (self.stdout, self.stderr, self.result):
            buffer.close()
