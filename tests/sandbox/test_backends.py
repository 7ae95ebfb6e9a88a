"""Backends by name: those of this package, and one that another package brings."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.sandbox import Pool, SandboxError, backends
from r1gym.sandbox.backends import BACKENDS, check_name, pool_of
from r1gym.verifiers.code import Code

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/sandbox.md").read_text("utf-8")
USE = """
from r1gym.core.errors import UnknownNameError
from r1gym.core.types import Completion, Problem
from r1gym.sandbox import close_all, conformance, execute, run_tests
from r1gym.sandbox.backends import BACKENDS
from r1gym.verifiers import VERIFIERS

assert "nice" in BACKENDS.names()
tests = [{"type": "stdin", "input": "20 1", "output": "21"}]
report = run_tests("print(sum(map(int, input().split())))", "python", tests, None, "nice")
print(report, report.backend)
print(execute("import os; print(os.nice(0) >= 10)", backend="nice").stdout)
code = VERIFIERS.get("code")(backend="nice")
problem = Problem("sum", "Add.", "", metadata={"tests": tests})
print(code.score(problem, Completion("```python\\nprint(21)\\n```", (), False)).value)
try:
    execute("", backend="nise")
except UnknownNameError as error:
    print(error)
languages = BACKENDS.get("nice") and __import__("sys").argv[2].split(",")
step = int(__import__("sys").argv[1])
cases = [case for case in conformance.CASES if case.language in languages][::step]
executions = [case for case in conformance.EXECUTIONS if case.language in languages]
assert len(executions) >= 20
print(conformance.check("nice", cases, executions))
close_all()
print(conformance.leftovers())
"""


@pytest.fixture
def registry(monkeypatch):
    """The registry, without what a test adds."""
    monkeypatch.setattr(BACKENDS, "_entries", dict(BACKENDS._entries))
    monkeypatch.setattr(backends, "_pools", dict(backends._pools))
    return BACKENDS


def install(folder):
    """Puts the package of the page 'A backend of yours' where a path can find it, installed."""
    module = re.search(r"```python\n(# r1gym_nice\.py\n.*?)```", PAGE, re.DOTALL)[1]
    project = re.search(r"```toml\n(.*?r1gym-nice.*?)```", PAGE, re.DOTALL)[1]
    points = re.search(r'entry-points\."(r1gym\.backends)"\]\n(nice = "(.*)")', project)
    (folder / "r1gym_nice.py").write_text(module)
    told = folder / "r1gym_nice-0.1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: r1gym-nice\nVersion: 0.1.0\n")
    (told / "entry_points.txt").write_text(f"[{points[1]}]\nnice = {points[3]}\n")


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.slow), 9])
def test_another_package_brings_a_backend_that_passes_the_suite(local, tmp_path, step):
    install(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", USE, str(step), ",".join(local.layers["languages"])],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": f"{tmp_path}:{ROOT}"},
    )
    lines = done.stdout.splitlines()
    assert lines[:3] == ["accepted nice", "b'True\\n'", "1.0"], done.stderr
    assert lines[3].startswith("There is no sandbox backend 'nise'. Did you mean 'nice'?")
    assert "auto, confined, docker, local, nice." in lines[3]
    assert lines[4] == "backend    nice"
    assert lines[-2] == "True", done.stdout
    assert not [item for item in ast.literal_eval(lines[-1]) if "nice" in item]
    assert "nice" not in BACKENDS.names()


@pytest.mark.parametrize(
    ("name", "near"), [("locl", "local"), ("dokcer", "docker"), ("atuo", "auto")]
)
def test_a_near_name_is_suggested(name, near):
    for ask in (check_name, pool_of, lambda given: Code(backend=given)):
        with pytest.raises(UnknownNameError, match=f"Did you mean '{near}'"):
            ask(name)


@pytest.mark.parametrize("name", [None, 3, ["local"], b"local"])
def test_what_is_no_name_is_told(name):
    with pytest.raises(UnknownNameError, match="sandbox backend"):
        check_name(name)


def test_auto_takes_none_that_was_brought(registry, monkeypatch):
    started = []
    registry.register("mine")(lambda: started.append("mine"))
    monkeypatch.setattr(backends, "_checked", lambda name: started.append(name) or Pool(None))
    backends._auto()
    assert started == ["local"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError("no engine"), "The mine sandbox does not start: no engine"),
        (ValueError("bad port"), r"The mine sandbox does not start: ValueError\('bad port'\)"),
        (SandboxError("Install mine."), "^Install mine.$"),
    ],
)
@pytest.mark.parametrize("when", ["made", "started"])
def test_a_backend_that_does_not_start_is_one_line(registry, error, told, when):
    closed = []

    class Mine:
        name, memory_mb = "mine", None

        def __init__(self):
            if when == "made":
                raise error

        def start(self):
            raise error

        def close(self):
            closed.append(True)

    registry.register("mine")(Mine)
    with pytest.raises(SandboxError, match=told):
        pool_of("mine")
    assert closed == [True] * (when == "started")
    assert "mine" not in backends._pools


def test_what_is_no_backend_is_refused(registry, monkeypatch):
    class Point:
        name, value, extras, dist = "mine", "mine:LIMIT", [], None

        def load(self):
            return 3

    plugins = lambda group, name=None: [Point()] if group == "r1gym.backends" else []  # noqa: E731
    monkeypatch.setattr("r1gym.core.registry.entry_points", plugins)
    with pytest.raises(ConfigError, match="must name a class or a function that makes a backend"):
        Code(backend="mine")
