"""The group's majority as the label: what is trained on where nobody knows the gold answer.

Completions are paid as if the answer that most of their group gave were the gold one (test-time
reinforcement learning, Y. Zuo et al., arXiv 2504.16084). Only what is paid changes: verdicts and
parts stay what the gold answer says, so that logs and samples tell what the majority is worth. It
stands with the algorithm and not among the verifiers, as a completion alone has no group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from r1gym.core.types import Episode, Score, Verdict
from r1gym.envs.task import TokenTask
from r1gym.verifiers.votes import group_votes


def paid_by_majority(task: TokenTask, episodes: Sequence[Episode], size: int) -> list[Episode]:
    """Returns episodes with the group's majority in the place of the gold answer.

    Of the reward sum the component that gives it its verdict pays 1 for the majority's answer and
    0 for any other; the others pay what they pay. Of answers with equally many votes the text that
    comes first in the alphabet counts. A group without a single answer is paid as it was.

    Args:
        task: Its reward says which answers are one vote, and how components add up.
        episodes: Whole groups, one after the other.
        size: Completions of a group.
    """
    groups = (episodes[i : i + size] for i in range(0, len(episodes), size))
    return [episode for group in groups for episode in _paid(task, group)]


def majority_right(task: TokenTask, episodes: Sequence[Episode], size: int) -> float:
    """Returns the share of groups with an answer whose majority is right."""
    found = []
    for i in range(0, len(episodes), size):
        group = episodes[i : i + size]
        if (winners := _winners(task, group)) is not None:
            leader = group[winners.index(True)]
            found.append(leader.score.verdict is Verdict.CORRECT)
    return sum(found) / len(found) if found else 0.0


def _paid(task: TokenTask, group: Sequence[Episode]) -> Sequence[Episode]:
    winners = _winners(task, group)
    main = task.reward.main_for(group[0].problem)
    if winners is None or main is None:
        return group
    return [_relabelled(task, *one, main.name) for one in zip(group, winners, strict=True)]


def _winners(task: TokenTask, group: Sequence[Episode]) -> list[bool] | None:
    """Returns which completions gave the answer that most gave; None if none gave any."""
    completions = [episode.completion for episode in group]
    votes = group_votes(task.reward, group[0].problem, completions)
    counts = Counter(vote for vote in votes if vote is not None)
    if not counts:
        return None
    winner = min(counts, key=lambda vote: (-counts[vote], vote))
    return [vote == winner for vote in votes]


def _relabelled(task: TokenTask, episode: Episode, wins: bool, main: str) -> Episode:
    true = episode.score
    if true.value is None:
        return episode
    label = Score(1.0, Verdict.CORRECT) if wins else Score(0.0, Verdict.WRONG)
    paid = task.reward.combine({**true.parts, main: label}, episode.problem)
    value = task.paid(episode.trajectory, paid).value
    return replace(episode, score=Score(value, true.verdict, true.reason, true.parts, true.info))
