"""The time of verifications, judges, and whether groups can teach."""

import pytest

import r1gym  # noqa: F401
from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Episode, Problem, Score, Verdict
from r1gym.envs.task import task_of
from r1gym.evaluation.preflight import (
    Check,
    Status,
    check_variance,
    examine,
    is_fit,
    stop_unless_fit,
)
from r1gym.evaluation.preflight.golds import Trial, try_problem
from r1gym.evaluation.preflight.grading import check_speed
from r1gym.evaluation.preflight.sample import sample
from tests.evaluation.checking import make, register, statuses


def test_slow_verifiers():
    task = task_of(make())
    good = try_problem(task, sample(task)[0])

    def timed(*seconds):
        trial = Trial(good.problem, good.right, good.wrong, seconds)
        return check_speed(task, [trial]).status

    assert timed(30.0, 0.01, 0.01) is Status.OK  # the first loads things
    assert timed(0.01, 0.2, 0.2) is Status.FAIL
    assert timed(0.01, 0.01, 0.01, 5.5) is Status.FAIL
    assert "limits 100 and 5000 ms" in check_speed(task, [good]).detail


class Probed:
    def __init__(self, passed):
        self.passed = passed
        self.lines = ("a good response: correct", "a bad response: wrong")


class TestJudges:
    def test_one_that_is_sound_is_asked_little(self):
        asked = []

        def score(problem, completion):
            asked.append(completion)
            return Score(1.0, Verdict.CORRECT)

        register("oracle", score, concurrency=4, probe=lambda self: Probed(True))
        found = examine(make(rewards={"accuracy": 1.0, "oracle": 0.1}))
        assert is_fit(found) and len(asked) == 6
        assert found[-1] == Check(
            "oracle", Status.OK, "a good response: correct; a bad response: wrong"
        )
        assert "no limit" in found[-2].detail

    def test_one_that_fails_is_not_asked_again(self):
        asked = []

        def score(problem, completion):
            asked.append(completion)
            return Score(None, Verdict.JUDGE_FAILED, "down")

        register("oracle", score, concurrency=4, probe=lambda self: Probed(False))
        found = examine(make(rewards={"accuracy": 1.0, "oracle": 0.1}))
        assert statuses(found) == {
            "oracle": Status.FAIL,
            "gold answers": Status.NOT_CHECKED,
            "tokenizer": Status.OK,
            "seed replay": Status.OK,
        }
        assert asked == []
        with pytest.raises(ConfigError, match=r"oracle: a good response: correct; .*r1gym doctor"):
            stop_unless_fit(found)


def test_groups():
    def episode(verdict):
        return Episode.single(Problem("p", "", ""), Completion(""), Score(0.0, verdict))

    right, wrong = episode(Verdict.CORRECT), episode(Verdict.WRONG)
    assert check_variance(0.5, [right, wrong]) == Check(
        "groups", Status.OK, "50% correct, 50% of groups without variance"
    )
    for share, episodes in ((1.0, [right, wrong]), (0.5, [right] * 2), (0.5, [wrong] * 2)):
        assert check_variance(share, episodes).status is Status.WARNING
