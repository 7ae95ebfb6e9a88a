"""What uses things up is never right, compiles unless it is the compiler's turn, and ends soon."""

from r1gym.sandbox.conformance.exhaustion import EXHAUSTION
from tests.sandbox.conformance.checking import check_list, compiles, python


def test_the_list_is_whole():
    check_list(EXHAUSTION, 70)
    assert {case.language for case in EXHAUSTION} == {"python", "c", "cpp", "bash", "javascript"}


def test_none_is_right_and_none_is_honest():
    assert not any("accepted" in case.verdicts or case.honest for case in EXHAUSTION)


def test_every_limit_has_its_attack():
    verdicts = {verdict for case in EXHAUSTION for verdict in case.verdicts}
    assert {"time_limit", "memory_limit", "output_limit", "runtime_error"} <= verdicts


def test_only_what_is_for_the_compiler_does_not_compile():
    for case in python(EXHAUSTION):
        if len(case.code) < 10_000:  # the others are made to exhaust it
            assert compiles(case.code) == (case.verdicts != ("compile_error",)), case.name


def test_what_sleeps_is_not_waited_for():
    for case in python(EXHAUSTION):
        if case.code.startswith("import time; time.sleep("):
            assert case.limits["wall_s"] < 2, case.name
