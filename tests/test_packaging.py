"""The wheel: what is in it, and that the first pages run with it where no source is."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PAGES = [page for name in ("README.md", "docs/quickstart.md") if (page := ROOT / name).exists()]
# Of a command's words, what says that it takes more than this machine has, or than a minute.
_ELSEWHERE = re.compile(r"--(recipe|config|suites|push-to-hub|device)$|https?:|^\w+/[A-Z]|\.jsonl$")
_BLOCK = re.compile(r"^```(python|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BUILD = """
import sys
from setuptools import build_meta
build_meta.build_sdist(sys.argv[1])
"""
READ_PAGE = """
import sys
from pathlib import Path
import r1gym
assert str(Path(sys.prefix)) in r1gym.__file__, r1gym.__file__
names = {"__name__": "__main__"}
for line, code in eval(sys.stdin.read()):
    exec(compile("\\n" * line + code, sys.argv[1], "exec"), names)
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """The source archive."""
    home = tmp_path_factory.mktemp("sdist")
    ignored = shutil.ignore_patterns(".*", "runs", "dist", "build", "_build", "*.egg-info")
    shutil.copytree(ROOT, home / "source", ignore=ignored)
    words = [sys.executable, "-c", BUILD, home]
    subprocess.run(words, cwd=home / "source", check=True, capture_output=True)
    return next(home.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def wheel(archive):
    """The wheel, made of the archive alone."""
    words = ["-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([sys.executable, *words, archive], cwd=archive.parent, check=True)
    return next(archive.parent.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An environment with the wheel, whose other packages are those of this one."""
    home = tmp_path_factory.mktemp("environment")
    words = [sys.executable, "-m", "venv", "--without-pip", home / "venv"]
    subprocess.run(words, check=True)
    python = home / "venv" / "bin" / "python"
    words = [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps"]
    subprocess.run([*words, "--no-index", wheel], check=True)
    (site,) = (home / "venv" / "lib").glob("*/site-packages")
    # Names in there are found, and no .pth of theirs is run, such as that of an editable r1gym.
    (site / "others.pth").write_text(sysconfig.get_path("purelib"))
    return home / "venv" / "bin"


def outside(installed, home, *words, text=None):
    """Runs something of the environment in an empty home; returns what came of it."""
    work = home / "work"
    work.mkdir(exist_ok=True)
    known = {name: value for name, value in os.environ.items() if name.startswith("OMP_")}
    known |= {"HOME": str(home), "PATH": f"{installed}:{os.environ['PATH']}"}
    return subprocess.run(
        [installed / words[0], *words[1:]],
        cwd=work, env=known, input=text, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_every_file_of_the_package_is_in_the_wheel(wheel):
    found = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "r1gym").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".so"
    }
    assert found == wanted
    assert {"r1gym/py.typed", "r1gym/recipes/configs/smollm2.yaml"} <= found


def test_the_archive_has_what_people_build_and_test_with(archive):
    with tarfile.open(archive) as file:
        found = {name.partition("/")[2] for name in file.getnames()}
    for name in ("LICENSE", "Makefile", "README.md", "constraints.txt", "setup.py"):
        assert name in found
    for name in ("tests/conftest.py", "docs/index.md", "examples/r1gym-brevity/pyproject.toml"):
        assert name in found
    assert not [name for name in found if "__pycache__" in name or name.endswith(".so")]


def test_what_an_index_would_show(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    (place,) = (name for name in names if name.endswith("/METADATA"))
    text = zipfile.ZipFile(wheel).read(place).decode()
    head, _, body = text.partition("\n\n")
    assert "License-Expression: MIT" in head and f"Summary: {PROJECT['description']}" in head
    assert "Requires-Python: >=3.11" in head
    assert "Description-Content-Type: text/markdown" in head and body.startswith("# r1gym")
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    for extra in PROJECT["optional-dependencies"]:
        assert f"Provides-Extra: {extra}" in head


def test_commands_work_from_anywhere(installed, tmp_path):
    done = outside(installed, tmp_path, "r1gym", "--version")
    assert done.stdout.startswith("r1gym ") and done.returncode == 0
    done = outside(installed, tmp_path, "r1gym", "new", "verifier", "mine")
    assert done.returncode == 0 and (tmp_path / "work" / "r1gym-mine").is_dir(), done.stderr


def test_what_is_missing_is_installed_from_the_wheel(installed, wheel, tmp_path):
    asks = "from r1gym.core.extras import install; print(install('judge'))"
    done = outside(installed, tmp_path, "python", "-c", asks)
    assert shlex.split(done.stdout) == ["pip", "install", f"{wheel}[judge]"]


def blocks(page, language):
    """Returns a page's blocks of one language, each with the number of lines before it."""
    text = page.read_text("utf-8")
    found = (match for match in _BLOCK.finditer(text) if match[1] == language)
    return [(text[: match.start(2)].count("\n"), match[2]) for match in found]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_of_the_first_pages_runs(page, installed, tmp_path):
    found = blocks(page, "python")
    words = ("python", "-c", READ_PAGE, page.name)
    done = outside(installed, tmp_path, *words, text=repr(found))
    assert found and done.returncode == 0, done.stderr


def lines(page):
    """Yields a page's `r1gym` lines, as words."""
    for _, text in blocks(page, "console"):
        for line in text.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            if words[:1] == ["r1gym"]:
                yield words


def is_quick(words, work):
    """Returns whether a line needs nothing but the wheel and what lines before it have made."""
    runs = [word for word in words if word.startswith("runs/")]
    return not any(map(_ELSEWHERE.search, words)) and all((work / run).exists() for run in runs)


def made_small(words, small):
    """Returns the words of a training run with settings of one that takes a second."""
    if words[1] != "train":
        return words
    pairs = zip(small[1::2], small[2::2], strict=True)
    return [*words, *(w for p in pairs if p[0] not in (*words, "--name") for w in p)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_quick_lines_of_the_first_pages_run(page, installed, tmp_path, micro_arguments):
    count = 0
    for words in lines(page):
        if is_quick(words, tmp_path / "work"):
            done = outside(installed, tmp_path, *made_small(words, micro_arguments))
            assert done.returncode == 0, f"{shlex.join(words)}: {done.stdout}{done.stderr}"
            count += 1
    assert count
