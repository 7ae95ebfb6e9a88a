"""The short ways in which cases are written."""

import subprocess
import sys

import pytest

from r1gym.sandbox.conformance.case import GOLD, answers, blocked, call, ends, stdin, works


@pytest.mark.parametrize(
    ("attempt", "printed"),
    [
        ("open('/no/such/file')", "blocked"),
        ("raise SystemExit", "blocked"),
        ("done = False", "blocked"),
        ("done = syscall(39, 172) < 0", "blocked"),  # getpid
        ("done = syscall(39, 172) == os.getpid()", "escaped"),
        ("open('/dev/null').close()", "escaped"),
    ],
)
def test_what_succeeds_says_that_it_escaped(attempt, printed):
    case = blocked("x", attempt)
    done = subprocess.run([sys.executable, "-c", case.code], capture_output=True, text=True)
    assert done.stdout == f"{printed}\n", done.stderr
    assert case.tests == stdin("blocked") and case.verdicts == ("accepted",)


def test_what_may_print_anything_expects_a_text_that_it_cannot_know():
    case = ends("x", "\n    print(1)\n    ", "wrong_answer", "time_limit")
    assert case.code == "\nprint(1)\n" and not case.honest
    assert case.tests == [{"type": "stdin", "input": "", "output": GOLD}]
    assert case.verdicts == ("wrong_answer", "time_limit")
    assert ends("x", "", "accepted", tests=stdin("2", "1")).tests[0]["input"] == "1"


def test_honest_programs_must_be_accepted_within_wider_limits():
    program = works("sum", "\n    print(input())\n", "3", "3")
    assert program.honest and program.verdicts == ("accepted",)
    assert program.code == "print(input())\n" and program.limits["cpu_s"] == 5.0
    function = answers("f", "def f(x): return x", "f", [([1], 1), (["a"], "a")])
    assert function.tests == [*call("f", [1], 1), *call("f", ["a"], "a")]
    assert works("x", "", "", "", limits={"cpu_s": 1}).limits == {"cpu_s": 1}
