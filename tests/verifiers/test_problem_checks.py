import pickle
import warnings

import pytest

from r1gym.core.errors import ConfigError
from r1gym.core.types import Problem
from r1gym.verifiers import RewardSum
from r1gym.verifiers.golds import BadRow
from r1gym.verifiers.problem_checks import (
    FirstBatch,
    fields_read,
    is_scored,
    mutated,
    needs_gold,
    passing_mutation,
    trivial_program,
    unmatched_gold,
    unread_fields,
    vacuous_tests,
)

PLAIN = RewardSum({"accuracy": 1.0, "format": 0.1})
AUTO = RewardSum({"accuracy": {"type": "auto", "weight": 1.0}})
TESTS = [{"type": "stdin", "input": str(n), "output": str(n + 1)} for n in range(3)]
PROSE = "Suppose that both numbers are odd. Then their sum is even, which contradicts the claim."


def problem(answer="42", **metadata):
    return Problem("p", "6*7?", answer, metadata=metadata)


@pytest.mark.parametrize("reward", [PLAIN, AUTO])
@pytest.mark.parametrize("gold", ["42", "6*7\n#### 42", r"\frac{1}{2}", "Paris", "x=2, y=3"])
def test_golds_that_match_themselves(reward, gold):
    assert unmatched_gold(reward, problem(gold)) is None
    assert passing_mutation(reward, problem(gold)) is None


def test_golds_that_do_not():
    assert unmatched_gold(PLAIN, problem("")) == "it has no gold answer"
    assert "names no choice" in unmatched_gold(AUTO, problem("Paris", verifier="choice"))
    assert unmatched_gold(AUTO, problem("", tests=TESTS)) is None
    with pytest.raises(BadRow, match="states no answer"):
        is_scored(PLAIN, problem(PROSE))
    assert is_scored(RewardSum({"format": 1.0}), problem(PROSE))
    assert is_scored(AUTO, problem("", tests=TESTS)) and not is_scored(PLAIN, problem(""))


def test_a_wrong_answer_that_passes():
    from r1gym.core.types import Score, Verdict
    from r1gym.verifiers import VERIFIERS

    class Lax:
        reads = frozenset({"answer"})

        def score(self, problem, completion):
            return Score(1.0, Verdict.CORRECT)

    VERIFIERS.register("lax")(Lax)
    assert "'52' is paid" in passing_mutation(RewardSum({"lax": 1.0}), problem())


@pytest.mark.parametrize(
    ("gold", "other"),
    [
        *[("42", "52"), ("-0.5", "-1.5"), ("B", "A"), ("(A)", "B"), ("Paris", "-1729.5")],
        *[("9", "1"), (r"\frac{1}{2}", r"\frac{2}{2}")],
    ],
)
def test_mutations(gold, other):
    assert mutated(gold) == other


def test_fields_that_nobody_reads():
    assert "no component reads its tests" in unread_fields(PLAIN, problem(tests=TESTS))
    assert "its choices" in unread_fields(PLAIN, problem(choices=["a", "b"]))
    assert "its verifier, 'path'" in unread_fields(PLAIN, problem(verifier="path"))
    assert unread_fields(AUTO, problem(tests=TESTS, choices=["a"], verifier="path")) is None
    named = RewardSum({"accuracy": {"type": "choice", "weight": 1.0}})
    assert unread_fields(named, problem("B", verifier="choice", choices=["a", "b"])) is None
    assert unread_fields(PLAIN, problem(tests=None, verifier="accuracy")) is None


def test_what_the_components_of_a_reward_read():
    assert fields_read(PLAIN) == {"answer"}
    assert fields_read(AUTO) >= {"answer", "tests", "choices", "verifier"}
    assert needs_gold(AUTO, problem()) and not needs_gold(AUTO, problem(tests=TESTS))


def test_tests_that_tell_nothing_apart():
    same = [{**test, "output": "YES\n"} for test in TESTS]
    calls = [{"type": "call", "fn": "f", "args": [n], "expected": n // 9} for n in range(3)]
    assert "all of its 3 tests expect 'YES" in vacuous_tests(AUTO, problem(tests=same))
    assert "its only test expects '1'" in vacuous_tests(AUTO, problem(tests=TESTS[:1]))
    assert "tests expect 0" in vacuous_tests(AUTO, problem(tests=calls))
    assert vacuous_tests(AUTO, problem(tests=TESTS)) is None
    assert vacuous_tests(PLAIN, problem(tests=same)) is None
    checked = [{**test, "checker": "..."} for test in same]
    assert vacuous_tests(AUTO, problem(tests=checked)) is None
    assert trivial_program(calls) == "def f(*_, **__):\n    return 0"
    assert trivial_program(same) == "print('YES')"


def test_the_first_batch_is_checked_once():
    first = FirstBatch(AUTO)
    bad = problem("Paris", verifier="choice")
    with pytest.raises(ConfigError, match=r"1 of 1 problems have a gold .* is p \('6\*7\?'\)"):
        first.look([bad])
    first = FirstBatch(AUTO)
    with pytest.warns(UserWarning, match="1 of 2 problems have a gold that does not") as said:
        first.look([problem(), bad])
    assert len(said) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first.look([bad])
        pickle.loads(pickle.dumps(first)).look([problem()])


@pytest.mark.parametrize(
    ("gold", "other"),
    [
        ("7", "8"), ("9", "1"), ("0.25", "1.25"), ("-19", "-29"), ("x_1=5", "x_1=6"), ("B", "A"),
        ("(A)", "B"), ("Yes", "no"), ("x+y", "-1729.5"), ("H2O", "-1729.5"),
    ],
)  # fmt: skip
def test_a_small_change_makes_another_answer(gold, other):
    assert mutated(gold) == other
