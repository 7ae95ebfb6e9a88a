"""Groups of completions of one question, opened: rewards, and what each was worth to the update.

Runs of older versions have kept none; then the page has no such section.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r1gym.core.errors import RunError
from r1gym.core.files import explained
from r1gym.report.reflection import marked
from r1gym.report.theme import stepped

_MOST = 8


@dataclass(frozen=True)
class Group:
    """A group that was sampled in training.

    Attributes:
        step: The step.
        problem: The question.
        answer: Its gold answer.
        members: The completions, each with its reward, verdict and advantage.
    """

    step: int
    problem: str
    answer: str
    members: Sequence[Mapping[str, Any]]

    @property
    def rewards(self) -> list[float]:
        """The rewards that are known."""
        return [one["reward"] for one in self.members if one["reward"] is not None]


def read_groups(folder: Path) -> list[Group]:
    """Returns the groups that a stage has kept, in the order of steps.

    Raises:
        RunError: If a line is broken.
    """
    path, found = folder / "groups.jsonl", []
    if not path.exists():
        return []
    with explained(path):
        lines = path.read_bytes().split(b"\n")[:-1]  # a kill may have cut the last one short
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            group = Group(row["step"] + 0, row["problem"], str(row["answer"]), row["members"])
            for one in group.members:
                _ = one["completion"], one["reward"], one["verdict"], one["advantage"]
        except (ValueError, TypeError, KeyError) as error:
            raise RunError(f"{path}, line {number}, is no group: {error!r}.") from error
        found.append(group)
    return found


def opened(groups: Sequence[Group], algorithm: str) -> str:
    """Returns a few groups as HTML, to step through; nothing without any.

    Args:
        groups: The groups.
        algorithm: What learned from them.
    """
    if not groups:
        return ""
    count = min(_MOST, len(groups))
    few = [groups[round(i * (len(groups) - 1) / max(1, count - 1))] for i in range(count)]
    first = max(range(count), key=lambda i: (_is_mixed(few[i]), -i))
    return (
        f"<h2>One group opened</h2><p>{html.escape(algorithm)} asks one question many times and "
        "compares the answers with each other: what earned more than its group becomes likelier, "
        f"what earned less less likely.</p>{stepped([_group(one) for one in few], first)}"
        '<p class="note">Kept at the first step and with every checkpoint: the step\'s first group '
        "with different rewards, or its first if there was none.</p>"
    )


def _is_mixed(group: Group) -> bool:
    return len(set(group.rewards)) > 1


def _group(group: Group) -> str:
    rewards = group.rewards
    known = [one["advantage"] for one in group.members if one["advantage"] is not None]
    most = max((abs(worth) for worth in known), default=0.0)
    mean = sum(rewards) / len(rewards) if rewards else float("nan")
    right = sum(one["verdict"] == "correct" for one in group.members)
    told = (
        f"Step {group.step:,}: {right} of {len(group.members)} right, mean reward {mean:.2f}."
        if rewards
        else f"Step {group.step:,}: none could be graded."
    )
    if rewards and not _is_mixed(group):
        told += " All earned the same, so that the group taught nothing."
    ranked = sorted(group.members, key=lambda one: -_number(one["reward"]))
    rows = "".join(_member(one, most) for one in ranked)
    worth = "<td>advantage</td>" if known else ""
    return (
        f'<p class="asked">{html.escape(group.problem)}</p>'
        f"<p>Gold answer: <b>{html.escape(group.answer)}</b>. {told}</p>"
        f'<table class="members"><tr class="heads note"><td>answer</td><td>verdict</td>'
        f"<td>reward</td>{worth}</tr>{rows}</table>"
    )


def _member(one: Mapping[str, Any], most: float) -> str:
    kind = "correct" if one["verdict"] == "correct" else "other"
    reward = "none" if one["reward"] is None else f"{one['reward']:.3g}"
    return (
        f"<tr><td><code>{marked(one['completion'])}</code></td>"
        f'<td class="{kind}">{html.escape(str(one["verdict"]))}</td>'
        f'<td data-head="reward">{reward}</td>{_worth(one["advantage"], most)}</tr>'
    )


def _worth(worth: float | None, most: float) -> str:
    if worth is None:
        return ""
    width = 4.5 * abs(worth) / most if most else 0.0
    bar = f'<span class="worth{" less" if worth < 0 else ""}" style="width:{width:.2f}rem"></span>'
    return f'<td data-head="advantage">{worth:+.2f}{bar}</td>'


def _number(reward: float | None) -> float:
    return float("-inf") if reward is None else reward
