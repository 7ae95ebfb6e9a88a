import pytest

from r1gym.core.types import Completion, Problem, Score, Trajectory, Verdict
from r1gym.envs.interactions.try_again import Responding, TryAgain

PROBLEM = Problem("p", "1+1", "2")


def after(text, verdict):
    value = None if verdict.is_failure else float(verdict is Verdict.CORRECT)
    return Trajectory.single(PROBLEM, Completion(text)), Score(value, verdict)


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict.WRONG, "The answer is wrong."),
        (Verdict.UNPARSEABLE, "There is no answer."),
        (Verdict.TRUNCATED, "There is no answer within the limit."),
        (Verdict.TIMEOUT, "The answer takes too long."),
    ],
)
def test_it_says_what_was_wrong(verdict, said):
    assert TryAgain().respond(*after("3", verdict)) == f"\nUser: {said} Try again. Assistant:"


@pytest.mark.parametrize("verdict", [Verdict.CORRECT, Verdict.JUDGE_FAILED, Verdict.INFRA_ERROR])
def test_it_ends_where_nothing_is_wrong_or_nothing_is_known(verdict):
    assert TryAgain().respond(*after("2", verdict)) is None


def test_a_function_is_given_problem_text_and_score():
    seen = []
    so_far, score = after("3", Verdict.WRONG)
    assert Responding(lambda *given: seen.append(given)).respond(so_far, score) is None
    assert seen == [(PROBLEM, "3", score)]
