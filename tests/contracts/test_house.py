"""Promise 4: names exported exist, imports obey the line, files stay short, code blocks run."""

import importlib
import os
import pkgutil
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import r1gym

ROOT = Path(__file__).parents[2]
# Their package has an environment of its own, see the Makefile.
OF_VLLM = () if find_spec("vllm") else ("r1gym.rollout.vllm", "r1gym.rollout.vllm_worker")
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(r1gym.__path__, "r1gym.")
    if not module.name.endswith("__main__") and module.name not in OF_VLLM
)
PAGES = sorted(
    path
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    if path.exists() and {"_build", "generated"}.isdisjoint(path.parts)
)
_BLOCK = re.compile(r"^( *)(```+)(\w+)[^\n]*\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)


def blocks(page, *languages):
    """Returns the code blocks of a page, each with the number of its first line."""
    text = page.read_text("utf-8")
    return [
        (text[: found.start()].count("\n") + 2, re.sub(rf"(?m)^{found[1]}", "", found[4]))
        for found in _BLOCK.finditer(text)
        if found[3] in languages
    ]


def name_of(page):
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("name", ["r1gym", *MODULES])
def test_all_is_true(name):
    module = importlib.import_module(name)
    exported = getattr(module, "__all__", [])
    assert len(set(exported)) == len(exported)
    for one in exported:
        assert hasattr(module, one), f"{name}.__all__ names {one}, which does not exist"


def test_the_package_has_at_most_12_public_names():
    assert len([name for name in r1gym.__all__ if name != "__version__"]) <= 12
    assert set(r1gym.__all__) <= set(dir(r1gym))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = r1gym.nothing


@pytest.mark.parametrize(
    "statement", ["import r1gym", "import r1gym.verifiers", "import gymnasium; r1gym.TokenEnv"]
)
def test_environments_and_rewards_need_no_heavy_package(statement):
    heavy = ("torch", "transformers", "tokenizers", "sympy", "matplotlib", "tyro", "rich")
    heavy += ("mpmath", "py3langid", "openai", "httpx2")
    code = f"import sys, r1gym; {statement}; print([n for n in {heavy} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


WATCHED = """
import importlib, sys

def watch(event, arguments):
    if event in ("os.putenv", "os.unsetenv"):
        frame = sys._getframe(1)
        while frame.f_globals["__name__"] in ("os", "_collections_abc"):
            frame = frame.f_back
        if frame.f_globals["__name__"].partition(".")[0] == "r1gym":
            print(frame.f_globals["__name__"], "sets", arguments[0])

sys.addaudithook(watch)
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def test_no_import_changes_the_environment():
    """A library is imported into somebody's program; only commands may choose for the process."""
    unset = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    words = [sys.executable, "-c", WATCHED, "r1gym", *MODULES]
    done = subprocess.run(words, env=unset, capture_output=True, text=True, check=True)
    assert done.stdout == ""


@pytest.mark.parametrize("folder", ["r1gym", "tests", "benchmarks"])
def test_no_source_file_is_longer_than_400_lines(folder):
    lengths = {
        name_of(path): len(path.read_text("utf-8").splitlines())
        for path in (ROOT / folder).rglob("*.py")
    }
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_imports_go_in_one_direction():
    pytest.importorskip("importlinter")
    linter = Path(sys.executable).with_name("lint-imports")
    words = [linter, "--config", ROOT / "pyproject.toml", "--no-cache"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_python_blocks_run(page, tmp_path, monkeypatch):
    found = blocks(page, "python")
    if not found:
        pytest.skip("the page has no Python")

    monkeypatch.chdir(tmp_path)
    names = {"__name__": "__main__"}
    for line, code in found:
        padded = "\n" * (line - 1) + code  # so that errors bear the page's line numbers
        exec(compile(padded, name_of(page), "exec"), names)


def commands(page):
    """Returns the `r1gym ...` commands of a page, each with its line."""
    for start, text in blocks(page, "bash", "console", "sh", "shell"):
        joined = re.sub(r"\\\n", "  ", text)
        for number, line in enumerate(joined.splitlines()):
            words = shlex.split(line.removeprefix("$ "), comments=True)
            if words and Path(words[0]).name == "r1gym":
                yield start + number, words[1:]


COMMANDS = [
    pytest.param(words, id=f"{name_of(page)}:{line}")
    for page in PAGES
    for line, words in commands(page)
]


@pytest.mark.parametrize("words", COMMANDS)
def test_commands_are_understood(words, monkeypatch, capsys):
    """Every command gets past the parser: it is stopped where its work would begin."""
    import r1gym.cli.commands

    for row in r1gym.cli.commands.COMMANDS.values():  # before what they import is replaced
        for place in filter(None, (row.run, row.show)):
            importlib.import_module(place.partition(":")[0])

    if "--recipe" in words:  # the one that its page registers
        [(_, code), *_] = blocks(ROOT / "docs" / "recipes.md", "python")
        exec(code, {"__name__": "__main__"})

    class Understood(Exception):
        pass

    def stop(*args, **kwargs):
        raise Understood

    for target in (
        "r1gym.recipes.recipe.run",
        "r1gym.inspection.evaluate.evaluate_run",
        "r1gym.inspection.suites.evaluate_suites",
        "r1gym.inspection.compare.compare",
        "r1gym.inspection.decontaminate.decontaminate",
        "r1gym.inspection.play.play",
        "r1gym.inspection.answered.play",
        "r1gym.report.overlaid.write_overlaid",
        "r1gym.report.page.write_report",
        "r1gym.report.names.print_names",
        "r1gym.inspection.doctor.diagnose",
        "r1gym.inspection.explain.explain",
        "r1gym.inspection.show.show",
        "r1gym.cli.new.new",
        "r1gym.inspection.rescore.rescore",
        "r1gym.inspection.export.export",
        "r1gym.inspection.bench.run",
        "r1gym.cli.claims.run_claims",
        "r1gym.inspection.decontaminate.decontaminate",
        "r1gym.inspection.audit.audit",
        "r1gym.inspection.audit.read_rates",
    ):
        monkeypatch.setattr(target, stop)
    monkeypatch.setattr(sys, "argv", ["r1gym", *words])
    with pytest.raises((Understood, SystemExit)) as caught:
        r1gym.cli.main()
    assert caught.type is Understood or caught.value.code == 0, capsys.readouterr().err


def test_make_targets_in_the_pages_exist():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for page in PAGES:
        for _, text in blocks(page, "bash", "console"):
            for target in re.findall(r"(?m)^\$? ?make (\w+)", text):
                assert re.search(rf"(?m)^{target}:", makefile), f"{name_of(page)}: make {target}"


def test_no_page_or_source_names_a_folder_of_this_machine():
    home = os.fspath(ROOT)
    for folder in ("r1gym", "docs", "benchmarks", "tests"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".py", ".md", ".toml") and "_build" not in path.parts:
                assert home not in path.read_text("utf-8"), path
