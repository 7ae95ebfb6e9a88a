"""Which answers of several completions are one vote (self-consistency; the report's cons@k).

Answers are grouped as the problem's own verifier would: two are one vote if one is right where the
other is the gold answer, so that ``5`` and ``5 cm`` are. A verifier says so in
``same_answer(problem, one, other)``, which reads no gold answer. Those that must run a program or
ask somebody have no such method: then the text decides, but for its spaces. Completions are read
with what the prompt had opened, so that an answer within unclosed thinking is no vote.

Left out: votes weighted by likelihood; and equality that holds from A to B and from B to C but not
from A to C: an answer belongs to the first group whose commonest text it equals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from r1gym.core.types import Completion, Problem
from r1gym.verifiers.extract import extract_answer
from r1gym.verifiers.response import with_opening
from r1gym.verifiers.reward import RewardSum

_MOST_GROUPS = 32  # that an answer is compared with: the commonest; beyond, the text decides

Same = Callable[[Problem, str, str], bool]


def group_votes(
    reward: RewardSum, problem: Problem, completions: Sequence[Completion]
) -> list[int | None]:
    """Returns the number of each completion's vote, the same for answers that mean the same.

    It does not depend on the order of the completions. The commonest text comes first, so 0 is a
    vote that somebody cast, if anybody did.

    Args:
        reward: Of its components for the problem ``accuracy``, or else the first, decides what is
            the same.
        problem: The problem. Its gold answer is not read, and may be empty.
        completions: What a policy answered to it.

    Returns:
        For each completion a number from 0 up; None if it has no final answer.
    """
    opened = (with_opening(completion, reward.opening) for completion in completions)
    answers = [extract_answer(one.text, one.truncated) for one in opened]
    texts = [None if answer is None else " ".join(answer.split()) for answer in answers]
    main = reward.main_for(problem)
    same = getattr(main and main.bare, "same_answer", None) or _same_text
    counts = Counter(text for text in texts if text is not None)
    votes: dict[str, int] = {}
    leaders: list[str] = []
    for text in sorted(counts, key=lambda text: (-counts[text], text)):
        votes[text] = _vote(same, problem, text, leaders)
        if votes[text] == len(leaders):
            leaders.append(text)
    return [None if text is None else votes[text] for text in texts]


def _vote(same: Same, problem: Problem, text: str, leaders: Sequence[str]) -> int:
    for number, leader in enumerate(leaders[:_MOST_GROUPS]):
        if same(problem, text, leader):
            return number
    return len(leaders)


def _same_text(problem: Problem, one: str, other: str) -> bool:
    return one == other
