"""Progress bars, and Ctrl-C that finishes the step at hand, saves, and says how to go on."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Mapping
from types import FrameType, TracebackType
from typing import Any

from tqdm import tqdm

from r1gym.core.errors import Interrupted
from r1gym.core.types import Episode

_MOST_LINES, _MOST_SIGNS = 8, 100  # of a sample in the terminal


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


def progress_bar(title: str, total: int, done: int = 0, unit: str = "step") -> tqdm[Any]:
    """Returns a progress bar for work of which `done` parts are done already."""
    # In a log every refresh is a line, so there they come seldom.
    interval, end = (0.1, "") if sys.stderr.isatty() else (10.0, "\n")
    return tqdm(
        total=total,
        initial=done,
        desc=f"{title:<16}",
        unit=unit,
        mininterval=interval,
        bar_format=f"{{l_bar}}{{bar}}{{r_bar}}{end}",
        dynamic_ncols=True,
    )


def show_training(bar: tqdm[Any], metrics: Mapping[str, float]) -> None:
    """Moves the bar by a step of GRPO and shows reward, accuracy, length and speed."""
    shown = {
        "reward": f"{metrics['rollout/ep_rew_mean']:.2f}",
        "accuracy": f"{metrics.get('rollout/accuracy', float('nan')):.2f}",
        "length": f"{metrics['rollout/ep_len_mean']:.1f}",
        "tokens/s": f"{metrics['time/fps']:,.0f}",
    }
    bar.set_postfix(shown, refresh=False)
    bar.update()


def show_sample(bar: tqdm[Any], step: int, episode: Episode) -> None:
    """Writes above the bar what was asked, what was said and what it earned."""
    score = episode.score
    parts = ", ".join(f"{name} {part.verdict}" for name, part in score.parts.items())
    reward = "ungraded" if score.value is None else f"{score.value:.2f}"
    lines = [*_shortened(episode.problem.question), *_shortened(episode.completion.text)]
    text = "\n".join(f"  | {line}" for line in lines)
    bar.write(f"Step {step}, reward {reward} ({parts}):\n{text}", file=sys.stderr)


def _shortened(text: str) -> list[str]:
    lines = [line[:_MOST_SIGNS] for line in text.strip().splitlines() if line.strip()]
    return lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], "..."]
