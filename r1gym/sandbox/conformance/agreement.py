"""Asks CPython itself what programs print, and tells where a sandbox prints anything else."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from r1gym.sandbox.conformance.programs import PROGRAMS
from r1gym.sandbox.pool import Pool
from r1gym.sandbox.tester import run_tests

Program = tuple[str, str, str]


def disagreements(
    backend: str | Pool, programs: Sequence[Program] = PROGRAMS, workers: int = 2
) -> list[str]:
    """Returns a line on each program that ends in the sandbox as it does not in this CPython.

    Args:
        backend: As for `r1gym.sandbox.run_tests`.
        programs: Each a name, a source and a stdin.
        workers: How many at a time.
    """
    with ThreadPoolExecutor(workers) as threads:
        return list(filter(None, threads.map(lambda one: _disagreement(one, backend), programs)))


def _disagreement(program: Program, backend: str | Pool) -> str:
    name, code, given = program
    output, status = _in_cpython(code, given)
    test = {"type": "stdin", "input": given, "output": output}
    report = run_tests(code, "python", [test], {"cpu_s": 10, "wall_s": 60}, backend)
    if report == ("runtime_error" if status else "accepted"):
        return ""
    return f"{name}: {report}, while CPython ends with {status} and prints {output[:80]!r}"


def _in_cpython(code: str, given: str) -> tuple[str, int]:
    """Returns what a program prints as a file in an empty folder, and its exit status."""
    # The sandbox prints integers of any length.
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONINTMAXSTRDIGITS": "0"}
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as stdin:
        Path(folder, "main.py").write_text(code, encoding="utf-8")
        stdin.write(given.encode())
        stdin.seek(0)
        done = subprocess.run(
            [sys.executable, "-B", "main.py"],
            stdin=stdin,
            capture_output=True,
            cwd=folder,
            env=environment,
            timeout=60,
        )
    return done.stdout.decode(), done.returncode
