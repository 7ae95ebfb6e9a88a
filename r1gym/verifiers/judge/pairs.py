"""The reward of a pair: is the response better than the one that the problem brings?

For suites judged against a reference (AlpacaEval, Arena-Hard): the summaries of both are shown to
the judge twice, with the places swapped, because judges prefer a place. Each time it says one of
five things; the value is their mean, from 0 (much worse) over 1/2 (no difference, or whichever
stands first) to 1 (much better). If the judge fails at one of the places the pair is masked: half
of it would carry the preference for a place.

Left out: several judgements at the same places; a cache keeps what was asked once.
"""

from __future__ import annotations

from typing import Any

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.extract import after_thinking
from r1gym.verifiers.judge.pairwise import PairwiseJudge
from r1gym.verifiers.judge.reply import JudgeFailure
from r1gym.verifiers.judge.rubrics import final_answer
from r1gym.verifiers.protocol import register_verifier

REFERENCE = "reference"  # of a problem's metadata
MOST = 2.0  # how much better one response can be
EVEN = 0.5


@register_verifier("pairs")
class Pairs:
    """Pays how much better than ``metadata["reference"]`` a judge finds the response, from 0 to 1.

    The verdict is ``correct`` above 1/2. A response without text after its thinking is 0 without
    asking, and a problem without a reference a ``verifier_error``.

    Args:
        options: Those of `r1gym.verifiers.judge.pairwise.PairwiseJudge`.

    Raises:
        R1GymError: If an option is not allowed.
    """

    reads = frozenset({REFERENCE})

    def __init__(self, **options: Any) -> None:
        self._judge = PairwiseJudge(**options)
        self.concurrency = self._judge.concurrency

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns what the judge finds, asked at both places."""
        reference = problem.metadata.get(REFERENCE)
        if not isinstance(reference, str) or not reference.strip():
            reason = f"problem {problem.id} has no response to compare with in {REFERENCE!r}"
            return Score(None, Verdict.VERIFIER_ERROR, reason)
        ours, theirs = summary_of(completion.text), summary_of(reference)
        if not ours:
            verdict = Verdict.TRUNCATED if completion.truncated else Verdict.UNPARSEABLE
            return Score(0.0, verdict, "there is no response after the thinking")
        try:
            first = self._judge.compare(problem.question, ours, theirs)
            second = -self._judge.compare(problem.question, theirs, ours)
        except JudgeFailure as failure:
            return Score(None, Verdict.JUDGE_FAILED, str(failure))
        value = EVEN + (first + second) / (4 * MOST)
        verdict = Verdict.CORRECT if value > EVEN else Verdict.WRONG
        reason = f"{first:+g} as the first and {second:+g} as the second, of {MOST:g}"
        return Score(value, verdict, reason, info={"first": first, "second": second})


def summary_of(text: str) -> str:
    """Returns the part of a response that a judge of pairs sees: what follows the thinking.

    Of that what the last ``<answer>`` holds, if there is one; nothing of thinking alone.
    """
    return final_answer(text).strip() if after_thinking(text).strip() else ""
