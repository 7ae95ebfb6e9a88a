"""Each problem by the verifier that it names, with what that verifier needs."""

import threading
import time

import numpy as np
import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.testing import Case, check_verifier
from r1gym.verifiers import VERIFIERS, RewardSum, register_verifier
from r1gym.verifiers.auto import Auto

SUM = Problem("sum", "Compute 6*7", "42")
CHOICE = Problem(
    "choice", "Which?", "B", metadata={"verifier": "choice", "choices": ["2 m", "12 m", "3 m"]}
)
ORDER = Problem("order", "Who is taller?", "Ann, Bob, Cy", metadata={"verifier": "logic"})
OPEN = Problem("open", "Write a poem", "", metadata={"verifier": "judge"})
LOST = Problem("lost", "What?", "1", metadata={"verifier": "acuracy"})


def answered(answer):
    return Completion(f"<think>so</think><answer>{answer}</answer>")


def named(verifier, **fields):
    return Problem("p", "q", "1", metadata={"verifier": verifier, **fields})


def test_it_keeps_what_verifiers_promise():
    cases = [
        Case(SUM, "<answer>42</answer>", ("<answer>41</answer>",)),
        Case(CHOICE, "<answer>B</answer>", ("<answer>C</answer>", "<answer>42</answer>")),
        Case(ORDER, "<answer>Ann < Bob < Cy</answer>", ("<answer>Cy < Bob < Ann</answer>",)),
    ]
    check_verifier("auto", cases, strings=300)


def test_a_batch_scores_as_one_by_one_and_in_order():
    problems = [SUM, CHOICE, OPEN, ORDER, LOST] * 3
    answers = ["42", "B", "x", "Ann, Bob, Cy", "1", "41", "12 m", "x", "Bob", "1", *"BBBBB"]
    pairs = list(zip(problems, map(answered, answers), strict=True))
    auto = Auto()
    scores = auto.score_batch(pairs)
    assert scores == [auto.score(*pair) for pair in pairs]
    assert [s.value for s in scores[:7]] == [1.0, 1.0, None, 1.0, None, 0.0, 1.0]
    assert auto.score_batch([]) == []


def test_a_problem_with_tests_is_one_of_code():
    bare = Problem("bare", "Print 1", "", metadata={"tests": [3]})
    assert "tests[0] must be a dict" in Auto().score(bare, answered("print(1)")).reason


@pytest.mark.parametrize("empty", [None, [], "", "[]", float("nan"), np.array([])])
def test_an_empty_field_of_tests_is_none(empty):
    fields = {"tests": empty, "verifier": None, "choices": None}
    problem = Problem("sum", "Compute 6*7", "42", metadata=fields)
    assert Auto().score(problem, answered("42")).value == 1
    assert Auto().score(problem, answered("41")).value == 0


def test_a_verifier_that_does_not_exist_is_a_verdict_of_its_problem_alone():
    score = Auto().score(LOST, answered("1"))
    assert score.verdict is Verdict.VERIFIER_ERROR and score.value is None
    assert "lost" in score.reason and "Did you mean 'accuracy'?" in score.reason


def test_a_judge_without_a_model_is_a_verdict_that_says_what_to_do():
    score = Auto().score(OPEN, answered("Roses are red"))
    assert score.verdict is Verdict.VERIFIER_ERROR
    assert "needs a model" in score.reason


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"acuracy": {}}, UnknownNameError, "Did you mean 'accuracy'"),
        ({"judge": {}}, ConfigError, "needs a model"),
        ({"choice": {"letters": 4}}, ConfigError, "no option 'letters'"),
        ({"accuracy": {"weight": 2}}, ConfigError, "must not hold 'weight'"),
        ({"accuracy": 1.0}, ConfigError, "must be a mapping such as {.*}, not 1.0"),
        ([1], ConfigError, "must be a mapping such as {.*}, not \\[1\\]"),
        ({"auto": {}}, ConfigError, "cannot stand for itself"),
        ({"judge": {"type": "auto"}}, ConfigError, "cannot stand for itself"),
    ],
)
def test_options_are_checked_at_once(options, error, message):
    with pytest.raises(error, match=message):
        RewardSum({"accuracy": {"type": "auto", "weight": 1.0, "options": options}})


@register_verifier("paying")
class Paying:
    """Pays its option, if its template allows."""

    def __init__(self, *, pays: float = 0.25, needs: str = "") -> None:
        self.pays, self.needs, self.template = pays, needs, ""

    def for_template(self, template):
        if self.needs not in template:
            raise ConfigError(f"The template has no {self.needs}.")
        fitted = Paying(pays=self.pays, needs=self.needs)
        fitted.template = template
        return fitted

    def score(self, problem, completion):
        return Score(self.pays, Verdict.CORRECT, self.template)


@pytest.fixture(autouse=True)
def _paying():
    register_verifier("paying")(Paying)


def test_options_of_the_problem_come_on_top_of_those_of_the_reward():
    auto = Auto(options={"paying": {"pays": 0.5}})
    assert auto.score(named("paying"), answered("1")).value == 0.5
    assert auto.score(named({"type": "paying"}), answered("1")).value == 0.5
    assert auto.score(named({"type": "paying", "pays": 0.75}), answered("1")).value == 0.75


def test_another_verifier_can_stand_in_under_a_name():
    auto = Auto(options={"judge": {"type": "paying", "pays": 0.5}})
    assert auto.score(OPEN, answered("1")).value == 0.5
    helpful = named({"type": "judge", "rubric": "helpfulness"})  # "paying" knows no rubric
    assert auto.score(helpful, answered("1")).value == 0.5


@pytest.mark.parametrize(
    ("verifier", "message"),
    [
        ({"type": "judge", "base_url": "http://elsewhere"}, "must not set the option 'base_url'"),
        ({"type": "judge", "api_key_env": "HOME"}, "must not set the option 'api_key_env'"),
        ({"type": "code", "backend": "local"}, "must not set the option 'backend'"),
        ({"type": "reward_model", "model": "x/y"}, "must not set the option 'model'"),
        ({"type": "auto"}, "cannot stand for itself"),
        ("auto", "cannot stand for itself"),
        ({"pays": 1}, "must be a verifier's name, or a mapping"),
        (7, "must be a verifier's name, or a mapping"),
        ({"type": "paying", "requires": "format"}, "must not hold 'requires'"),
        ({"type": "paying", "colour": "red"}, "no option 'colour'"),
    ],
)
def test_what_a_problem_may_not_ask_for(verifier, message):
    score = Auto().score(named(verifier), answered("1"))
    assert score.verdict is Verdict.VERIFIER_ERROR and message in score.reason


def test_each_verifier_is_fit_for_the_template():
    fitted = Auto(options={"paying": {}}).for_template("{question} <think>")
    assert fitted.score(named("paying"), answered("1")).reason == "{question} <think>"
    other = named({"type": "paying", "pays": 1.0})
    assert fitted.score(other, answered("1")).reason == "{question} <think>"
    assert fitted.score(SUM, Completion("42</think><answer>42</answer>")).value == 1.0


def test_a_template_that_rules_a_verifier_out_stops_only_those_who_named_it_first():
    with pytest.raises(ConfigError, match="no LaTeX"):
        Auto(options={"paying": {"needs": "LaTeX"}}).for_template("{question}")
    auto = Auto().for_template("{question}")
    score = auto.score(named({"type": "paying", "needs": "LaTeX"}), answered("1"))
    assert score.verdict is Verdict.VERIFIER_ERROR and "no LaTeX" in score.reason
    assert auto.score(SUM, answered("42")).value == 1.0


def test_a_verifier_is_made_once_whatever_the_threads():
    made = []

    @register_verifier("slow-start")
    class SlowStart:
        def __init__(self) -> None:
            made.append(1)
            time.sleep(0.02)

        def score(self, problem, completion):
            return Score(1.0, Verdict.CORRECT)

    auto = Auto()
    pair = (named("slow-start"), answered("1"))
    work = [threading.Thread(target=auto.score, args=pair) for _ in range(4)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert made == [1]


def test_verifiers_that_wait_still_wait_together():
    barrier = threading.Barrier(4, timeout=5)

    @register_verifier("waiting")
    class Waiting:
        concurrency = 4

        def score(self, problem, completion):
            barrier.wait()
            return Score(1.0, Verdict.CORRECT)

    pairs = [(named("waiting"), answered("1")), (SUM, answered("42"))] * 4
    assert [score.value for score in Auto().score_batch(pairs)] == [1.0] * 8


def test_a_verifier_with_a_deadline_still_has_it():
    problem = named({"type": "misbehaving"})
    VERIFIERS.register("misbehaving")(Hanging)
    score = Auto().score(problem, answered("1"))
    assert (score.value, score.verdict) == (0.0, Verdict.TIMEOUT)


class Hanging:
    """Takes longer than it may."""

    deadline = 0.2

    def score(self, problem, completion):
        time.sleep(30)


def test_verifiers_that_problems_name_do_not_pile_up():
    auto = Auto(options={"paying": {"pays": 0.5}})
    for i in range(300):
        problem = named({"type": "paying", "pays": i / 1000})
        assert auto.score(problem, answered("1")).value == i / 1000
    assert len(auto._built) < 100
    assert auto.score(named("paying"), answered("1")).value == 0.5


def test_a_verifier_that_raises_or_returns_nonsense_is_a_verdict():
    @register_verifier("broken")
    class Broken:
        def score(self, problem, completion):
            return 1 / 0 if completion.text else 0.5

    for text in ("", "x"):
        pair = (named("broken"), Completion(text))
        assert Auto().score(*pair).verdict is Verdict.VERIFIER_ERROR
        assert Auto().score_batch([pair])[0].verdict is Verdict.VERIFIER_ERROR
