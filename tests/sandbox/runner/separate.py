"""Runs a script in a process of its own: what it does to a process must not stay in the tests'."""

import subprocess
import sys


def run(script, **more):
    """Returns what a script with the runner's modules at hand prints; it must end well."""
    head = "import os, sys\nfrom r1gym.sandbox.runner import *\n"
    done = run_any(head + script, **more)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_any(script, **more):
    """Returns the finished process."""
    command = [sys.executable, "-c", script]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **more)
