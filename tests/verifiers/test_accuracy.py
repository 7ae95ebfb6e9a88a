import pickle
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers import RewardSum
from r1gym.verifiers.accuracy import Accuracy
from r1gym.verifiers.math import answers_match


def score(text, gold="42", truncated=False):
    return Accuracy().score(Problem("p", "q", gold), Completion(text, truncated=truncated))


@pytest.mark.parametrize(
    ("answer", "gold"),
    [
        ("42", "42"),
        ("42.0", "42"),
        ("$x = 42$", "42"),
        ("x=42", "42"),
        ("0.5", "1/2"),
        (r"\frac{2}{4}", "0.5"),
        ("1,000", "1000"),
        ("Paris", "Paris"),
        ("paris", "Paris"),
        ("42 apples", "42"),
    ],
)
def test_equal_answers_match_both_ways(answer, gold):
    assert answers_match(answer, gold) and answers_match(gold, answer)


@pytest.mark.parametrize(
    ("answer", "gold"),
    [
        ("421", "42"),
        ("4", "42"),
        ("-42", "42"),
        ("42 or 43", "42"),
        ("41, 42", "42"),
        ("4$2", "42"),
        ("0.333", "1/3"),
        ("0.33333333333333333333333333", "1/3"),
        ("42/0", "42"),
        ("x", "42"),
        ("in Paris", "Paris"),
        ("", "Paris"),
        ("٤٢", "42"),
    ],
)
def test_other_answers_do_not(answer, gold):
    assert not answers_match(answer, gold)


def test_verdicts():
    assert score("<answer>42</answer>") == Score(1.0, Verdict.CORRECT)
    assert score("<answer>41</answer>").verdict is Verdict.WRONG
    assert score("42").verdict is Verdict.UNPARSEABLE
    assert score("").verdict is Verdict.UNPARSEABLE
    assert score("<think>4", truncated=True).verdict is Verdict.TRUNCATED
    assert score("<answer>42</answer>...", truncated=True).value == 1.0


def test_a_problem_without_gold_answer_is_the_graders_failure_and_not_the_policys():
    assert score("<answer>42</answer>", gold=" ") == Score(
        None, Verdict.VERIFIER_ERROR, "problem p has no gold answer"
    )


@given(st.text())
def test_any_text_in_gives_the_same_score_twice(text):
    for completion in (text, f"<answer>{text}</answer>", f"\\boxed{{{text}}}"):
        first = score(completion)
        assert first.value in (0.0, 1.0) and score(completion) == first


@given(st.integers() | st.fractions())
def test_the_gold_answer_scores_one_and_its_neighbour_zero(value):
    assert score(f"<answer>{value}</answer>", gold=str(value)).value == 1.0
    assert score(f"<answer>{value + 1}</answer>", gold=str(value)).value == 0.0


def test_threads_agree():
    texts = [f"<answer>{n}</answer>" for n in range(30, 50)] * 20
    with ThreadPoolExecutor(4) as pool:
        values = [one.value for one in pool.map(score, texts)]
    assert values == [float(text == "<answer>42</answer>") for text in texts]


def test_long_answers_take_no_time():
    start = time.perf_counter()
    for text in ("9" * 100_000, "{" * 100_000, "1/" * 50_000, " " * 100_000 + "42x"):
        assert score(f"<answer>{text}</answer>").value == 0.0
    assert time.perf_counter() - start < 1


def test_thinking_that_the_prompt_opened_is_no_answer():
    accuracy = RewardSum({"accuracy": 1.0})
    opened = accuracy.for_template("User: {question}. Assistant: <think>")
    problem = Problem("p", "q", "42")
    assert opened.score(problem, Completion("so it is \\boxed{42}")).value == 0.0
    assert opened.score(problem, Completion("so</think> \\boxed{42}")).value == 1.0
    closed = accuracy.for_template("Use <think> and </think>. User: {question}. Assistant:")
    assert closed.score(problem, Completion("so it is \\boxed{42}")).value == 1.0


@pytest.mark.parametrize(
    ("answer", "gold", "alone", "asked"),
    [
        ("\\frac{n(n+1)}{2}", "\\sum_{k=1}^{n} k", 0.0, 1.0),
        ("\\frac{n(n-1)}{2}", "\\sum_{k=1}^{n} k", 0.0, 0.0),
        ("A \\cap B^c", "A \\setminus B", 0.0, 1.0),
        ("\\int_0^1 x^2\\,dx", "\\frac{1}{3}", 0.0, 0.0),
        ("9^{9^{9^{9}}}", "\\int_0^1 x^2\\,dx", 0.0, 0.0),
        ("42", "42", 1.0, 1.0),
    ],
)
def test_a_second_opinion_is_asked_for_where_evaluation_cannot_see(answer, gold, alone, asked):
    pytest.importorskip("math_verify")
    problem, completion = Problem("p", "", gold), Completion(f"\\boxed{{{answer}}}")
    assert RewardSum({"accuracy": 1.0}).score(problem, completion).value == alone
    reward = RewardSum({"accuracy": {"weight": 1.0, "second_opinion": True}})
    score = pickle.loads(pickle.dumps(reward)).score(problem, completion)
    assert score.value == asked, score.reason


def test_second_opinion_is_true_or_false():
    with pytest.raises(ConfigError, match="second_opinion must be true or false"):
        RewardSum({"accuracy": {"weight": 1.0, "second_opinion": 1}})
