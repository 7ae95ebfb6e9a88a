import json

import numpy as np
import pytest

from r1gym.core.errors import ConfigError
from r1gym.sandbox import cases
from r1gym.sandbox.asserts import LITERAL_CALL
from r1gym.sandbox.forms import read_tests

STDIN = {"type": "stdin", "input": "1 2", "output": "3"}
CALL = {"type": "call", "fn": "f", "args": [1], "expected": 2}
WORDS = {**STDIN, "compare": "tokens"}


def read(value, function=None):
    found = read_tests(value, function)
    cases.parse(found.cases, "python")
    return found.cases


@pytest.mark.parametrize(
    "empty", [None, float("nan"), np.nan, [], (), {}, "", " ", "[]", "null", np.array([])]
)
def test_an_empty_cell_holds_no_tests(empty):
    assert read_tests(empty) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([STDIN, CALL], [STDIN, CALL]),
        (json.dumps([STDIN, CALL]), [STDIN, CALL]),
        (repr([STDIN, CALL]), [STDIN, CALL]),
        ([json.dumps(STDIN)], [STDIN]),
        (np.array([STDIN, CALL], dtype=object), [STDIN, CALL]),
        (STDIN, [STDIN]),
        (CALL, [CALL]),
        # Two types in one column, whose missing fields Arrow fills with None.
        (
            [
                {**STDIN, "fn": None, "args": None, "expected": None},
                {"input": None, "output": None, **CALL},
            ],
            [STDIN, CALL],
        ),
        ([{"input": "1 2", "output": "3"}], [WORDS]),
        ({"input": "1 2", "output": "3"}, [WORDS]),
        ({"input": ["1 2"], "output": ["3"]}, [WORDS]),
        ({"type": ["stdin"], "input": ["1 2"], "output": ["3"]}, [STDIN]),
        ({"inputs": ["1 2"], "outputs": ["3"], "fn_name": None}, [WORDS]),
        ({"inputs": [[1]], "outputs": [[2]], "fn_name": "f"}, [CALL]),
        ({"inputs": [[1], [2]], "outputs": [2, 3], "fn_name": "f"}, [
            CALL, {**CALL, "args": [2], "expected": 3}
        ]),
        ([{"type": "stdin_stdout", "input": "1 2", "output": "3"}], [STDIN]),
        ([{"type": "stdin", "input": ["1 2"], "output": ["3"]}], [STDIN]),
        ([{"input": "1 2", "output": "3", "testtype": "stdin"}], [STDIN]),
        (
            [{"input": "1", "output": "2", "testtype": "functional", "metadata": {"func_name": "f"}}],  # noqa: E501
            [CALL],
        ),
        ([{"type": "function_call", "fn_name": "f", "input": [1], "output": [2]}], [CALL]),
        (["assert f(1) == 2"], [CALL]),
        ("assert f(1) == 2", [CALL]),
        (np.array(["assert f(1) == 2"]), [CALL]),
        (["assert abs(f(1) - 2) < 1e-3"], [{**CALL, "float_tol": 1e-3 / 2}]),
        (["import random", "assert f(1) == 2", "assert f(random.random()) > 0"], [CALL]),
    ],
)  # fmt: skip
def test_the_forms_of_data_sets(value, expected):
    assert read(value) == expected


def test_a_fraction_among_the_output_has_a_tolerance():
    (test,) = read([{"input": "1", "output": "0.5"}])
    assert test["float_tol"] == 1e-6
    (test,) = read({"inputs": [[1]], "outputs": [[0.5]], "fn_name": "f"})
    assert (test["expected"], test["float_tol"]) == (0.5, 1e-6)


def test_a_result_that_is_a_list_of_one_in_some_tests_only_stays_one():
    found = read({"inputs": [[1], [2]], "outputs": [[1], [1, 2]], "fn_name": "f"})
    assert [test["expected"] for test in found] == [[1], [1, 2]]
    assert read([{**CALL, "expected": [2]}])[0]["expected"] == [2]


def test_the_function_may_be_named_beside_the_tests():
    check = "def check(candidate):\n    assert candidate(1) == 2"
    assert read(check, "f") == [CALL]
    assert read([{"input": [1], "output": 2}], "f") == [CALL]


def test_what_json_cannot_carry_needs_source_behind_the_submission():
    found = read_tests(["assert f((1, 2)) == 3"])
    assert found.cases[0]["fn"] == LITERAL_CALL and "plain(f(" in found.suffix
    assert read_tests(found.cases) == (found.cases, "")
    assert read_tests([STDIN]).suffix == ""


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("print(3)", "tests must be JSON or Python asserts, not 'print"),
        ("[{", "tests must be JSON"),
        (7, "must be a list of tests, not 7"),
        ([7], r"tests\[0\] must be a dict or an assert, not 7"),
        ({"colour": "red"}, "must hold inputs and outputs"),
        ({"inputs": ["1", "2"], "outputs": ["3"]}, "as many outputs as inputs, not 2 input, 1 out"),
        ([{"colour": "red"}], r"tests\[0\]: type must be 'stdin' or 'call'"),
        ([{**STDIN, "args": [1]}], "unknown 'args'"),
        ([{"input": "a", "output": "1", "type": "call", "fn": "f"}], r"tests\[0\]: input and"),
        (["assert f(x) == 1"], "no assert that can be run"),
        (["assert f(1) =="], "must be Python asserts"),
    ],
)
def test_what_cannot_be_read_is_one_line(value, message):
    with pytest.raises(ConfigError, match=message) as caught:
        read(value)
    assert "\n" not in str(caught.value)
