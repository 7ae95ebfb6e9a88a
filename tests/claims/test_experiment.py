"""Experiments return numbers by name, and what they print is kept out of the terminal."""

import json
from pathlib import Path

import pytest

from r1gym.claims.experiment import (
    EXPERIMENTS,
    Cell,
    check_settings,
    explain,
    find_experiment,
    run_cell,
)
from r1gym.core.errors import R1GymError, RunError


def fine(folder: Path, seed: int, more: float = 0.0) -> dict:
    """Adds something.

    Returns:
        ``x``.
    """
    print("noise")
    (folder / "kept").touch()
    return {"x": seed + more, "curve": (1, 2)}


def cell(run, home, **settings):
    with EXPERIMENTS.scoped():
        EXPERIMENTS.register("mine")(run)
        return run_cell(Cell("mine", settings, 3, home))


def test_numbers_are_plain_and_prints_are_in_a_file(tmp_path, capsys):
    found = cell(fine, tmp_path, more=1)
    assert (
        found["found"] == {"x": 4.0, "curve": [1.0, 2.0]} == json.loads(json.dumps(found))["found"]
    )
    assert found["seconds"] >= 0 and capsys.readouterr().out == ""
    (folder,) = (tmp_path / "work").iterdir()
    assert (folder / "log.txt").read_text() == "noise\n" and (folder / "kept").exists()


@pytest.mark.parametrize("value", ["many", None, float("nan"), ["x"], object()])
def test_anything_else_is_refused(tmp_path, value):
    with pytest.raises(RunError, match="returned .* as 'x'"):
        cell(lambda folder, seed: {"x": value}, tmp_path)


def test_other_settings_have_other_files():
    files = [Cell("a", settings, 0, Path()).file for settings in ({}, {"n": 1}, {"n": 2})]
    assert len(set(files)) == 3 and files[0] == "a-0.json"
    assert Cell("m:run", {}, 0, Path()).file == "m.run-0.json"


def test_every_experiment_tells_what_it_does_and_takes_a_folder_and_a_seed():
    for name in EXPERIMENTS.names():
        assert explain(name).endswith("."), name
        check_settings(name, {})
    assert find_experiment("math:sqrt")(4) == 2
    with pytest.raises(R1GymError, match="no setting of the experiment 'distillation' 'stepz'"):
        check_settings("distillation", {"stepz": 1})
