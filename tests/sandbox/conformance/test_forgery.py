"""What forges a verdict is never right; what it claims is what CPython lets it claim."""

import pytest

from r1gym.sandbox.conformance.agreement import _in_cpython
from r1gym.sandbox.conformance.case import GOLD
from r1gym.sandbox.conformance.forgery import FORGERY
from tests.sandbox.conformance.checking import check_list, compiles, python

CASES = {case.name: case for case in FORGERY}


def test_the_list_is_whole():
    check_list(FORGERY, 50)
    assert all(compiles(case.code) for case in python(FORGERY))


def test_none_is_right_that_was_asked_for_the_text_it_cannot_know():
    for case in FORGERY:
        unknown = any(test.get("output") == GOLD for test in case.tests)
        assert not ("accepted" in case.verdicts and unknown), case.name


@pytest.mark.parametrize("name", [name for name in CASES if name[5:].isdigit()])
def test_a_status_is_the_one_that_is_claimed(name):
    code = int(name.removeprefix("exit-"))
    output, status = _in_cpython(CASES[name].code, "")
    assert (output, status) == ("", code)
    assert CASES[name].verdicts == (("runtime_error",) if code else ("wrong_answer",))


@pytest.mark.parametrize("name", ["right-then-crash", "right-then-killed", "right-then-exit-1"])
def test_the_right_text_is_there_before_the_fault(name):
    output, status = _in_cpython(CASES[name].code, "")
    assert output == f"{GOLD}\n" and status != 0
    assert CASES[name].verdicts == ("runtime_error",)


@pytest.mark.parametrize(
    "name",
    ["right-with-more", "right-with-space-before", "right-in-other-case", "right-among-lines",
     "right-with-zero-byte", "right-with-escape", "right-on-stderr", "claims-accepted"],
)  # fmt: skip
def test_nearly_the_right_text_is_not_it(name):
    output, status = _in_cpython(CASES[name].code, "")
    assert status == 0 and output.rstrip() != GOLD
    assert CASES[name].verdicts == ("wrong_answer",)
