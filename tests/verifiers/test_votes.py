import random
import time

import pytest

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers import RewardSum, register_verifier
from r1gym.verifiers.math import answers_match
from r1gym.verifiers.votes import group_votes

ACCURACY, AUTO = (
    RewardSum({"accuracy": 1.0}),
    RewardSum({"accuracy": {"type": "auto", "weight": 1}}),
)
PROBLEM = Problem("p", "q", "")  # nothing here may need the gold


def answered(*answers):
    return [Completion(f"<answer>{answer}</answer>") for answer in answers]


def votes(answers, reward=ACCURACY, problem=PROBLEM):
    return group_votes(reward, problem, answered(*answers))


SAME = [
    ("2\\sqrt{2}", "\\sqrt{8}"),
    ("\\sqrt{8}", "\\sqrt 8"),
    ("Yes", "yes"),
    ("(C)", "C"),
    ("\\{1,2\\}", "2, 1"),
    ("1/2", "0.5"),
    ("\\frac{1}{2}", "\\tfrac12"),
    ("42", "42.0"),
    ("42", "x = 42"),
    ("42", "\\text{42}"),
    ("42", "$42$"),
    ("1,000", "1000"),
    ("\\pi/2", "\\frac{\\pi}{2}"),
    ("x+1", "1+x"),
    ("(x+1)^2", "x^2+2x+1"),
    ("x > 3", "(3, \\infty)"),
    ("50%", "50\\%"),
    ("(1, 2)", "(1,2)"),
    ("\\infty", "infinity"),
    ("-3", "−3"),
    ("2^{10}", "1024"),
    ("3 cm", "3\\text{ cm}"),
    ("\\begin{pmatrix}1&2\\end{pmatrix}", "\\begin{bmatrix}1&2\\end{bmatrix}"),
    ("e^{i\\pi}", "-1"),
    ("1e3", "1000"),
    ("1 or 2", "2 or 1"),
    ("True", "true"),
    ("\\log_2 8", "3"),
    ("5!", "120"),
    ("0.25", "1/4"),
    ("[0, 1]", "0 \\le x \\le 1"),
    ("\\cos 0", "1"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_the_verifier_unites_is_one_vote(one, other):
    assert answers_match(one, other), "the pair must be one that the verifier unites"
    assert answers_match(other, one)
    assert votes([one, other, "no such answer"]) == [0, 0, 1]


@pytest.mark.parametrize(
    ("one", "other"), [("2", "3"), (r"\sqrt{8}", r"2\sqrt{3}"), ("B", "C"), ("(1, 2)", "(2, 1)")]
)
def test_what_differs_is_two_votes(one, other):
    assert len(set(votes([one, other]))) == 2


@pytest.mark.parametrize(
    ("verifier", "metadata", "same", "other"),
    [
        ("choice", {"choices": ["2 m", "12 m"]}, ["B", "(B)", "12 m", "B. 12 m"], "A"),
        ("choice", {}, ["C", r"\text{(C)}", "option C"], "D"),
        ("logic", {"logic": {"kind": "set", "gold": ["x"]}}, ["Ann, Bob", "{Bob, Ann}"], "Ann"),
        ("logic", {}, ["Ann: knight, Bob: knave", "Bob is a knave and Ann is a knight"], "42"),
        ("countdown", {}, ["3*5+7", r"7+3\times 5", "3*5+7=22"], "3+5*7"),
        ("path", {}, ["RRD", "right, right, down", "→→↓"], "RDR"),
        ("path", {}, ["around"], "across"),
    ],
)
def test_each_verifier_says_what_is_the_same(verifier, metadata, same, other):
    named = Problem("p", "q", "", metadata={**metadata, "verifier": verifier})
    for reward in (RewardSum({verifier: 1.0}), AUTO):
        assert votes([*same, *same, other], reward, named) == [0] * 2 * len(same) + [1]


def test_nobody_is_asked_and_no_program_runs():
    @register_verifier("never-asked")
    class NeverAsked:
        concurrency = 4

        def score(self, problem, completion):
            raise AssertionError

    reward = RewardSum({"never-asked": 1.0})
    grouped = votes(["a  b", "a b", "A b"], reward)
    assert grouped[0] == grouped[1] != grouped[2]
    code = Problem("p", "q", "", metadata={"tests": [1]})
    assert len(set(votes(["print(1)", "print(2)"], AUTO, code))) == 2


def test_truncated_thinking_does_not_vote_whoever_opened_it():
    draft = Completion("Perhaps <answer>7</answer>? No", truncated=True)
    own = Completion("<think>" + draft.text, truncated=True)
    done = Completion("So.</think><answer>5</answer>")
    opened = ACCURACY.for_template("{question}<think>")
    assert group_votes(opened, PROBLEM, [draft, draft, done]) == [None, None, 0]
    assert group_votes(ACCURACY, PROBLEM, [own, draft, Completion("hm")]) == [None, 0, None]


def test_the_order_of_samples_does_not_matter():
    answers = ["0.5", "1/2", "2", "2.0", r"\sqrt{4}", "x", "7"]
    expected = dict(zip(answers, votes(answers), strict=True))
    for seed in range(20):
        drawn = random.Random(seed).sample(answers, len(answers))
        assert votes(drawn) == [expected[answer] for answer in drawn]


def test_the_cost_is_bounded():
    calls = []

    @register_verifier("counting")
    class Counting:
        def same_answer(self, problem, one, other):
            calls.append((one, other))
            return False

        def score(self, problem, completion):
            return Score(0.0, Verdict.WRONG)

    reward = RewardSum({"counting": 1.0})
    assert len(set(votes([str(i) for i in range(64)], reward))) == 64
    assert len(calls) <= 64 * 32
    calls.clear()
    assert len(set(votes([str(i % 4) for i in range(64)], reward))) == 4
    assert len(calls) == 6
    start = time.perf_counter()
    assert len(set(votes([rf"\sqrt{{{i}}}+\frac{{{i}}}{{7}}" for i in range(64)]))) == 64
    assert time.perf_counter() - start < 5
