"""Honest programs are right: CPython itself ends them well with what is expected."""

import json

import pytest

from r1gym.sandbox.conformance.agreement import _in_cpython
from r1gym.sandbox.conformance.honest import HONEST
from tests.sandbox.conformance.checking import check_list, compiles, python

# What needs a folder, a limit or a descriptor of the sandbox's, or takes a second.
ELSEWHERE = ("busy-one-second", "os-facts", "host-name", "memory-100mb", "recursion-deep")
PLAIN = [
    case for case in python(HONEST)
    if case.name not in ELSEWHERE and case.prelude is None and "/tmp" not in case.code
]  # fmt: skip
PROGRAMS = [case for case in PLAIN if case.tests[0]["type"] == "stdin"]
FUNCTIONS = [case for case in PLAIN if case.tests[0]["type"] == "call"]
CALLER = """

import json as _json
_found = globals().get({name!r}) or getattr(Solution(), {name!r})
for _line in {arguments!r}:
    print(_json.dumps(_found(*_json.loads(_line))))
"""


def test_the_list_is_whole():
    check_list(HONEST, 60)
    assert all(case.honest and case.verdicts == ("accepted",) for case in HONEST)
    assert all(compiles(case.code) for case in python(HONEST))
    assert {case.language for case in HONEST} == {"python", "c", "cpp", "bash", "javascript"}


@pytest.mark.parametrize("case", PROGRAMS[::2], ids=lambda case: case.name)
def test_a_program_prints_what_is_expected(case):
    for test in case.tests:
        output, status = _in_cpython(case.code, test["input"])
        lines = [line.rstrip() for line in output.rstrip().split("\n")]
        assert lines == [line.rstrip() for line in test["output"].rstrip().split("\n")]
        assert status == 0


@pytest.mark.parametrize("case", FUNCTIONS, ids=lambda case: case.name)
def test_a_function_returns_what_is_expected(case):
    name = case.tests[0]["fn"]
    arguments = [json.dumps(test["args"]) for test in case.tests]
    output, status = _in_cpython(case.code + CALLER.format(name=name, arguments=arguments), "")
    assert status == 0
    printed = output.splitlines()[-len(case.tests) :]
    assert [json.loads(line) for line in printed] == [test["expected"] for test in case.tests]
