"""Formats of benchmark files: names to functions that turn a row into a problem.

A format raises ProblemFileError for a row that cannot be used, which is left out with a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from r1gym.core.registry import Registry
from r1gym.core.types import Problem

Row = Mapping[str, Any]

_MODULES = {
    "r1gym.problems.benchmarks": "aime math500 gsm8k gpqa countdown",
    "r1gym.problems.code.formats": "livecodebench apps taco humaneval mbpp",
}

FORMATS: Registry[Callable[[Row], Problem]] = Registry(
    "problem format",
    group="r1gym.problem_formats",
    wants="a function that takes a row and returns a Problem",
    fits=callable,
    built_in={
        name: f"{module}:{name}" for module, names in _MODULES.items() for name in names.split()
    },
)
