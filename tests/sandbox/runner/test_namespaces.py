"""What a job sees of the machine, as far as it can be told without leaving it."""

import os
import sys
from pathlib import Path

import pytest

from r1gym.sandbox.runner import namespaces
from r1gym.sandbox.runner.namespaces import Sealed


def test_programs_are_looked_for_where_jobs_look(tmp_path, monkeypatch):
    assert namespaces.which("sh") in ("/bin/sh", "/usr/bin/sh", "/usr/local/bin/sh")
    (tmp_path / "mine").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert namespaces.which("mine") is None


def test_the_interpreter_is_that_of_no_virtual_environment():
    found = namespaces.interpreter()
    assert os.access(found, os.X_OK) and not Path(found).is_symlink()
    assert not Path(found).parent.with_name("pyvenv.cfg").exists()


def test_the_system_is_folders_that_are_there_and_none_twice():
    found = namespaces.system()
    assert Path("/usr") in found and len(set(found)) == len(found)
    assert all(path.is_dir() and not path.is_symlink() for path in found)
    assert not {Path("/"), Path("/home"), Path("/root"), Path.home()} & set(found)


def test_installed_packages_are_known_so_that_they_can_be_hidden(tmp_path, monkeypatch):
    folder = tmp_path / "lib" / "python3.99" / "site-packages"
    folder.mkdir(parents=True)
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path))
    assert folder in namespaces.packages()
    assert all(path.name.endswith("-packages") for path in namespaces.packages())


def test_a_path_is_found_again_within_the_tree():
    assert namespaces._in(Path("/mnt"), Path("/usr/lib")) == Path("/mnt/usr/lib")


def test_only_process_1_of_a_job_may_kill_all():
    with pytest.raises(OSError, match="not in a process namespace"):
        Sealed().kill_all(0)


def test_process_1_is_one_of_its_jobs_tasks_and_the_kernel_counts_files():
    assert Sealed().limit_of_tasks(32) == 33
    assert not Sealed().full(0)


def test_a_job_learns_nothing_of_the_callers_environment():
    assert set(namespaces.ENVIRONMENT) == {"PATH", "HOME", "TMPDIR", "LANG"}
    assert namespaces.ENVIRONMENT["HOME"] == namespaces.ENVIRONMENT["TMPDIR"] == "/tmp"
