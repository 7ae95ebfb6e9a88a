"""Ctrl-C that finishes the step at hand, saves, and says how to go on."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any

from tqdm import tqdm

from r1gym.core.errors import Interrupted


class Stopper:
    """A context in which Ctrl-C, or SIGTERM, is a request to stop after the step at hand.

    A second Ctrl-C interrupts at once. Off the main thread signals are left alone.
    """

    def __init__(self) -> None:
        self.requested = False
        self._previous: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Stopper:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._previous[number] = signal.signal(number, self._request)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def _request(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
        tqdm.write("Stopping after this step. Press Ctrl-C again to stop at once.")

    def check(self, where: str) -> None:
        """Raises Interrupted if a stop was asked for; call it where everything is saved.

        Args:
            where: How far the work is, for example ``"step 3 of 200"``.
        """
        if self.requested:
            raise Interrupted(f"Stopped at {where}; saved. Run the same command to go on.")
