import pytest

from r1gym.core.errors import ConfigError
from r1gym.sandbox import cases


@pytest.mark.parametrize(
    "test",
    [
        {},
        {"type": "file"},
        {"type": "stdin", "input": 3},
        {"type": "stdin", "input": "", "expected": 1},
        {"type": "stdin", "output": "", "float_tol": -1},
        {"type": "stdin", "output": "", "float_tol": float("inf")},
        {"type": "stdin", "output": "", "float_tol": float("nan")},
        {"type": "stdin", "output": "", "float_tol": True},
        {"type": "stdin", "output": "", "checker": 3},
        {"type": ["stdin"]},
        "stdin",
        None,
        {"type": "stdin", "output": "", "compare": "fuzzy"},
        {"type": "call", "fn": "f()", "args": []},
        {"type": "call", "fn": "f", "args": 3},
        {"type": "call", "fn": "f", "args": [object()]},
        {"type": "call", "fn": "f", "args": [], "expected": float("nan")},
    ],
)
def test_a_test_that_is_not_as_documented(test):
    with pytest.raises(ConfigError, match=r"tests\[0\]"):
        cases.parse([test], "python")


def test_no_tests_tell_nothing():
    with pytest.raises(ConfigError, match="at least one"):
        cases.parse([], "python")


def test_calls_are_for_python_and_javascript():
    test = {"type": "call", "fn": "f", "args": [], "expected": 1}
    with pytest.raises(ConfigError, match="not cpp"):
        cases.parse([test], "cpp")


def test_expected_results_become_json_values():
    test = {"type": "call", "fn": "f", "args": ((1, 2),), "expected": (1, {2: "x"})}
    (case,) = cases.parse([test], "python")
    assert case.expected == [1, {"2": "x"}]
    assert case.data == b"[[1, 2]]"
    assert case.accepts(b"", b'[1, {"2": "x"}]')


def test_odd_text_goes_down_as_bytes():
    (case,) = cases.parse([{"type": "stdin", "input": "\ud800", "output": "é"}], "c")
    assert case.data == b"\xed\xa0\x80"
    assert case.accepts("é\n".encode(), b"")


def test_what_goes_down_holds_no_expected_output():
    test = {"type": "call", "fn": "f", "args": [1], "expected": "the-answer"}
    (case,) = cases.parse([test], "python")
    assert b"the-answer" not in case.data
