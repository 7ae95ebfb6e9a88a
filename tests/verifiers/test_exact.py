"""A gold answer to the letter is paid, and nothing else."""

import pytest

from r1gym.core.types import Completion, Problem, Verdict
from r1gym.verifiers.exact import Exact

PROBLEM = Problem("p", "30112", "2", other_answers=("two ",))


@pytest.mark.parametrize(
    ("text", "truncated", "value", "verdict"),
    [
        ("2", False, 1, Verdict.CORRECT),
        (" 2\n", False, 1, Verdict.CORRECT),
        ("two", False, 1, Verdict.CORRECT),
        ("2", True, 0, Verdict.TRUNCATED),
        ("3", False, 0, Verdict.WRONG),
        ("22", False, 0, Verdict.WRONG),
        ("2.0", False, 0, Verdict.WRONG),
        ("<think>3</think>2", False, 1, Verdict.CORRECT),
        ("<think>2", False, 0, Verdict.UNPARSEABLE),
        ("", False, 0, Verdict.UNPARSEABLE),
    ],
)
def test_what_an_answer_earns(text, truncated, value, verdict):
    score = Exact().score(PROBLEM, Completion(text, truncated=truncated))
    assert (score.value, score.verdict) == (value, verdict)
