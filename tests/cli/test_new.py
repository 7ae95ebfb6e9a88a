"""`r1gym new` writes packages that pass their tests, and refuses what it cannot write."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from r1gym.cli.new import New, new, show
from r1gym.core.errors import ConfigError

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("kind", ["verifier", "family", "agent"])
def test_a_package_passes_its_own_test_as_it_is_written(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = new(New(kind, "my-own"))
    assert folder == Path("r1gym-my-own")
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))
    ((group, entries),) = project["project"]["entry-points"].items()
    # As an installation would make it known.
    info = folder / "r1gym_my_own-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: r1gym-my-own\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text(f"[{group}]\nmy-own = {entries['my-own']}\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
        env={"PYTHONPATH": f"{ROOT}:{folder}", "OMP_WAIT_POLICY": "PASSIVE", "HOME": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_it_says_what_comes_next(capsys):
    show(Path("r1gym-x"))
    assert "pip install -e 'r1gym-x[test]'\n  python -m pytest r1gym-x\n" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["", "My", "a_b", "-a", "a--b", "a b", "1a", "ä"])
def test_names_that_are_none_are_refused(name):
    with pytest.raises(ConfigError, match="small letters"):
        New("verifier", name)


def test_names_and_folders_that_are_taken_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="There is a reward 'accuracy' already"):
        new(New("verifier", "accuracy", tmp_path / "a"))
    with pytest.raises(ConfigError, match="There is a task family 'arithmetic' already"):
        new(New("family", "arithmetic", tmp_path / "a"))
    (tmp_path / "b").mkdir()
    with pytest.raises(ConfigError, match="is there already"):
        new(New("agent", "mine", tmp_path / "b"))
    assert not (tmp_path / "a").exists()
