"""What a benchmark's own grader puts before each Python submission, by the benchmark's name.

Programs that were written for a benchmark lean on it: they use ``List`` or ``deque`` without an
import. Others get nothing, as a program gets nothing from Python. A prelude holds for functions
that are called and for programs that read stdin alike, as it does in the graders it is named after.

Left out: the rest of those graders, such as their patched ``open``; numpy in APPS's prelude, where
the sandbox has none.
"""

from __future__ import annotations

import types

_LIVECODEBENCH = (
    "string", "re", "datetime", "collections", "heapq", "bisect", "copy", "math", "random",
    "statistics", "itertools", "functools", "operator", "io", "sys", "json",
)  # fmt: skip
_APPS = """
import collections, fractions, heapq, itertools, math, random, sys, time
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque
from functools import lru_cache
from heapq import *
from itertools import accumulate, combinations, permutations, product
from math import ceil, cos, exp, fabs, floor, gcd, log, log2, sin, sqrt, tan
from typing import List, Tuple
try: import numpy as np
except ImportError: pass
"""
_SOURCES = {
    # The stars first and the modules last, so that `copy` and `datetime` are the modules.
    "livecodebench": "\n".join(
        [
            *(f"from {name} import *" for name in (*_LIVECODEBENCH, "builtins", "typing")),
            *(f"import {name}" for name in _LIVECODEBENCH),
            "sys.set_int_max_str_digits(50000)",
            "sys.setrecursionlimit(50000)",
        ]
    ),
    "apps": _APPS,
    "taco": _APPS,
}
PRELUDES = tuple(_SOURCES)
_compiled: dict[str, types.CodeType] = {}


def warm() -> None:
    """Compiles all of them, and imports what they import."""
    for name, source in _SOURCES.items():
        _compiled[name] = compile(source, f"<prelude {name}>", "exec", dont_inherit=True)
    for name in (*_LIVECODEBENCH, "fractions", "time", "typing"):
        __import__(name)


def run(name: str, module: types.ModuleType) -> None:
    """Runs the prelude called `name` in a module that will hold a submission."""
    exec(_compiled[name], module.__dict__)
