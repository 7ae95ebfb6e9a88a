"""The accuracy reward (report section 2.2.2): is the final answer mathematically the gold answer?

What counts as the final answer is in `extract.py`, what counts as equal in `math/`.
"""

from __future__ import annotations

import functools
import re

from r1gym.core.checks import check_flag
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.graders import make_grader
from r1gym.verifiers.math import answers_match, verify
from r1gym.verifiers.protocol import Verifier, register_verifier

_DEADLINE = 5.0  # seconds of sympy for one answer
# What evaluation cannot see, in a gold: only then is there anything to ask sympy about.
_OPERATOR = re.compile(
    r"\\(?:i*int|oint|lim|sum|prod|cup|cap|setminus|triangle)(?![a-zA-Z])|\\frac\{(?:d|\\partial)\b"
)


@register_verifier("accuracy")
class Accuracy:
    """Pays 1 for a right final answer and 0 otherwise.

    Args:
        second_opinion: Whether to ask sympy where the answer would be wrong and the gold answer
            holds an integral, a limit, a sum, a product, a derivative or an operation on sets. It
            runs in worker processes with a deadline, so verdicts may depend on the machine there.

    Raises:
        ConfigError: If the option is not allowed, or what it needs is not installed.
    """

    reads = frozenset({"answer"})

    def __init__(self, *, second_opinion: bool = False) -> None:
        if check_flag("second_opinion", second_opinion):
            _sympy()  # what is missing is said at once
        self.second_opinion = second_opinion

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns 1 if the completion's final answer equals the problem's gold answer."""
        if not problem.answer.strip():
            return Score(None, Verdict.VERIFIER_ERROR, f"problem {problem.id} has no gold answer")
        score = verify(completion.text, problem.answer, completion.truncated)
        if completion.truncated and score.verdict is Verdict.UNPARSEABLE:
            return Score(0.0, Verdict.TRUNCATED, "the token limit came before a final answer")
        asks = self.second_opinion and score.verdict is Verdict.WRONG
        if asks and _OPERATOR.search(problem.answer):
            return _second(score, _sympy().score(problem, completion))
        return score

    def same_answer(self, problem: Problem, one: str, other: str) -> bool:
        """Returns whether one of two answers is right where the other is the gold answer."""
        return answers_match(one, other) or answers_match(other, one)


def _second(first: Score, second: Score) -> Score:
    """Returns sympy's score if it is right or has failed; time and doubt change nothing."""
    has_failed = second.value is None and second.info.get("opinion") is not False
    return second if has_failed or second.verdict is Verdict.CORRECT else first


@functools.cache  # one for all of a process, and none within a reward, which is to be pickled
def _sympy() -> Verifier:
    return make_grader("sympy", {}, deadline=_DEADLINE)
