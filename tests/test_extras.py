"""What works without which packages, and that the pages say so."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import r1gym
from r1gym.cli.commands import COMMANDS
from r1gym.core.extras import install

ROOT = Path(__file__).parents[1]


def test_the_pages_name_every_command_and_extra():
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    extras = (ROOT / "docs" / "installation.md").read_text("utf-8").partition("## Extras")[2]
    for name, row in COMMANDS.items():
        assert f"`r1gym {name}`" in page or f"`{name}`" in page, name
        assert f"| `{row.extra}` |" in extras
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for extra in project["optional-dependencies"]:
        assert f"`{extra}`" in extras, extra


BLOCKER = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Blocked())
"""
BLOCKED = (
    BLOCKER
    + """
sys.argv = ["r1gym", *{words}]
import r1gym.cli
r1gym.cli.main()
"""
)
_MODELS = ("torch", "transformers", "safetensors", "tokenizers", "matplotlib")
_LINES = ("tyro", "rich", "tqdm")


@pytest.mark.parametrize(
    ("blocked", "words", "code", "shown"),
    [
        (_MODELS, ["list"], 0, "r1/Math-v0"),
        (_MODELS, ["explain", "\\boxed{7}", "--answer", "7"], 0, "correct"),
        (_MODELS, ["rescore", "runs/micro"], 0, "verdict changed"),
        (_MODELS, ["sandbox", "check", "--backend", "x"], 1, "There is no sandbox backend 'x'"),
        (_MODELS, ["audit", "x"], 1, "x cannot be read"),
        (_MODELS, ["train"], 1, "needs a package that cannot be loaded (No module named 'torch'): "
         f"{install('train')}."),
        (_MODELS, ["bench", "table"], 1, install("report")),
        (_LINES, ["--help"], 0, "sandbox check"),
        (_LINES, ["--version"], 0, r1gym.__version__),
        (_LINES, ["trian"], 2, "Did you mean 'train'?"),
        (_LINES, ["list"], 1, f"(No module named 'tyro'): {install('cli')}."),
    ],
)  # fmt: skip
def test_without_packages(blocked, words, code, shown, run_copy):
    script = BLOCKED.format(blocked=set(blocked), words=words)
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=run_copy.parent.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert shown in done.stdout + done.stderr and "Traceback" not in done.stderr
    assert done.stderr.count("\n") == (code != 0)


@pytest.mark.parametrize(
    "module", ["agents.grpo", "agents.ppo", "models.policy", "agents.reinforce", "agents.grpo.loss"]
)
def test_a_module_that_is_imported_without_its_package_says_what_to_do(module):
    name = f"r1gym.{module}"
    code = f"""{BLOCKER.format(blocked={"torch"})}
from r1gym.core.errors import ConfigError
try:
    import {name}
except ImportError as error:
    print(isinstance(error, ConfigError), error.name, error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("True torch r1gym.")
    assert done.stdout.endswith(
        f" needs a package that cannot be loaded (No module named 'torch'): {install('train')}.\n"
    )
