"""One case of the conformance suite, and the short ways in which most of them are written."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# What is planted where a submission could only find it by leaving its sandbox.
CANARY = "r1gym-canary-5f2d1c"
GOLD = "gold-8e41b7"


@dataclass(frozen=True)
class ConformanceCase:
    """A submission and the verdicts that are right for it.

    Attributes:
        name: Its name, unique in the suite.
        code: The submission.
        tests: Its tests.
        verdicts: The right verdicts; more than one where backends may differ.
        language: Its language.
        limits: Its limits.
        honest: Whether it is an honest program, which must be accepted.
        prelude: What stands before it.
    """

    name: str
    code: str
    tests: Sequence[Mapping[str, Any]]
    verdicts: tuple[str, ...] = ("accepted",)
    language: str = "python"
    limits: Mapping[str, float] = field(
        default_factory=lambda: {
            "cpu_s": 1.0,
            "wall_s": 8.0,
            "memory_mb": 128,
            "pids": 32,
            "output_bytes": 1 << 20,
        }
    )
    honest: bool = False
    prelude: str | None = None


def stdin(output: str, given: str = "") -> list[dict[str, str]]:
    """Returns one test with this input and expected output."""
    return [{"type": "stdin", "input": given, "output": output}]


def call(function: str, arguments: list[Any], expected: Any) -> list[dict[str, Any]]:
    """Returns one test that calls `function`."""
    return [{"type": "call", "fn": function, "args": arguments, "expected": expected}]


def ends(name: str, code: str, *verdicts: str, **more: Any) -> ConformanceCase:
    """Returns a case that may print what it likes: its expected output cannot be guessed."""
    more.setdefault("tests", stdin(GOLD))
    return ConformanceCase(name, textwrap.dedent(code), verdicts=verdicts, **more)


def blocked(name: str, attempt: str, **more: Any) -> ConformanceCase:
    """Returns a Python case whose `attempt` must raise or leave `done` false."""
    body = textwrap.indent(textwrap.dedent(attempt).strip(), "    ")
    code = (
        "import ctypes, os, socket, subprocess, sys, platform\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "def syscall(x86, arm, *args):\n"
        "    nr = x86 if platform.machine() == 'x86_64' else arm\n"
        "    return libc.syscall(ctypes.c_long(nr), *args)\n"
        "done = True\n"
        "try:\n" + body + "\n"
        "except BaseException as error:\n"
        "    done = False\n"
        "print('escaped' if done else 'blocked')\n"
    )
    return ConformanceCase(name, code, stdin("blocked"), **more)


def works(
    name: str, code: str, given: str, output: str, language: str = "python", **more: Any
) -> ConformanceCase:
    """Returns an honest program that reads `given` and must print `output`."""
    limits = {"cpu_s": 5.0, "wall_s": 20.0, "memory_mb": 256, "pids": 64}
    more.setdefault("limits", limits)
    source = textwrap.dedent(code).lstrip("\n")
    return ConformanceCase(
        name, source, stdin(output, given), language=language, honest=True, **more
    )


def answers(
    name: str,
    code: str,
    function: str,
    pairs: list[tuple[list[Any], Any]],
    language: str = "python",
    **more: Any,
) -> ConformanceCase:
    """Returns an honest function with its arguments and results."""
    tests = [test for given, expected in pairs for test in call(function, given, expected)]
    limits = {"cpu_s": 5.0, "wall_s": 20.0, "memory_mb": 256, "pids": 64}
    source = textwrap.dedent(code).lstrip("\n")
    return ConformanceCase(
        name, source, tests, language=language, limits=limits, honest=True, **more
    )
