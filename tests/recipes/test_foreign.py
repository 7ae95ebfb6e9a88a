"""A stage and a recipe from another package: one file and one entry point, by docs/recipes.md.

The page is followed top to bottom, with its own text, in a fresh folder.
"""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from r1gym.core.errors import ConfigError
from r1gym.recipes.registry import RECIPES
from r1gym.recipes.run_view import load_run
from tests.contracts.outside import package_of

PAGE = (Path(__file__).parents[2] / "docs" / "recipes.md").read_text("utf-8")
SMALL = """
--problems 'arithmetic:1-2 equations:1' --grpo.questions 4 --grpo.group-size 4 --grpo.max-tokens 24
--eval.samples 2 --quick-eval.questions 4 --quick-eval.samples 2 --base.hidden-size 32
--base.layers 1 --base.heads 2 --base.feed-forward 64 --base.sft.steps 40 --base.sft.batch-size 32
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """The page's package, as pip would install it."""
    package_of("recipes", tmp_path)
    monkeypatch.setattr(RECIPES, "_entries", dict(RECIPES._entries))
    monkeypatch.setattr(RECIPES, "_loaded", set(RECIPES._loaded))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    sys.modules.pop("warm_start", None)


def test_the_page_is_followed_top_to_bottom(package, command):
    for line in re.search(r"```console\n(.*?)```", PAGE, re.DOTALL)[1].splitlines():
        words = shlex.split(line)[1:]
        words += shlex.split(SMALL) if words[0] == "train" else []
        code, output, errors = command(*words)
        assert code == 0, errors
        assert output
    folder = package / "runs" / "first"
    view = load_run(folder)
    assert type(view.config).__module__ == "warm_start" and view.config.warm_steps == 10
    assert view.start().endswith("warm/checkpoints/step-000010")
    made = json.loads((folder / "artifacts.json").read_text())
    assert list(made) == ["base", "warm", "rl"] and all(stage["made"] for stage in made.values())
    page = (folder / "report.html").read_text()
    for word in ("A warm start", "The base model", "Gold answers", "10 steps of fine-tuning"):
        assert word in page
    assert len(list((folder / "evals").glob("*.json"))) == 3


def test_it_goes_on_to_the_bit_from_a_stop_in_the_stage(package, command):
    words = ["train", "--recipe", "warm", "--warm-steps", "6", "--grpo.steps", "2"]
    words += [*shlex.split(SMALL), "--eval.questions", "4", "--save-every", "4"]
    assert command(*words, "--name", "whole")[0] == 0
    script = "import sys; sys.path.insert(0, '.'); sys.argv = ['r1gym', *sys.argv[1:]]\n"
    script += "import os, signal, r1gym.core.run as r\nlog = r.Run.log\n"
    script += "def log_and_die(self, metrics, step):\n    log(self, metrics, step)\n"
    script += "    if self.folder.name == 'warm' and step == 5: os.kill(os.getpid(), 9)\n"
    script += "r.Run.log = log_and_die\nfrom r1gym.cli import main; main()\n"
    (package / "victim.py").write_text(script)
    killed = [sys.executable, "victim.py", *words, "--name", "killed"]
    assert subprocess.run(killed, capture_output=True, check=False).returncode == -9
    assert command(*words, "--name", "killed")[0] == 0

    def end(name):
        folder = package / "runs" / name
        weights = folder / "checkpoints" / "step-000002" / "model.safetensors"
        return weights.read_bytes(), (folder / "samples.jsonl").read_text()

    assert end("killed") == end("whole")


def test_doctor_and_list_know_it(package, command):
    assert "warm" in command("list")[1]
    code, output, errors = command("doctor", "--recipe", "warm")
    assert (code, errors) == (0, "") and "there is no base model yet" in output
    assert "--warm-steps" in command("train", "--recipe", "warm", "--help")[1]


def test_a_run_whose_recipe_is_no_longer_installed(package, run_copy):
    path = run_copy / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"recipe": "gone"}))
    with pytest.raises(ConfigError, match="There is no recipe 'gone'.*pip install") as caught:
        _ = load_run(run_copy).config
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Warm = 3", "is of type int: its entry point must name a subclass"),
        ("raise RuntimeError('no')", "cannot be loaded .RuntimeError: no."),
    ],
)
def test_an_entry_point_that_names_no_recipe(text, message, package, command):
    (package / "warm_start.py").write_text(text + "\n")
    code, _, errors = command("train", "--recipe", "warm")
    assert code == 1 and errors.count("\n") == 1
    assert re.search(message, errors), errors
