"""Warm workers of one backend, lent to one submission at a time and replaced when lost."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import Any

from r1gym.core.checks import check_whole
from r1gym.sandbox.errors import SandboxError
from r1gym.sandbox.protocol import Backend, Worker


class Pool:
    """Lends out workers, and starts another while all are busy and fewer than `size`.

    Args:
        backend: What starts them.
        size: How many at most; by default as many as processors, at least 8, since a worker
            whose submission sleeps needs no processor.

    Raises:
        ConfigError: If the size is not a whole number from 1.

    Attributes:
        layers: What the backend's first worker said of its sandbox.
    """

    def __init__(self, backend: Backend, size: int | None = None) -> None:
        self.backend = backend
        default = max(8, os.cpu_count() or 1)
        self.size = default if size is None else check_whole("size", size, least=1)
        self.layers: dict[str, Any] = {}
        self._idle: list[Worker] = []
        self._workers: set[Worker] = set()
        self._checkers: Pool | None = None
        self._started = 0
        self._closed = False
        self._changed = threading.Condition()

    def acquire(self) -> Worker:
        """Returns a worker for the caller alone; waits while all are lent.

        Raises:
            SandboxError: If the machine cannot offer the backend, or the pool is closed.
            OSError: If a worker cannot be started now.
        """
        with self._changed:
            while not self._idle and self._started >= self.size and not self._closed:
                self._changed.wait()
            if self._closed:
                raise SandboxError("The sandbox was closed.")
            if self._idle:
                return self._idle.pop()
            self._started += 1
        try:
            worker = self.backend.start()
        except BaseException:
            self._forget()
            raise
        self._workers.add(worker)
        return worker

    def release(self, worker: Worker) -> None:
        """Takes back a worker that ended its submission in good order."""
        with self._changed:
            if not self._closed:
                self._idle.append(worker)
                self._changed.notify()
                return
        worker.close()

    def discard(self, worker: Worker) -> None:
        """Takes back a worker that may not be used again."""
        worker.close()
        self._workers.discard(worker)
        self._forget()

    @property
    def checkers(self) -> Pool:
        """A pool for custom checkers.

        Their callers hold a worker of this one, and would wait for each other for ever.
        """
        with self._changed:
            if self._checkers is None:
                self._checkers = Pool(self.backend, self.size)
            return self._checkers

    def close(self) -> None:
        """Ends all idle workers, and the others as they come back."""
        with self._changed:
            self._closed = True
            idle, self._idle = self._idle, []
            checkers, self._checkers = self._checkers, None
            self._changed.notify_all()
        for worker in idle:
            with contextlib.suppress(Exception):
                worker.close()
        if checkers is not None:
            checkers.close()
        self.backend.close()

    def abandon(self) -> None:
        """Lets go of the workers in a process forked from theirs, without ending them."""
        for worker in self._workers:
            worker.channel.close()
        if self._checkers is not None:
            self._checkers.abandon()

    def _forget(self) -> None:
        with self._changed:
            self._started -= 1
            self._changed.notify()
