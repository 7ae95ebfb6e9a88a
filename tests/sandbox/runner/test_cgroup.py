"""Control groups: what is written and counted, and what is left of workers that are gone."""

import os
import subprocess
import sys

import pytest

from r1gym.sandbox.runner import cgroup
from r1gym.sandbox.runner.cgroup import ControlGroup, remove_stale


@pytest.fixture
def files(tmp_path):
    """A group's limit and counter, as files."""
    limit, counter = tmp_path / "memory.max", tmp_path / "memory.events"
    limit.write_text("")
    counter.write_text("low 0\noom 7\noom_kill 3\noom_group_kill 1\n")
    group = ControlGroup(None, os.open(limit, os.O_RDWR), os.open(counter, os.O_RDONLY))
    yield group, limit, counter
    os.close(group._limit)
    os.close(group._counter)


def test_a_limit_has_a_margin_and_is_written_once(files):
    group, limit, _ = files
    group.set_memory(100 << 20)
    assert limit.read_text() == str((100 << 20) + cgroup._MARGIN)
    limit.write_text("kept")
    group.set_memory(100 << 20)
    assert limit.read_text() == "kept"


def test_kills_are_counted_and_not_what_was_only_short(files):
    group, _, counter = files
    assert group.kills() == 3 and group.limits_memory
    counter.write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 12\n")  # version 1
    assert group.kills() == 12


def test_one_that_can_do_nothing_does_nothing():
    group = ControlGroup(None, None, None)
    group.enter()
    group.set_memory(1)
    group.remove()
    assert group.kills() == 0 and not group.limits_memory


def test_only_groups_of_callers_that_are_gone_are_removed(tmp_path):
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    for name in (f"r1gym-{child.pid}-a", f"r1gym-{os.getpid()}-b", "r1gym-word-c", "other-1-d"):
        (tmp_path / name).mkdir()
    remove_stale(tmp_path)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {f"r1gym-{os.getpid()}-b", "r1gym-word-c", "other-1-d"}


def test_a_group_is_removed_by_its_parent_and_one_that_is_gone_is_no_fault(tmp_path):
    (tmp_path / "mine").mkdir()
    parent = os.open(tmp_path, os.O_PATH)
    for _ in range(2):
        cgroup._remove("mine", parent)
    os.close(parent)
    assert not list(tmp_path.iterdir())
