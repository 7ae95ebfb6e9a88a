"""Odd source is right or wrong as CPython has it."""

import pytest

from r1gym.sandbox.conformance.agreement import _in_cpython
from r1gym.sandbox.conformance.odd_source import ODD_SOURCE
from tests.sandbox.conformance.checking import check_list, compiles, python

PLAIN = [
    case for case in python(ODD_SOURCE) if case.tests[0]["type"] == "stdin" and case.prelude is None
]
RIGHT = [case for case in PLAIN if case.verdicts == ("accepted",)]
WRONG = [case for case in PLAIN if case.verdicts == ("compile_error",)]


def test_the_list_is_whole():
    check_list(ODD_SOURCE, 60)
    assert len(RIGHT) >= 25 and len(WRONG) >= 10


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.name)
def test_what_is_odd_and_right_says_hi(case):
    output, status = _in_cpython(case.code, case.tests[0]["input"])
    lines = [line.rstrip() for line in output.rstrip().split("\n")]
    assert (lines, status) == (case.tests[0]["output"].split("\n"), 0)


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.name)
def test_what_is_wrong_is_refused_by_the_compiler(case):
    if case.name == "lone-surrogate":
        with pytest.raises(UnicodeEncodeError):
            case.code.encode()
    else:
        assert not compiles(case.code)
