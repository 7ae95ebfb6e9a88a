import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers import RewardSum, register_verifier
from r1gym.verifiers.noisy import Noisy
from r1gym.verifiers.problem_checks import unmatched_gold

PROBLEM = Problem("p", "Compute 6*7", "42")


def answered(answer, thinking=""):
    return Completion(f"<think>{thinking}</think><answer>{answer}</answer>")


def values(noisy, answer, count=4000):
    problem = [Problem("p", f"question {number}", "42") for number in range(count)]
    return [noisy.score(one, answered(answer)).value for one in problem]


def rate(found):
    return sum(found) / len(found)


@pytest.mark.parametrize(("answer", "is_right"), [("42", True), ("84/2", True), ("41", False)])
def test_errs_at_the_set_rates(answer, is_right):
    found = rate(values(Noisy(false_positive=0.3, false_negative=0.1), answer))
    assert found == pytest.approx(0.9 if is_right else 0.3, abs=0.025)


def test_without_an_answer_it_may_err_as_well():
    noisy = Noisy(false_positive=0.5)
    found = [noisy.score(PROBLEM, Completion(f"hm {n}")).value for n in range(2000)]
    assert rate(found) == pytest.approx(0.5, abs=0.04)


def test_rates_that_add_up_to_1_know_nothing_of_the_truth():
    noisy = Noisy(false_positive=0.25, false_negative=0.75)
    for answer in ("42", "41"):
        assert rate(values(noisy, answer)) == pytest.approx(0.25, abs=0.025)


def test_the_same_text_always_gets_the_same_verdict_and_another_its_own():
    noisy = Noisy(false_positive=0.5)
    texts = [answered("41", str(number)) for number in range(64)]
    first = [noisy.score(PROBLEM, text) for text in texts]
    assert first == [Noisy(false_positive=0.5).score(PROBLEM, text) for text in texts]
    assert first == noisy.score_batch([(PROBLEM, text) for text in texts])
    assert len({score.value for score in first}) == 2
    other = Noisy(false_positive=0.5, seed=1)
    assert first != [other.score(PROBLEM, text) for text in texts]


def test_says_what_it_turned_round_and_what_is_true():
    right = Noisy(false_negative=1.0).score(PROBLEM, answered("42"))
    assert (right.value, right.verdict) == (0.0, Verdict.WRONG)
    assert right.reason == "turned round, a false negative: accuracy found it correct"
    assert right.parts["accuracy"].value == right.info["true_value"] == 1.0
    wrong = Noisy(false_positive=1.0).score(PROBLEM, answered("41"))
    assert (wrong.value, wrong.verdict, wrong.info["flipped"]) == (1.0, Verdict.CORRECT, True)
    assert wrong.reason.startswith("turned round, a false positive: accuracy found it wrong")
    assert wrong.parts["accuracy"].value == wrong.info["true_value"] == 0.0
    kept = Noisy(false_positive=1.0).score(PROBLEM, answered("42"))
    assert (kept.value, kept.info["flipped"]) == (1.0, False)


def test_of_several_golds_each_is_shown_and_the_error_comes_once():
    problem = Problem("p", "A root of x^2=4", "2", other_answers=("-2",))
    for answer in ("2", "-2"):
        score = RewardSum({"noisy": {"weight": 1, "false_positive": 1.0}}).score(
            problem, answered(answer)
        )
        assert (score.value, score.parts["noisy"].info["flipped"]) == (1.0, False)
        gone = Noisy(false_negative=1.0).score(problem, answered(answer))
        assert gone.value == 0.0


def test_what_could_not_be_graded_stays_so():
    class Down:
        def score(self, problem, completion):
            return Score(None, Verdict.INFRA_ERROR, "down")

    register_verifier("down")(Down)
    noisy = Noisy(component="down", false_positive=1.0)
    assert noisy.score(PROBLEM, answered("1")) == Score(None, Verdict.INFRA_ERROR, "down")


def test_another_component_with_options_and_a_template():
    problem = Problem("p", "Which?", "B", metadata={"verifier": "choice", "choices": ["1", "2"]})
    spec = {"noisy": {"weight": 1, "component": {"type": "auto", "options": {}}}}
    reward = RewardSum(spec).for_template("{question} <think>")
    assert reward.score(problem, Completion("so.</think><answer>B</answer>")).value == 1.0
    assert reward.score(problem, Completion("<answer>B</answer>")).value == 0.0
    noisy = reward.components["noisy"].bare
    assert noisy.same_answer(problem, "B", "(B)") and not noisy.same_answer(problem, "B", "A")


def test_golds_are_checked_by_the_component_within():
    reward = RewardSum({"noisy": {"weight": 1, "false_negative": 1.0, "false_positive": 1.0}})
    assert unmatched_gold(reward, PROBLEM) is None


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"false_positive": 1.2}, ConfigError, "false_positive must be a number from 0 to 1"),
        ({"false_negative": -0.1}, ConfigError, "false_negative must be a number from 0 to 1"),
        ({"seed": -1}, ConfigError, "seed"),
        ({"component": "acuracy"}, UnknownNameError, "Did you mean 'accuracy'"),
        ({"component": {"model": "x"}}, ConfigError, "component's name"),
        ({"component": 3}, ConfigError, "component's name"),
        ({"component": {"type": "accuracy", "weight": 2}}, ConfigError, "must not hold 'weight'"),
        ({"component": {"type": "accuracy", "for": ["a"]}}, ConfigError, "must not hold 'for'"),
        ({"component": {"type": "accuracy", "limit": 2}}, ConfigError, "no option 'limit'"),
    ],
)
def test_wrong_options(options, error, says):
    with pytest.raises(error, match=says):
        RewardSum({"noisy": {"weight": 1, **options}})
