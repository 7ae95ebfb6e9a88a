"""What a program finds: its module, its place, its recursion limit, and its exit status."""

import subprocess
import sys

import pytest

from r1gym.sandbox import run_tests
from r1gym.sandbox.runner import python_job
from tests.sandbox.runner.separate import run_any


@pytest.mark.parametrize(
    ("code", "status"),
    [(None, 0), (0, 0), (3, 3), (256, 0), (-1, 255), (1 << 70, 255), (True, 1), ("so", 1), ([], 1)],
)
def test_an_exit_status_is_the_interpreters(code, status):
    assert python_job._exit_status(code) == status
    if not isinstance(code, list):
        done = run_any(f"import sys; sys.exit({code!r})")
        assert done.returncode == status


def test_a_text_as_status_is_told(capsys):
    assert python_job._exit_status("because") == 1
    assert capsys.readouterr().err == "because\n"


def test_a_program_has_the_main_module_of_the_interpreter(tmp_path):
    path = tmp_path / "main.py"
    path.write_text("print([n for n in globals()])")
    done = subprocess.run([sys.executable, path], capture_output=True, text=True)
    theirs = eval(done.stdout)
    ours = python_job._main(str(path))
    assert list(vars(ours)) == theirs
    assert (ours.__name__, ours.__file__, ours.__spec__) == ("__main__", str(path), None)


def test_a_functions_source_is_an_imported_module(tmp_path):
    made = python_job._solution(str(tmp_path / "solution.py"))
    assert (made.__name__, made.__spec__.name) == ("solution", "solution")
    assert made.__file__ == str(tmp_path / "solution.py")


def test_the_runners_frames_are_not_in_the_recursion_limit(monkeypatch):
    before = sys.getrecursionlimit()
    monkeypatch.setattr(python_job, "_hidden", [0, 25])
    try:
        python_job.setrecursionlimit(5000)
        assert sys.getrecursionlimit() == 5025
        assert python_job.getrecursionlimit() == 5000
        with pytest.raises(ValueError, match="greater or equal than 1"):
            python_job.setrecursionlimit(0)
        python_job.setrecursionlimit(python_job._MOST)
    finally:
        sys.setrecursionlimit(before)


def test_packages_that_cannot_be_imported_are_named(monkeypatch):
    monkeypatch.setattr(python_job, "find_spec", lambda name: None if name == "scipy" else name)
    assert python_job.packages() == "missing: scipy"
    monkeypatch.setattr(python_job, "find_spec", str)
    assert python_job.packages() == "yes"


def test_a_method_of_a_solution_is_called_like_a_function(local):
    test = [{"type": "call", "fn": "f", "args": [2, 3], "expected": 5}]
    for code, verdict in (
        ("def f(a, b): return a + b", "accepted"),
        ("class Solution:\n    def f(self, a, b): return a + b", "accepted"),
        ("f = 5\nclass Solution:\n    def f(self, a, b): return a + b", "accepted"),
        ("def g(a, b): return a + b", "runtime_error"),
    ):
        assert run_tests(code, "python", test, None, local) == verdict, code
