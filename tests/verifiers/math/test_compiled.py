"""A wheel with compiled modules says what the source says; nothing is compiled unless asked for."""

import ast
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from r1gym.verifiers.math import fold, verify

ROOT = Path(__file__).parents[3]
CASES = Path(__file__).parent / "cases"
WHEEL = ["-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "."]
COMPILED = """
import json, sys
sys.path.insert(0, sys.argv[1])
from r1gym.verifiers import boxes
from r1gym.verifiers.math import fold, verify
assert not fold.__file__.endswith(".py") and not boxes.__file__.endswith(".py")
scores = [verify(*pair) for pair in json.load(sys.stdin)]
json.dump([(score.value, score.reason) for score in scores], sys.stdout)
"""


@pytest.fixture
def source(tmp_path):
    """A copy of the source, for a build leaves files in its folder."""
    folder = tmp_path / "source"
    shutil.copytree(ROOT / "r1gym", folder / "r1gym", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    return folder


def run(source, switch, *words):
    environment = {**os.environ, "R1GYM_COMPILE": switch}
    return subprocess.run(
        [sys.executable, *words], cwd=source, env=environment, capture_output=True, text=True
    )


def wheel(source, switch):
    """Builds a wheel and returns its path."""
    done = run(source, switch, *WHEEL)
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = source.glob("*.whl")
    return made


def _pairs():
    lines = [line for path in CASES.glob("*.jsonl") for line in path.read_text().splitlines()]
    cases = [case for case in map(json.loads, lines) if "response" in case]
    pairs = [(case["response"], case["gold"]) for case in cases]
    golds = [gold for _, gold in pairs if len(gold) < 300]
    for shift in (7, 500, 2_000):  # and any kind of answer to any kind of gold
        others = golds[shift:] + golds[:shift]
        pairs += [(f"\\boxed{{{one}}}", other) for one, other in zip(golds, others, strict=True)]
    return pairs


@pytest.mark.parametrize("switch", ["", "0"])
def test_a_wheel_is_plain_by_default(source, switch):
    made = wheel(source, switch)
    assert made.name.endswith("-py3-none-any.whl")
    assert not [name for name in zipfile.ZipFile(made).namelist() if name.endswith((".so", ".pyd"))]


def test_these_tests_stand_on_the_source():
    assert fold.__file__.endswith(".py"), "delete the compiled modules beside the source"


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(
    not shutil.which(str(sysconfig.get_config_var("CC")).split()[0])
    or not Path(sysconfig.get_path("include"), "Python.h").exists(),
    reason="needs a C compiler and Python's headers",
)
def test_a_compiled_wheel_says_the_same_as_the_source(source, tmp_path):
    made = wheel(source, "1")
    zipfile.ZipFile(made).extractall(tmp_path / "site")
    pairs = _pairs()
    assert len(pairs) > 15_000
    compiled = subprocess.run(
        [sys.executable, "-c", COMPILED, tmp_path / "site"],
        cwd=tmp_path, input=json.dumps(pairs), capture_output=True, text=True,
    )  # fmt: skip
    assert compiled.returncode == 0, compiled.stderr
    plain = [verify(*pair) for pair in pairs]
    assert json.loads(compiled.stdout) == [[score.value, score.reason] for score in plain]


@pytest.mark.parametrize(("switch", "needs"), [("", []), ("1", ["mypy"])])
def test_only_the_switch_needs_mypy(source, switch, needs):
    asks = "from setuptools import build_meta as b; print(b.get_requires_for_build_wheel())"
    done = run(source, switch, "-c", asks)
    asked = ast.literal_eval(done.stdout.splitlines()[-1])
    assert [one.partition("==")[0] for one in asked] == needs


def test_compiling_in_place_is_refused(source):
    done = run(source, "1", "setup.py", "editable_wheel")
    assert done.returncode == 1
    assert done.stderr.startswith("R1GYM_COMPILE makes wheels only")
