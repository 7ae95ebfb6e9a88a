"""Runs that are struck by a signal at a chosen moment."""

import multiprocessing
import runpy
from pathlib import Path

import pytest

VICTIM = str(Path(__file__).with_name("victim.py"))


@pytest.fixture(scope="session")
def strike():
    """Runs a command that is struck by a signal. Returns its exit code and what it printed.

    It runs in a process forked from one that has imported torch already and has not used it.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["r1gym.cli", "r1gym.recipes.r1_zero", "r1gym.report.page"])

    def run(folder, arguments, moment, number):
        given = {"folder": str(folder), "arguments": arguments, "trigger": (*moment, number)}
        process = context.Process(target=runpy.run_path, args=(VICTIM, given, "victim"))
        process.start()
        process.join(120)
        return process.exitcode, (folder / "output.txt").read_text()

    return run
