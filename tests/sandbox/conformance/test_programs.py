"""The programs that are compared with CPython: enough, each of its own name, what is refused."""

import pytest

from r1gym.sandbox import run_tests
from r1gym.sandbox.conformance.programs import NOT_CONFINED, PROGRAMS, REFUSED


def test_there_are_enough_of_them():
    names = [name for name, _, _ in PROGRAMS]
    assert len(names) == len(set(names)) >= 141
    assert set(NOT_CONFINED) <= set(names)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_a_sandbox_refuses(name, local):
    _, code = REFUSED[name]
    test = {"type": "stdin", "output": "3"}
    report = run_tests(code, "python", [test], {"cpu_s": 5}, local)
    assert report in ("runtime_error", "wrong_answer")


def test_a_module_that_the_sandbox_lacks_is_named(local):
    tests = [{"type": "stdin", "output": "3"}]
    report = run_tests("import numpy as np\nprint(3)", "python", tests, None, local)
    assert report == "runtime_error"
    assert report.message == "the sandbox has no module numpy"
    forged = "import sys\nsys.exit(\"ModuleNotFoundError: No module named 'answer'\")"
    assert run_tests(forged, "python", tests, None, local).message == ""
