"""Two environments of one seed are the same."""

import pytest

import r1gym  # noqa: F401
from r1gym.core.types import Score, Verdict
from r1gym.evaluation.preflight import (
    Status,
)
from r1gym.evaluation.preflight.replay import check_replay
from tests.evaluation.checking import make, register


class TestReplay:
    def test_a_reward_with_a_will_of_its_own(self):
        calls = []

        def score(problem, completion):
            calls.append(completion)
            return Score(float(len(calls) % 7), Verdict.CORRECT)

        register("moody", score)
        check = check_replay(make(rewards={"moody": 1.0}))
        assert check.status is Status.FAIL
        assert check.detail.startswith("two environments with the same seed differ at token ")

    def test_a_reset_with_a_will_of_its_own(self, monkeypatch):
        from r1gym.envs.task import TokenTask

        numbers = iter(range(1000))
        real = TokenTask.pick_problem

        def pick(self, options, rng):
            return self.problem_set[next(numbers)] if options is None else real(self, options, rng)

        monkeypatch.setattr(TokenTask, "pick_problem", pick)
        check = check_replay(make())
        assert check.status is Status.FAIL and check.detail.endswith("token 0")

    @pytest.mark.parametrize("limit", [1, 2, 8, 64])
    def test_any_limit_will_do(self, limit):
        assert check_replay(make(max_tokens=limit)).status is Status.OK
