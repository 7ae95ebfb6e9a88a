import json
import re
import shlex

from r1gym.cli.train import train_options
from r1gym.recipes.run_view import load_run
from r1gym.report.made import again, how_it_was_made
from r1gym.report.stages import stages_of
from tests.report.test_page import Outline


def section(folder):
    view = load_run(folder)
    return how_it_was_made(view, stages_of(view))


def test_machine_date_versions_command_and_files(micro_run):
    text = section(micro_run)
    Outline(text)
    for part in ("cores, Python 3", "r1gym 0.", "torch 2.", " UTC", "<dt>seed</dt><dd>0</dd>"):
        assert part in text, part
    links = re.findall('href="([^"]+)"', text)
    assert {"metrics.jsonl", "samples.jsonl", "groups.jsonl", "evals", "config.json"} <= {*links}
    assert links[0] == "checkpoints/step-000004"
    assert all((micro_run / link).exists() for link in links)


def test_the_command_makes_the_same_run(micro_run, micro):
    words = shlex.split(again(load_run(micro_run)))[2:]
    options = train_options(words)
    assert vars(options(name="micro"))["learner"] == micro.learner
    assert words[-1] == "micro-again"


def test_an_older_run_says_what_it_does_not_know(run_copy):
    ledger = json.loads((run_copy / "artifacts.json").read_text())
    for entry in ledger.values():
        del entry["on"]
    (run_copy / "artifacts.json").write_text(json.dumps(ledger))
    assert "not written down" in section(run_copy)
    config = json.loads((run_copy / "config.json").read_text()) | {"version": 0}
    (run_copy / "config.json").write_text(json.dumps(config))
    assert "cannot be repeated" in section(run_copy)
