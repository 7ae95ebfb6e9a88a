import contextlib
import time

import pytest

from r1gym.sandbox.asserts import LITERAL_CALL, call_tests, called_functions, caller


def read(*lines, called="candidate"):
    source = "METADATA = {}\n\ndef check(candidate):\n    " + "\n    ".join(lines)
    tests = call_tests(source, called, "f")
    return [{k: v for k, v in test.items() if k != "type"} for test in tests]


@pytest.mark.parametrize(
    ("line", "args", "expected", "more"),
    [
        ("assert candidate(1, 'a') == 2", [1, "a"], 2, {}),
        ("assert candidate([1, [2]]) == True, 'why'", [[1, [2]]], True, {}),
        ("assert 3 == candidate(-1)", [-1], 3, {}),
        ("assert (candidate(2)) == 2 * 3 + 1", [2], 7, {}),
        ("assert candidate('ab' * 3) == 'x' + 'y'", ["ababab"], "xy", {}),
        ("assert candidate(2 ** 40) == 10 // 3", [2**40], 3, {}),
        ("assert candidate(3) is None", [3], None, {}),
        ("assert candidate(3)", [3], True, {}),
        ("assert not candidate(3)", [3], False, {}),
        ("assert candidate() == (1, (2, 'b'))", [], [1, [2, "b"]], {}),
        ("assert tuple(candidate(1)) == tuple([1, 2])", [1], [1, 2], {}),
        ("assert list(candidate(1)) == [1]", [1], [1], {}),
        ("assert candidate({'a': 1}) == {'b': 2}", [{"a": 1}], {"b": 2}, {}),
        ("assert candidate(1) == {2: 3}", [1], {"2": 3}, {}),
        ("assert set(candidate(1)) == set([2, 1])", [1], [1, 2], {"compare": "unordered"}),
        ("assert candidate(1) == {2, 1}", [1], [1, 2], {"compare": "unordered"}),
        ("assert sorted(candidate(1)) == [1, 2]", [1], [1, 2], {"compare": "unordered"}),
        ("assert candidate(1) == 0.5", [1], 0.5, {"float_tol": 1e-9}),
        ("assert abs(candidate(1) - 0.5) < 1e-6", [1], 0.5, {"float_tol": 1e-6}),
        ("assert math.fabs(200.0 - candidate(1)) <= 0.2", [1], 200.0, {"float_tol": 0.001}),
        ("assert math.isclose(candidate(1), 2)", [1], 2, {"float_tol": 1e-9}),
        ("assert math.isclose(candidate(1), 2.0, rel_tol=0.01)", [1], 2.0, {"float_tol": 0.01}),
        (r"assert candidate('\d') == 1", ["\\d"], 1, {}),
    ],
)
def test_asserts_become_calls(line, args, expected, more):
    assert read(line) == [{"fn": "f", "args": args, "expected": expected, **more}]
    assert type(read(line)[0]["expected"]) is type(expected)


def test_names_that_were_assigned_a_constant():
    tests = read("x = [1, 2]", "y = x + [3]", "assert candidate(y) == x", "x = random()",
                 "assert candidate(x) == 1")  # fmt: skip
    assert tests == [{"fn": "f", "args": [[1, 2, 3]], "expected": [1, 2]}]


@pytest.mark.parametrize(
    "line",
    [
        "assert True",
        "assert other(1) == 2",
        "assert candidate(1) == other(1)",
        "assert candidate(unknown) == 1",
        "assert candidate(x=1) == 1",
        "assert candidate(1) != 1",
        "assert 0 < candidate(1) < 2",
        "assert candidate(1) > 1",
        "assert candidate(1) == [i for i in range(3)]",
        "assert candidate(1) in (1, 2)",
        "assert candidate(float('inf')) == 1",
        "assert candidate(1) == float('nan')",
        "assert candidate(1) == b'x'",
        "assert candidate(1) == 1 / 0",
        "assert candidate(1) == 'a' + 1",
        "assert abs() < 1",
        "assert abs(candidate(1)) < 1",
        "assert candidate(__import__('os').getpid()) == 1",
        "assert candidate('%9999999d' % 1) == 1",
        "assert poly([1], candidate([1])) == 0",
        "for i in range(3): assert candidate(i) == i",
    ],
)
def test_what_is_no_call_with_constants_is_dropped(line):
    assert read(line, "assert candidate(7) == 7") == [{"fn": "f", "args": [7], "expected": 7}]


@pytest.mark.parametrize(
    "lines",
    [
        ["assert candidate('a' * 10 ** 10) == 1"],
        ["assert candidate(10 ** 10 ** 10) == 1"],
        ["assert candidate([[0] * 99999] * 99999) == 1"],
        ["x = 'ab'", *["x = x + x"] * 200, "assert candidate(x) == 1"],
        ["x = 12345", *["x = x * x"] * 200, "assert candidate(x) == 1"],
        ["x = [1, 2]", *["x = [x, x]"] * 200, "assert candidate(x) == 1"],
        ["assert candidate(" + "-" * 5000 + "1) == 1"],
        ["assert candidate(" + "(" * 150 + "1" + ",)" * 150 + ") == 1"],
    ],
)
def test_what_would_fill_the_memory_is_not_computed(lines):
    started = time.perf_counter()
    with contextlib.suppress(ValueError):  # some are too deep for Python's own parser
        assert len(read(*lines)) <= 1
    assert time.perf_counter() - started < 2


def test_arguments_that_json_cannot_carry_go_as_a_literal():
    tests = read("assert candidate((1, 2), {3}) == 1", "assert candidate([4]) == 2")
    assert [test["fn"] for test in tests] == [LITERAL_CALL] * 2
    assert [test["args"] for test in tests] == [["((1, 2), {3})"], ["([4],)"]]
    scope = {"given": lambda *args: (args, {1}, {"a": {2}})}
    exec(caller("given"), scope)
    assert scope[LITERAL_CALL]("((1, 2), {3})") == [[[1, 2], [3]], [1], {"a": [2]}]
    assert scope[LITERAL_CALL]("([4],)") == [[[4]], [1], {"a": [2]}]


def test_plain_asserts_need_no_check_function():
    source = "assert f(1) == 2\nassert set(f(2)) == {3}"
    assert [t["args"] for t in call_tests(source, "f", "f")] == [[1], [2]]
    assert called_functions(source) == ["f", "set"]


@pytest.mark.parametrize("source", ["assert (", "\0", "(" * 500])
def test_what_is_no_python_is_a_value_error(source):
    with pytest.raises(ValueError, match=r"no Python|null"):
        call_tests(source, "f", "f")
