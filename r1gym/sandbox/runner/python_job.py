"""Runs a Python submission in a process forked from the warm interpreter.

All here runs in the job's own closed-in process, together with the submission, so nothing it says
is believed except one thing: ``R``, written after the source was compiled and before any of it ran.
"""

from __future__ import annotations

import atexit
import gc
import io
import json
import os
import random
import signal
import site
import sys
import threading
import traceback
import types
from typing import Any, NoReturn

from . import fence
from .buffers import Buffer

# What LeetCode's Python submissions may use without importing it.
_PRELUDE = """
import bisect, collections, functools, heapq, itertools, math, operator, random, re, string, sys
from bisect import *
from collections import *
from functools import *
from heapq import *
from itertools import *
from math import *
from operator import *
from typing import *
from builtins import pow
"""


def warm() -> None:
    """Imports what most submissions import, and moves it out of the collector's way."""
    # The interpreter was started without `site`, which also brings exit(), quit() and help().
    for bring in (site.setquit, site.setcopyright, site.sethelper):
        bring()
    exec(_PRELUDE, {})
    for name in ("copy", "datetime", "string", "time"):
        __import__(name)
    gc.disable()
    gc.collect()
    gc.freeze()


def run(source: Buffer, function: str | None, arguments: Buffer) -> NoReturn:
    """Runs `source` as a program, or calls its `function` on JSON `arguments`."""
    name = "__main__" if function is None else "solution"
    gc.enable()
    try:
        code = compile(bytes(source.view), f"{name}.py", "exec", dont_inherit=True)
    except BaseException:
        traceback.print_exc(limit=0)
        sys.stderr.flush()
        os._exit(1)
    os.write(fence.READY, b"R")
    os.close(fence.READY)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    random.seed()  # which the fork left out
    module = types.ModuleType(name)
    sys.modules[name] = module
    sys.argv = [f"{name}.py"]
    # The runner's own frames do not count against the submission's recursion.
    sys.setrecursionlimit(1000 + _depth())
    status = 0
    try:
        if function is None:
            os.close(fence.RESULT)
            exec(code, module.__dict__)
        else:
            exec(_PRELUDE_CODE, module.__dict__)
            exec(code, module.__dict__)
            _call(module, function, json.loads(bytes(arguments.view)))
    except SystemExit as leave:
        status = _exit_status(leave.code)
    except BaseException as error:
        status = 1
        trace = error.__traceback__
        sys.excepthook(type(error), error, trace.tb_next if trace else None)
    _end(status)


def _call(module: types.ModuleType, function: str, arguments: list[Any]) -> None:
    target = getattr(module, function, None)
    if not callable(target):
        target = getattr(module.Solution(), function)
    data = json.dumps(target(*arguments)).encode()
    with io.FileIO(fence.RESULT, "w") as result:
        result.write(data)


def _depth() -> int:
    frame, depth = sys._getframe(1), 0
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    return depth


def _exit_status(code: object) -> int:
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1


def _end(status: int) -> NoReturn:
    """Ends the process as the interpreter would: threads, exit functions, buffers, status."""
    try:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
    except BaseException:
        status = status or 120
    try:
        sys.stderr.flush()
    finally:
        os._exit(status)


_PRELUDE_CODE = compile(_PRELUDE, "prelude", "exec")
