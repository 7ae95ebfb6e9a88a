import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.run import read_metrics, write_config
from r1gym.recipes.recipe import run
from r1gym.recipes.settings import Settings
from r1gym.recipes.trackers import TRACKERS
from tests.runs import load_config


def rewards_of(folder):
    return [row["rollout/ep_rew_mean"] for row in read_metrics(folder)[1:]]


def test_tensorboard_holds_what_the_metrics_do(micro, run_copy):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    learner = replace(micro.learner, steps=2)
    folder = run(
        replace(micro, name="board", track=("tensorboard",), learner=learner), run_copy.parent
    )
    events = EventAccumulator(str(folder / "tensorboard")).Reload()
    found = [event.value for event in events.Scalars("rollout/ep_rew_mean")]
    assert found == pytest.approx(rewards_of(folder))


def test_one_of_another_package_is_told_each_step_and_closed(micro, run_copy):
    seen, closed, configs = {}, [], []

    class Mine:
        def __init__(self, folder, config):
            self.folder = folder
            configs.append(config)

        def log(self, metrics, step):
            seen.setdefault(step, {}).update(metrics)

        def close(self):
            closed.append(self.folder)

    learner = replace(micro.learner, steps=2)
    with TRACKERS.scoped():
        TRACKERS.register("mine")(Mine)
        folder = run(replace(micro, name="told", track=("mine",), learner=learner), run_copy.parent)
    assert [seen[step]["rollout/ep_rew_mean"] for step in (1, 2)] == rewards_of(folder)
    assert closed[-1] == folder and configs[-1]["recipe"] == "r1_zero"


def test_without_the_package_one_line_says_what_to_install(tmp_path, monkeypatch):
    for name, module in (("wandb", "wandb"), ("trackio", "trackio")):
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(ConfigError, match=f"--track {name} needs a package: pip install"):
            TRACKERS.get(name)(tmp_path, {})


def test_an_unknown_one_is_refused():
    with pytest.raises(
        UnknownNameError, match="no tracker 'tensorbord'. Did you mean 'tensorboard'"
    ):
        Settings(track=("tensorbord",))


def test_runs_of_before_there_were_others_are_read(micro, micro_run, run_copy):
    plain = json.loads((run_copy / "config.json").read_text())
    assert "track" not in plain and "show_every" not in plain
    write_config(run_copy, plain | {"tensorboard": False})
    assert load_config(run_copy) == micro
    write_config(run_copy, plain | {"tensorboard": True})
    assert load_config(run_copy) == replace(micro, track=("tensorboard",))


def test_weights_and_biases_offline(tmp_path, monkeypatch):
    pytest.importorskip("wandb")
    monkeypatch.setenv("WANDB_MODE", "offline")
    tracker = TRACKERS.get("wandb")(tmp_path, {"seed": 0})
    tracker.log({"rollout/accuracy": 0.5}, 1)
    tracker.close()
    assert list(tmp_path.glob("wandb/offline-run-*/*.wandb"))


def test_trackio_on_this_machine(tmp_path):
    pytest.importorskip("trackio")
    code = (
        "import sys; from pathlib import Path; from r1gym.recipes.trackers import TRACKERS\n"
        "tracker = TRACKERS.get('trackio')(Path(sys.argv[1]) / 'mine', {'seed': 0})\n"
        "tracker.log({'rollout/accuracy': 0.5}, 1)\n"
        "tracker.close()\n"
    )
    # It reads where its folder is when it is imported.
    place = {"TRACKIO_DIR": str(tmp_path / "trackio")}
    words = [sys.executable, "-c", code, str(tmp_path)]
    subprocess.run(words, env=os.environ | place, check=True, capture_output=True, timeout=120)
    assert list((tmp_path / "trackio").iterdir())
