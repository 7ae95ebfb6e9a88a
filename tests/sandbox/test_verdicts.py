import signal

import pytest

from r1gym.sandbox import RunVerdict, TestReport, TestResult
from r1gym.sandbox.verdicts import failure

RAN = {"cause": None, "status": 0, "ready": "SR", "oom": False}


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({}, None),
        ({"ready": "S"}, "compile_error"),
        ({"ready": "", "status": signal.SIGKILL}, "compile_error"),
        ({"status": 1 << 8}, "runtime_error"),
        ({"status": 124 << 8}, "runtime_error"),
        ({"status": 137 << 8}, "runtime_error"),
        ({"status": signal.SIGKILL}, "runtime_error"),
        ({"status": signal.SIGSYS}, "memory_limit"),
        ({"status": signal.SIGKILL, "oom": True}, "memory_limit"),
        ({"status": 0, "oom": True}, "memory_limit"),
        ({"cause": "memory"}, "memory_limit"),
        ({"cause": "cpu"}, "time_limit"),
        ({"cause": "wall"}, "time_limit"),
        ({"cause": "output"}, "output_limit"),
        ({"ready": "SRC", "status": 1 << 8}, "compile_error"),
    ],
)
def test_facts_decide(facts, verdict):
    assert failure(RAN | facts, compiles=True) == verdict


def test_a_compiled_program_reports_no_compilation():
    assert failure(RAN | {"ready": "S"}, compiles=False) is None


def test_a_report_equals_its_verdict():
    report = TestReport(RunVerdict.TIME_LIMIT)
    assert report == "time_limit"
    assert report == RunVerdict.TIME_LIMIT
    assert report != "accepted"
    assert report == TestReport(RunVerdict.TIME_LIMIT, total=3)
    assert str(report) == "time_limit"
    assert hash(report) == hash("time_limit")
    assert report in {"time_limit"}


def test_the_share_counts_tests_that_were_not_run():
    tests = (TestResult(RunVerdict.ACCEPTED), TestResult(RunVerdict.WRONG_ANSWER))
    assert TestReport(RunVerdict.WRONG_ANSWER, tests, total=4).share == 0.25
