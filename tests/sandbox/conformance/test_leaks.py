"""Looks for secrets: where nothing hides them they are found, so that "blocked" says something."""

import os
import subprocess
import sys

import pytest

from r1gym.sandbox.conformance.case import CANARY, GOLD
from r1gym.sandbox.conformance.leaks import _SCAN, _SECRET, LEAKS
from tests.sandbox.conformance.checking import check_list, compiles, python

CASES = {case.name: case for case in LEAKS}


def run(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | environment
    ).stdout.strip()


def test_the_list_is_whole():
    check_list(LEAKS, 30)
    assert all(compiles(case.code) for case in python(LEAKS))


def test_no_source_holds_the_secret_that_it_looks_for():
    assert eval(_SECRET) == CANARY.encode()
    for case in python(LEAKS):
        assert CANARY not in case.code, f"{case.name} would find itself"


def test_one_that_would_print_the_expected_output_is_never_right():
    for case in LEAKS:
        if any(test.get("output") == GOLD for test in case.tests):
            assert "accepted" not in case.verdicts, case.name


@pytest.mark.parametrize("name", ["environment", "environment-of-all"])
def test_a_secret_in_the_open_is_found(name):
    assert run(CASES[name].code, R1GYM_CANARY=CANARY) == "escaped"


def test_a_secret_that_is_not_there_is_not_found():
    assert run(CASES["environment"].code) == "blocked"


def test_a_scan_of_memory_finds_what_a_process_holds():
    held = "word = b'gold' + b'fish' * 2\n"
    assert int(run(f"{_SCAN}\n{held}print(scan('self', b'gold' + b'fishfish'))")) >= 1
    assert run(f"{_SCAN}\nprint(scan('self', bytes(range(200, 220))[::-1]) > 9)") == "False"
