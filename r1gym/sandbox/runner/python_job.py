"""Runs a Python submission in a process forked from the warm interpreter.

All here runs in the job's own closed-in process, together with the submission, so nothing it says
is believed except one thing: ``R``, written after the source was compiled and before any of it ran.

A program finds what ``python main.py`` would give it in a folder of its own: the file, with
``__file__`` and a place on ``sys.path``, a ``__main__`` as the interpreter makes it, and an end as
the interpreter ends (`python_end`). A function's source is the module ``solution``.

Left out: an empty stack below the program. The runner's own frames stand under it, as ``inspect``
can see; the recursion limit is told and kept without them. And the limit on the digits of integers
in text is off, as it is where most competitive programs were written.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # whose own `signal` spares a fresh process the enumerations of the other
import contextlib
import gc
import io
import json
import os
import random
import site
import sys
import traceback
import types
from importlib.machinery import SourceFileLoader
from importlib.util import find_spec
from typing import Any, NoReturn

from . import fence, preludes
from .buffers import Buffer
from .python_end import end

_MOST = (1 << 31) - 1
# What competitive programs ask for beyond Python's own library.
_PACKAGES = ("numpy", "scipy", "pandas", "sympy", "networkx", "sortedcontainers")
_hidden = [0]  # how many frames of the runner stand below the program
_get_limit, _put_limit = sys.getrecursionlimit, sys.setrecursionlimit
_spec_from_file = sys.modules["_frozen_importlib_external"].spec_from_file_location
_module_from_spec = sys.modules["_frozen_importlib"].module_from_spec


def warm() -> None:
    """Imports what most submissions import, and moves it out of the collector's way."""
    # The interpreter was started without `site`, which also brings exit(), quit() and help().
    for bring in (site.setquit, site.setcopyright, site.sethelper):
        bring()
    preludes.warm()
    sys.getrecursionlimit, sys.setrecursionlimit = getrecursionlimit, setrecursionlimit
    gc.disable()
    gc.collect()
    gc.freeze()


def packages() -> str:
    """Says which of the packages that programs ask for can be imported here."""
    lacking = [name for name in _PACKAGES if find_spec(name) is None]
    return f"missing: {', '.join(lacking)}" if lacking else "yes"


def run(
    source: Buffer, function: str | None, prelude: str | None, arguments: Buffer, folder: str
) -> NoReturn:
    """Runs `source` as a program, or calls its `function` on JSON `arguments`, within `folder`."""
    name = "__main__" if function is None else "solution"
    path = f"{folder}/{'main' if function is None else name}.py"
    gc.freeze()  # before the program's module is made: the end looks at what came later, alone
    gc.enable()
    text = bytes(source.view)
    try:
        code = compile(text, path, "exec", dont_inherit=True)
    except BaseException:
        traceback.print_exc(limit=0)
        sys.stderr.flush()
        os._exit(1)
    with contextlib.suppress(OSError):  # a source above the limit of files does without
        _write(path, text)
    del text
    os.write(fence.READY, b"R")
    os.close(fence.READY)
    if function is None:
        os.close(fence.RESULT)
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    random.seed()  # which the fork left out
    sys.modules[name] = _main(path) if function is None else _solution(path)
    sys.argv = [path.rpartition("/")[2]]
    sys.orig_argv = ["python3", *sys.argv]
    sys.path.insert(0, folder)
    sys.set_int_max_str_digits(0)
    _hidden.append(_depth() - 1)
    sys.setrecursionlimit(1000)
    status = 0
    try:
        if prelude:
            preludes.run(prelude, sys.modules[name])
        exec(code, sys.modules[name].__dict__)
        if function is not None:
            _call(sys.modules[name], function, json.loads(bytes(arguments.view)))
    except BaseException as error:
        status = _failed(error)
    del code  # nothing here may keep alive what the end should find dead
    end(status)


def _write(path: str, text: bytes) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        while text:
            text = text[os.write(fd, text) :]
    finally:
        os.close(fd)


def _main(path: str) -> types.ModuleType:
    """Returns the module of a program, with what the interpreter puts into it, in its order."""
    module = types.ModuleType("__main__")
    module.__dict__.update(
        __package__=None,
        __loader__=SourceFileLoader("__main__", path),
        __spec__=None,
        __annotations__={},
        __builtins__=sys.modules["builtins"],
        __file__=path,
        __cached__=None,
    )
    return module


def _solution(path: str) -> types.ModuleType:
    """Returns the module of a function's source, as an import makes it."""
    module: types.ModuleType = _module_from_spec(_spec_from_file("solution", path))
    return module


def _call(module: types.ModuleType, function: str, arguments: list[Any]) -> None:
    target = getattr(module, function, None)
    if not callable(target):
        target = getattr(module.Solution(), function)
    data = json.dumps(target(*arguments)).encode()
    with io.FileIO(fence.RESULT, "w") as result:
        result.write(data)


def _depth() -> int:
    """Returns how deep the interpreter counts this call to stand, C functions included."""
    try:
        _put_limit(1)
    except RecursionError as error:  # "... at the recursion depth 17: the new limit is too low"
        return int(str(error).partition("depth ")[2].partition(":")[0])
    return 0


def getrecursionlimit() -> int:
    """Returns the recursion limit without the runner's own frames; stands in for Python's."""
    return _get_limit() - _hidden[-1]


def setrecursionlimit(limit: int, /) -> None:
    """Sets the recursion limit without the runner's own frames; stands in for Python's."""
    _put_limit(min(limit + _hidden[-1], max(limit, _MOST)) if limit > 0 else limit)


def _failed(error: BaseException) -> int:
    """Reports what a program raised, as the interpreter does, and returns the exit status."""
    if isinstance(error, SystemExit):
        return _exit_status(error.code)
    trace = error.__traceback__
    try:
        sys.excepthook(type(error), error, trace.tb_next if trace else None)
    except SystemExit as leave:
        return _exit_status(leave.code)
    except BaseException:
        traceback.print_exception(error)
    return 1


def _exit_status(code: object) -> int:
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF if -(1 << 63) <= code < 1 << 63 else 0xFF
    with contextlib.suppress(Exception):
        print(code, file=sys.stderr)
    return 1
