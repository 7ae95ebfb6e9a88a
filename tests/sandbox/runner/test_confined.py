"""The ground of jobs without namespaces: their folders, their files, their processes."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from r1gym.sandbox.runner import confined


def test_a_folder_is_emptied_however_deep(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(3000):
        Path("d").mkdir()
        monkeypatch.chdir("d")
    Path("file").write_text("x")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to("/etc")
    (tmp_path / "closed").mkdir(mode=0)
    confined.empty(str(tmp_path))
    assert not list(tmp_path.iterdir())
    assert Path("/etc").is_dir()


@pytest.fixture
def ground(tmp_path):
    """The ground of a worker, without what its making does to this process."""
    made = object.__new__(confined.Confined)
    made._folder = str(tmp_path)
    made.tmp, made.code = str(tmp_path / "tmp"), str(tmp_path / "code")
    for folder in (made.tmp, made.code):
        Path(folder).mkdir()
    made.members = list
    return made


def test_the_files_of_a_job_are_counted_by_what_they_take(ground):
    inner = Path(ground.tmp, "a", "b")
    inner.mkdir(parents=True)
    (inner / "file").write_bytes(bytes(range(256)) * 4096)  # a megabyte
    assert not ground.full(2)
    (inner / "more").write_bytes(bytes(range(256)) * 8192)
    assert ground.full(2) and not ground.full(4)


def test_too_many_files_are_full_however_small(ground):
    for number in range(1001):
        Path(ground.tmp, str(number)).touch()
    assert ground.full(0) and not ground.full(1)


def test_descendants_are_found_over_generations():
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as child:
        deadline = time.monotonic() + 10
        while not list(confined._descendants(str(child.pid))) and time.monotonic() < deadline:
            time.sleep(0.01)
        (grandchild,) = confined._descendants(str(child.pid))
        ours = list(confined._descendants(str(os.getpid())))
        assert {str(child.pid), grandchild} <= set(ours)
        assert confined._alive(grandchild)
        child.stdin.close()
    assert not confined._alive(str(child.pid))


def test_what_is_hidden_is_left_out_and_the_rest_is_whole(tmp_path):
    for name in ("lib/python/site-packages", "lib/python/json", "bin"):
        (tmp_path / name).mkdir(parents=True)
    hidden = {tmp_path / "lib/python/site-packages"}
    assert confined._around(tmp_path, hidden) == {
        str(tmp_path): False,
        str(tmp_path / "bin"): True,
        str(tmp_path / "lib"): False,
        str(tmp_path / "lib/python"): False,
        str(tmp_path / "lib/python/json"): True,
    }
    assert confined._around(tmp_path / "bin", hidden) == {str(tmp_path / "bin"): True}


def test_only_folders_of_callers_that_are_gone_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(confined, "_PLACE", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    for name in (f"r1gym-{child.pid}-a", f"r1gym-{os.getpid()}-b", "r1gym-word-c"):
        (tmp_path / name / "tmp").mkdir(parents=True)
    confined._remove_stale()
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {f"r1gym-{os.getpid()}-b", "r1gym-word-c"}
