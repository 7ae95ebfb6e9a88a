"""Verifiers that are called directly, with problems of several golds."""

import pytest

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers import VERIFIERS, RewardSum, register_verifier
from r1gym.verifiers.any_gold import seeing_every_gold
from r1gym.verifiers.graders.function import FunctionGrader

NONE, FIRST = Verdict.JUDGE_FAILED, Verdict.CORRECT


@pytest.mark.parametrize(
    ("name", "golds", "metadata", "right", "wrong"),
    [
        ("accuracy", ("1", "2", r"\frac13"), {}, ("1", "2", "1/3"), ("3", "1 or 2", "12")),
        ("auto", ("1", "2"), {}, ("1", "2"), ("3",)),
        ("choice", ("A", "C"), {"choices": ["x", "y", "z"]}, ("A", "C"), ("B",)),
        ("auto", ("A", "C"), {"choices": ["x", "y", "z"]}, ("A", "C"), ("B",)),
    ],
)
def test_any_gold_is_right(name, golds, metadata, right, wrong):
    problem = Problem("p", "Q", golds[0], metadata=metadata, other_answers=golds[1:])
    verifier, reward = VERIFIERS.get(name)(), RewardSum({name: 1.0})
    for answers, value in ((right, 1.0), (wrong, 0.0)):
        for answer in answers:
            completion = Completion(f"<answer>{answer}</answer>")
            assert verifier.score(problem, completion).value == value, answer
            assert (
                verifier.score(problem, completion) == reward.score(problem, completion).parts[name]
            )


def test_a_function_is_called_with_each_gold():
    grader = FunctionGrader(place="operator:eq")
    problem = Problem("p", "Q", "1", other_answers=("2",))
    assert [grader.score(problem, Completion(text)).value for text in "123"] == [1.0, 1.0, 0.0]


def component(verdicts, reading=("answer",)):
    """A registered class that says a verdict for each gold. Returns it, and what it was shown."""
    shown = []

    @register_verifier("listed")
    class Listed:
        reads = frozenset(reading)

        def score(self, problem, completion):
            """Says so."""
            shown.append(problem.golds)
            verdict = verdicts[problem.answer]
            return Score(None if verdict is NONE else float(verdict is FIRST), verdict)

    return Listed, shown


@pytest.mark.parametrize(
    ("verdicts", "found", "asked"),
    [
        ((Verdict.WRONG, FIRST, NONE), FIRST, 2),
        ((NONE, FIRST, Verdict.WRONG), FIRST, 2),
        ((Verdict.WRONG, NONE, Verdict.WRONG), NONE, 3),
        ((Verdict.WRONG, Verdict.WRONG, Verdict.WRONG), Verdict.WRONG, 3),
    ],
)
def test_one_that_is_met_counts_and_else_one_that_could_not_be_graded(verdicts, found, asked):
    made, shown = component(dict(zip("abc", verdicts, strict=True)))
    problem = Problem("p", "Q", "a", other_answers=("b", "c"))
    assert made().score(problem, Completion("")).verdict is found
    assert shown == [("a",), ("b",), ("c",)][:asked]
    assert made.score.__doc__ == "Says so."
    del shown[:]
    assert (
        RewardSum({"listed": 1.0}).score(problem, Completion("")).parts["listed"].verdict is found
    )
    assert len(shown) == asked  # and not once more for each


def test_one_that_reads_no_gold_is_asked_once():
    made, shown = component({"a": FIRST}, reading=())
    assert made().score(Problem("p", "Q", "a", other_answers=("b",)), Completion("")).value == 1
    assert shown == [("a", "b")]


def test_what_is_no_class_is_left_alone():
    def make():
        return None

    assert seeing_every_gold(make) is make
