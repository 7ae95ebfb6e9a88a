"""What is excused for `confined` is in the suite, with a reason."""

from r1gym.sandbox.conformance import CASES
from r1gym.sandbox.conformance.confined import ALSO_CONFINED, CONFINED
from tests.sandbox.conformance.checking import VERDICTS


def test_each_exception_is_a_case_with_a_reason():
    names = {case.name for case in CASES}
    assert CONFINED.keys() <= names and ALSO_CONFINED.keys() <= names
    assert all(len(reason.split()) > 3 for reason in CONFINED.values())


def test_no_excuse_is_needed_where_a_further_verdict_is_right():
    cases = {case.name: case for case in CASES}
    assert not CONFINED.keys() & ALSO_CONFINED.keys()
    for name, verdicts in ALSO_CONFINED.items():
        assert set(verdicts) <= VERDICTS - {"accepted"}
        assert not set(verdicts) & set(cases[name].verdicts)


def test_the_exceptions_are_few_and_none_is_about_the_network_or_a_forged_verdict():
    assert len(CONFINED) <= 10
    kinds = ("call-", "socket-", "write-", "claims-", "exit-")
    assert not any(name.startswith(kinds) for name in CONFINED)
