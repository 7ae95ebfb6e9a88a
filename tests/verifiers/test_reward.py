import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers import VERIFIERS, RewardSum, register_verifier

PROBLEM = Problem("p", "Compute 6*7", "42")
GOOD = Completion("<think>6*7=42</think><answer>42</answer>")


@pytest.fixture
def entries(monkeypatch):
    monkeypatch.setattr(VERIFIERS, "_entries", dict(VERIFIERS._entries))


@pytest.mark.parametrize(
    ("text", "value", "verdict"),
    [
        (GOOD.text, 1.25, Verdict.CORRECT),
        ("<answer>42</answer>", 1.0, Verdict.CORRECT),
        ("<think></think><answer>41</answer>", 0.25, Verdict.WRONG),
        ("", 0.0, Verdict.UNPARSEABLE),
    ],
)
def test_the_sum_is_weighted_and_takes_its_verdict_from_the_first(text, value, verdict):
    score = RewardSum({"accuracy": 1, "format": 0.25}).score(PROBLEM, Completion(text))
    assert (score.value, score.verdict) == (value, verdict)
    assert list(score.parts) == ["accuracy", "format"]
    assert all(part.value in (0.0, 1.0) for part in score.parts.values())


def raise_error(problem, completion):
    raise RuntimeError("boom")


@pytest.mark.parametrize(
    ("score", "verdict", "reason"),
    [
        (raise_error, Verdict.VERIFIER_ERROR, "reward 'broken' raised RuntimeError: boom"),
        (lambda *_: 0.5, Verdict.VERIFIER_ERROR, "reward 'broken' returned float, not a Score"),
        (lambda *_: Score(None, Verdict.JUDGE_FAILED, "no"), Verdict.JUDGE_FAILED, "no"),
    ],
)
def test_one_failed_grader_makes_the_sum_unknown(entries, score, verdict, reason):
    @register_verifier("broken")
    class Broken:
        def score(self, problem, completion):
            return score(problem, completion)

    total = RewardSum({"accuracy": 1.0, "broken": 0.5}).score(PROBLEM, GOOD)
    assert (total.value, total.verdict, total.reason) == (None, verdict, reason)
    assert total.parts["accuracy"].value == 1.0


def test_an_unknown_reward_gets_a_suggestion():
    with pytest.raises(UnknownNameError, match="no reward 'acuracy'. Did you mean 'accuracy'?"):
        RewardSum({"acuracy": 1.0})


@pytest.mark.parametrize(
    "weights", [{}, {"format": True}, {"format": "1"}, {"format": float("nan")}]
)
def test_weights_that_are_no_finite_numbers_are_refused(weights):
    with pytest.raises(ConfigError):
        RewardSum(weights)


def test_the_verdict_is_that_of_accuracy_whatever_the_order():
    rewards = RewardSum({"format": 0.1, "accuracy": 1.0})
    score = rewards.score(
        Problem("p", "Compute 1+1", "2"), Completion("<think></think><answer>3</answer>")
    )
    assert score.verdict is Verdict.WRONG
