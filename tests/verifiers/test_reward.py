import copy
import pickle
import threading

import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers import VERIFIERS, RewardSum, register_verifier

PROBLEM = Problem("p", "Compute 6*7", "42")
GOOD = Completion("<think>6*7=42</think><answer>42</answer>")


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
def test_one_failed_grader_makes_the_sum_unknown(score, verdict, reason):
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


@pytest.mark.parametrize("rewards", [{}, [], "accuracy", None])
def test_a_sum_needs_a_component(rewards):
    with pytest.raises(ConfigError, match="A reward needs at least one component"):
        RewardSum(rewards)


def test_the_verdict_is_that_of_accuracy_whatever_the_order():
    rewards = RewardSum({"format": 0.1, "accuracy": 1.0})
    score = rewards.score(
        Problem("p", "Compute 1+1", "2"), Completion("<think></think><answer>3</answer>")
    )
    assert score.verdict is Verdict.WRONG


def constant(name, value, verdict=Verdict.CORRECT):
    """Registers a component that always has this value."""

    class Constant:
        def score(self, problem, completion):
            return Score(value, verdict)

    VERIFIERS.register(name)(Constant)


def total(**rewards):
    return RewardSum(rewards).score(PROBLEM, GOOD)


def test_a_gated_component_counts_only_if_the_other_is_above_0():
    constant("right", 1.0)
    constant("wrong", 0.0, Verdict.WRONG)
    constant("bonus", 0.5)
    for gate, value in (("right", 1.0 + 2 * 0.5), ("wrong", 0.0)):
        score = total(**{gate: 1.0, "bonus": {"weight": 2, "requires": gate}})
        assert score.value == value
        assert score.parts["bonus"].value == 0.5, "the part stays visible"


def test_gates_form_chains():
    for name, value in (("a", 1.0), ("b", 1.0), ("c", 0.0)):
        constant(name, value)
    chain = {"a": {"weight": 1, "requires": "b"}, "b": {"weight": 1, "requires": "c"}, "c": 1.0}
    assert total(**chain).value == 0.0
    constant("c", 1.0)
    assert total(**chain).value == 3.0


def test_a_penalty_does_not_open_a_gate():
    constant("penalty", -1.0)
    constant("bonus", 1.0)
    score = total(penalty=0.5, bonus={"weight": 1, "requires": "penalty"})
    assert score.value == -0.5


@pytest.mark.parametrize("failed", ["gate", "bonus"])
def test_a_failed_grader_makes_a_gated_sum_unknown_too(failed):
    constant("gate", 0.0, Verdict.WRONG)
    constant("bonus", 1.0)
    constant(failed, None, Verdict.JUDGE_FAILED)
    score = total(gate=1.0, bonus={"weight": 1, "requires": "gate"})
    assert (score.value, score.verdict) == (None, Verdict.JUDGE_FAILED)


@pytest.mark.parametrize(
    ("requires", "message"),
    [
        ({"format": "format"}, "in a circle: format -> format."),
        (
            {"format": "accuracy", "accuracy": "format"},
            "in a circle: accuracy -> format -> accuracy.",
        ),
        ({"format": "acuracy"}, "'format' requires 'acuracy', which is not in the sum"),
        ({"format": 3}, "'format' requires a component's name, not 3."),
    ],
)
def test_gates_that_lead_nowhere_or_in_a_circle_are_refused(requires, message):
    rewards = {
        name: {"weight": 1.0, **({"requires": requires[name]} if name in requires else {})}
        for name in ("accuracy", "format")
    }
    with pytest.raises(ConfigError) as caught:
        RewardSum(rewards)
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_an_infinite_sum_is_a_verdict():
    constant("huge", 1e308)
    score = total(huge=1e308)
    assert (score.value, score.verdict) == (None, Verdict.VERIFIER_ERROR)


def test_a_batch_scores_as_one_by_one():
    reward = RewardSum({"accuracy": 1, "format": {"weight": 0.25, "requires": "accuracy"}})
    texts = [GOOD.text, "<answer>42</answer>", "<think></think><answer>41</answer>", ""] * 3
    pairs = [(PROBLEM, Completion(text)) for text in texts]
    assert reward.score_batch(pairs) == [reward.score(*pair) for pair in pairs]
    assert reward.score_batch([]) == []


def test_components_are_fitted_to_the_template():
    class Fitted:
        value = 0.0

        def for_template(self, template):
            if "{question}" not in template:
                raise ConfigError("no")
            fitted = Fitted()
            fitted.value = 1.0
            return fitted

        def score(self, problem, completion):
            return Score(self.value, Verdict.CORRECT)

    VERIFIERS.register("fitted")(Fitted)
    reward = RewardSum({"fitted": 1.0, "accuracy": 1.0})
    assert reward.for_template("{question}").score(PROBLEM, GOOD).value == 2.0
    assert reward.score(PROBLEM, GOOD).value == 1.0
    with pytest.raises(ConfigError):
        reward.for_template("")


def test_a_sum_is_copied_and_pickled_as_its_specification():
    class Locked:
        def __init__(self):
            self.lock = threading.Lock()
            self.template = ""

        def for_template(self, template):
            self.template = template
            return self

        def score(self, problem, completion):
            return Score(1.0, Verdict.CORRECT, self.template)

    VERIFIERS.register("locked")(Locked)
    reward = RewardSum({"locked": {"weight": 1.0}, "accuracy": 1.0}).for_template("Q {question}")
    for other in (copy.deepcopy(reward), copy.copy(reward), pickle.loads(pickle.dumps(reward))):
        assert other.score(PROBLEM, GOOD) == reward.score(PROBLEM, GOOD)
        assert other.components["locked"].bare.template == "Q {question}"


@pytest.mark.parametrize(
    ("problem", "completion"),
    [("6*7", "42"), (Problem("p", "6*7", "42"), "42"), ("6*7", Completion("42")), (None, None)],
)
def test_texts_are_not_scored(problem, completion):
    with pytest.raises(ConfigError, match="What is scored is a Problem and a Completion, such as"):
        RewardSum({"accuracy": 1.0}).score(problem, completion)


def test_a_function_in_place_of_a_weight_says_how_it_is_named():
    with pytest.raises(ConfigError, match=r"@r1gym.register_verifier\('mine'\) and give a number"):
        RewardSum({"mine": lambda problem, completion: 1.0})
