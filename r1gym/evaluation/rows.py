"""Completions as plain data, and what measures read of them.

A row is a line of a file that people read and other tools take: the question, the gold, the
completion, its verdict, and the number of its vote. Everything an evaluation tells is computed from
rows, so that one that was cut short, or is years old, tells the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from r1gym.core.types import Episode, Verdict
from r1gym.verifiers import RewardSum
from r1gym.verifiers.votes import group_votes

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one completion.

    Attributes:
        verdict: What was found.
        value: Its reward; None if it could not be graded.
        tokens: Its length.
        truncated: Whether the token limit cut it off.
        vote: The number of its answer, the same for answers that mean the same; None without one.
    """

    verdict: Verdict
    value: float | None
    tokens: int
    truncated: bool
    vote: int | None

    @property
    def right(self) -> bool:
        """Whether it is right."""
        return self.verdict is Verdict.CORRECT


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what became of its completions, in the order in which they were sampled.

    Attributes:
        id: The problem's id.
        outcomes: Of all completions.
        cell: Its family and level, such as ``"arithmetic 3"``.
        domain: Its subject; empty if nothing says it.
    """

    id: str
    outcomes: tuple[Outcome, ...]
    cell: str = ""
    domain: str = ""

    @property
    def graded(self) -> tuple[Outcome, ...]:
        """Those of its completions that could be graded."""
        return tuple(one for one in self.outcomes if one.value is not None)


def episode_row(episode: Episode) -> Row:
    """Returns an episode as plain data, for files that people read. The gold answer is in it."""
    score, turns = episode.score, episode.trajectory.turns
    others = episode.problem.other_answers
    return {
        "id": episode.problem.id,
        "problem": episode.problem.question,
        "answer": episode.problem.answer,
        **({"other_answers": list(others)} if others else {}),
        "completion": episode.completion.text,
        **({"turns": [turn.text for turn in turns]} if len(turns) > 1 else {}),
        "tokens": episode.trajectory.policy_tokens,
        "truncated": episode.completion.truncated,
        "reward": score.value,
        "verdict": score.verdict.value,
        "reason": score.reason,
        **{f"reward/{name}": part.value for name, part in score.parts.items()},
    }


def group_row(episodes: Sequence[Episode], advantages: Sequence[float] | None) -> Row:
    """Returns a group of completions of one question as plain data, for files that people read.

    Args:
        episodes: Its completions, scored.
        advantages: What each was worth to the update; None if that is not known.
    """
    rows, about = [episode_row(episode) for episode in episodes], ("id", "problem", "answer")
    worth: Sequence[float | None] = advantages or [None] * len(rows)
    members = [
        {name: value for name, value in row.items() if name not in about} | {"advantage": one}
        for row, one in zip(rows, worth, strict=True)
    ]
    return {**{name: rows[0][name] for name in about}, "members": members}


def question_rows(
    episodes: Sequence[Episode], reward: RewardSum, tokens: Sequence[int] | None = None
) -> list[Row]:
    """Returns the rows of a question's completions, with what they are counted by.

    Args:
        episodes: Its completions, scored.
        reward: Decides which answers are one vote.
        tokens: Their lengths, where another tokenizer has counted them.
    """
    problem = episodes[0].problem
    voters = [e.completion if e.score.value is not None else None for e in episodes]
    cast = iter(group_votes(reward, problem, [one for one in voters if one is not None]))
    about = {"family": problem.family, "level": problem.level}
    if domain := problem.metadata.get("domain"):
        about["domain"] = str(domain)
    rows = [
        episode_row(episode) | about | {"vote": None if one is None else next(cast)}
        for episode, one in zip(episodes, voters, strict=True)
    ]
    for row, count in zip(rows, tokens or (), strict=tokens is not None):
        row["tokens"] = count
    return rows


def questions_of(rows: Sequence[Mapping[str, Any]], samples: int) -> list[Question]:
    """Returns the questions of rows, of which so many follow each other for each.

    Rows of older versions have no votes: then equal texts of answers cannot be told, and no
    consensus is measured.
    """
    groups = [rows[start : start + samples] for start in range(0, len(rows), samples)]
    return [_question(group) for group in groups]


def _question(group: Sequence[Mapping[str, Any]]) -> Question:
    first = group[0]
    cell = f"{first.get('family') or 'problems'} {first.get('level', 0)}"
    outcomes = tuple(map(_outcome, group))
    return Question(str(first["id"]), outcomes, cell, str(first.get("domain", "")))


def _outcome(row: Mapping[str, Any]) -> Outcome:
    return Outcome(
        Verdict(row["verdict"]), row["reward"], row["tokens"], row.get("truncated", False),
        row.get("vote"),
    )  # fmt: skip
