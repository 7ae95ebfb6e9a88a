"""Cells: only missing ones are run, what fails is told, and a dead process is one line."""

import pytest

from r1gym.core.errors import RunError
from r1gym.inspection.cells import run_missing

WORK = """
import os
from r1gym.core.errors import ConfigError

def work(cell):
    if cell.name == "refused":
        raise ConfigError("It is not allowed.")
    if cell.name == "dead":
        os._exit(1)
    return {"name": cell.name}
"""
CELL = """
from dataclasses import dataclass

@dataclass(frozen=True)
class Cell:
    name: str

    @property
    def file(self):
        return f"{self.name}.json"

    def __str__(self):
        return self.name
"""


@pytest.fixture
def made(tmp_path, monkeypatch):
    (tmp_path / "cells_of_a_test.py").write_text(CELL + WORK, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    import cells_of_a_test

    return cells_of_a_test


def test_only_what_is_missing_is_run(made, tmp_path):
    (tmp_path / "old.json").write_text("kept", "utf-8")
    cells = [made.Cell("old"), made.Cell("new"), made.Cell("refused")]
    failed = run_missing(cells, made.work, tmp_path, 1, "Test")
    assert failed == ["refused: It is not allowed."]
    assert (tmp_path / "old.json").read_text("utf-8") == "kept"
    assert (tmp_path / "new.json").read_text("utf-8") == '{"name": "new"}\n'


def test_a_process_that_dies_is_one_line(made, tmp_path):
    with pytest.raises(RunError, match="The process of dead died"):
        run_missing([made.Cell("dead")], made.work, tmp_path, 1, "Test")
