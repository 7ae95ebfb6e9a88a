import pytest

from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers import VERIFIERS, RewardSum, register_verifier


def test_a_registered_class_sees_every_gold():
    @register_verifier("same")
    class Same:
        reads = ("answer",)

        def score(self, problem, completion):
            right = completion.text == problem.answer
            return Score(float(right), Verdict.CORRECT if right else Verdict.WRONG)

    problem = Problem("p", "?", "two", other_answers=("2",))
    for score in (Same().score, RewardSum({"same": 1.0}).score):
        assert [score(problem, Completion(text)).value for text in ("two", "2", "3")] == [1, 1, 0]


def test_a_name_is_anothers():
    with pytest.raises(ConfigError, match="'accuracy' is already r1gym"):
        register_verifier("accuracy")(type("Mine", (), {"score": lambda *_: None}))


def test_the_names_of_our_own():
    assert {"accuracy", "format", "code", "judge", "language"} <= set(VERIFIERS.names())
