import numpy as np
import pytest

from r1gym.core.types import Completion
from r1gym.verifiers import RewardSum
from r1gym.verifiers.golds import BadRow
from r1gym.verifiers.rows import read_problem

TEST = {"type": "stdin", "input": "1", "output": "2"}
AUTO = RewardSum({"accuracy": {"type": "auto", "weight": 1.0}})


def read(gold, **fields):
    return read_problem("p", "q", gold, fields)


def paid(problem, answer):
    return AUTO.score(problem, Completion(f"<answer>{answer}</answer>")).value


def test_fields_that_arrow_filled_with_none_are_left_out():
    fields = {
        "tests": None,
        "choices": None,
        "verifier": None,
        "limits": {"cpu_s": 4.0, "wall_s": None},
        "source": "gsm8k",
    }
    assert read("42", **fields).metadata == {"limits": {"cpu_s": 4.0}, "source": "gsm8k"}
    assert read(None, tests=[TEST], verifier={"type": "code", "partial": None}).metadata == {
        "tests": [TEST],
        "verifier": {"type": "code"},
    }


def test_a_row_with_tests_needs_no_gold():
    assert read(None, tests=[TEST]).answer == ""
    assert read("print(2)", tests=[TEST]).answer == "print(2)"
    assert read("", tests=[TEST]).golds == read(3, tests=[TEST]).golds == ()
    assert read("", verifier="countdown", countdown={"numbers": [1], "target": 1}).golds == ()
    assert read([TEST]).metadata == {"tests": [TEST]}
    assert read('{"inputs": ["1"], "outputs": ["2"]}').metadata["tests"][0]["output"] == "2"
    assert read("assert f(1) == 2").metadata["tests"][0]["fn"] == "f"


def test_any_of_several_golds_is_right():
    problem = read({"target": ["1/3", "2/3"]})
    assert problem.golds == ("1/3", "2/3")
    assert [paid(problem, a) for a in ("1/3", "2/3", "4/6", "1")] == [1, 1, 1, 0]


def test_a_whole_solution_is_read_where_its_verifier_is_named():
    assert read("6*7=42\n#### 42", verifier="accuracy").answer == "42"
    assert paid(read("6*7=42\n#### 42"), "42") == 1
    assert paid(read("6*7=42\n#### 42"), "6") == 0
    with pytest.raises(BadRow, match="states no answer"):
        read("####", verifier="accuracy")


@pytest.mark.parametrize(
    ("gold", "letter"),
    [
        *[(gold, "B") for gold in ("B", "(B)", "12 m", 1, 1.0, "1", "The answer is (B).")],
        *[(np.int64(0), "A"), (["A", 1], "A"), ("A, C", "A, C"), (None, "")],
    ],
)
def test_a_row_with_choices_is_multiple_choice(gold, letter):
    choices = ["2 m", "12 m", "3 m"]
    problem = read(gold, choices=np.array(choices))
    assert problem.answer == letter
    assert problem.metadata == {"choices": choices, "verifier": "choice"}


@pytest.mark.parametrize(
    "choices",
    [
        {"text": ["2 m", "12 m"], "label": ["A", "B"]},
        {"A": "2 m", "B": "12 m"},
        '["2 m", "12 m"]',
        ("2 m", "12 m"),
    ],
)
def test_the_forms_of_choices(choices):
    problem = read("B", choices=choices)
    assert problem.metadata["choices"] == ["2 m", "12 m"]
    assert paid(problem, "12 m") == 1 and paid(problem, "A") == 0


@pytest.mark.parametrize(
    ("gold", "fields", "message"),
    [
        ("Paris", {"verifier": "choice"}, "the gold 'Paris' names no choice"),
        (2, {"verifier": "choice"}, "no choices to count"),
        ("Rome", {"choices": ["Paris", "Oslo"]}, "none of the choices"),
        (2, {"choices": ["Paris", "Oslo"]}, "counts past the 2 choices, which are counted from 0"),
        (1, {"choices": ["1", "2"]}, "choice of that text or number"),
        ("A", {"choices": "Paris"}, "choices must be a list"),
        ("1", {"tests": "print"}, "tests must be JSON"),
        (True, {}, "must be a text, a number"),
    ],
)
def test_what_cannot_be_used(gold, fields, message):
    with pytest.raises(BadRow, match=message):
        read(gold, **fields)


def test_fields_that_no_component_reads_are_left_as_they_are():
    fields = {"tests": "def test(): ...", "choices": "Paris", "verifier": "theirs"}
    problem = read_problem("p", "q", "42", fields, reads=frozenset({"answer"}))
    assert problem.metadata == fields and problem.answer == "42"
