"""What the terminal shows while something is worked on: a bar, and samples of what is said."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

from r1gym.core.printable import printable
from r1gym.core.types import Episode

SHOW_EVERY = 20
"""Steps between samples that are shown, unless somebody says otherwise."""
_PARTS = "{l_bar}{bar}{r_bar}"  # tqdm's own
_MOST_LINES, _MOST_SIGNS = 8, 100  # of a sample in the terminal
_TIMES, _BAR = len(" 00:00<00:00 "), 8  # columns that the time takes, and the bar itself

Show = Callable[[int, Sequence[Episode], Mapping[str, float]], None]
"""Is told a step's number, its episodes and its metrics."""


def progress_bar(
    title: str, total: int, done: int = 0, unit: str = "step", parts: str = _PARTS
) -> tqdm[Any]:
    """Returns a progress bar for work of which `done` parts are done already.

    Args:
        title: What is worked on.
        total: All parts.
        done: Those that are done.
        unit: What a part is called.
        parts: What the bar is made of, as tqdm names it.
    """
    # In a log every refresh is a line, so there they come seldom.
    interval, end = (0.1, "") if sys.stderr.isatty() else (10.0, "\n")
    return tqdm(
        total=total,
        initial=done,
        desc=f"{title:<16}" if parts == _PARTS else f"{title} ",
        unit=unit,
        mininterval=interval,
        bar_format=f"{parts}{end}",
        dynamic_ncols=True,
    )


@contextmanager
def showing(
    is_wanted: bool, title: str, total: int, done: int, show_every: int = 0
) -> Iterator[Show]:
    """Yields what shows a trainer's steps: a bar, and above it a sample every few steps.

    Args:
        is_wanted: Whether anything is shown.
        title: What trains.
        total: All steps.
        done: Those that are done.
        show_every: Steps between samples; 0 for none.
    """
    if not is_wanted:
        yield lambda step, episodes, metrics: None
        return
    parts = "{desc}{n_fmt}/{total_fmt} |{bar}| {elapsed}<{remaining}{postfix}"
    with progress_bar(title, total, done, parts=parts) as bar:

        def show(step: int, episodes: Sequence[Episode], metrics: Mapping[str, float]) -> None:
            show_training(bar, metrics)
            if show_every and step % show_every == 0:
                show_sample(bar, step, episodes[0])

        yield show


def show_training(bar: tqdm[Any], metrics: Mapping[str, float]) -> None:
    """Moves the bar by a step and shows what that came to, as far as it fits."""
    used = len(f"{bar.desc}{bar.total}/{bar.total} ||") + _BAR + _TIMES
    columns = bar.ncols or shutil.get_terminal_size().columns
    bar.set_postfix_str(", ".join(fitting(figures_of(metrics), columns - used)), refresh=False)
    bar.update()


def figures_of(metrics: Mapping[str, float]) -> list[str]:
    """Returns what a step is shown by, what matters most first."""
    if "train/loss" in metrics and "rollout/ep_rew_mean" not in metrics:
        return [f"loss {metrics['train/loss']:.3f}"]
    right = metrics.get("rollout/accuracy")
    return [
        f"reward {metrics['rollout/ep_rew_mean']:.2f}",
        *(() if right is None else (f"{100 * right:.0f}% right",)),
        f"{metrics['rollout/ep_len_mean']:.0f} tokens",
        f"{metrics['time/fps']:,.0f}/s",
    ]


def fitting(figures: Sequence[str], room: int) -> list[str]:
    """Returns the first figures that fit into so many columns, each behind a comma; one at least.

    A bar that is too wide is cut off by the terminal, in the midst of a number.
    """
    count = len(figures)
    while count > 1 and sum(len(figure) + 2 for figure in figures[:count]) > room:
        count -= 1
    return list(figures[:count])


def show_sample(bar: tqdm[Any], step: int, episode: Episode) -> None:
    """Writes above the bar what was asked, what was said, what is right and what it earned."""
    bar.write(sample_text(step, episode), file=sys.stderr)


def sample_text(step: int, episode: Episode) -> str:
    """Returns a sample as lines of text: the verdict, the question, what was said, the gold."""
    score, problem = episode.score, episode.problem
    parts = ", ".join(f"{name} {part.verdict}" for name, part in score.parts.items())
    reward = "ungraded" if score.value is None else f"reward {score.value:.2f}"
    told = (
        ("asked", problem.question),
        ("said", episode.completion.text or "nothing"),
        ("gold", str(problem.answer)),
    )
    lines = [
        f"  {name if number == 0 else '':<6}{line}"
        for name, text in told
        for number, line in enumerate(_shortened(text))
    ]
    return "\n".join([f"Step {step}: {score.verdict}, {reward} ({parts})", *lines])


def _shortened(text: str) -> list[str]:
    lines = [_cut(line) for line in printable(text).strip().splitlines() if line.strip()]
    return lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], "..."]


def _cut(line: str) -> str:
    return line if len(line) <= _MOST_SIGNS else f"{line[: _MOST_SIGNS - 3]}..."
