"""How a Python program's process ends: as the interpreter ends, at the price of what that changes.

The interpreter waits for threads, runs exit functions, flushes, and then takes itself apart, which
lets finalisers run and files flush. For a process that was forked from a warm interpreter, taking
it apart costs more than most programs do, and nearly always nothing comes of it. So the objects
that the program left are looked at: only if one of them could still do something, the interpreter
ends for real, by its own `Py_Exit`.
"""

from __future__ import annotations

import _thread
import atexit
import ctypes
import gc
import io
import os
import sys
import threading
import types
import weakref
from collections.abc import Callable
from typing import Any, NoReturn

_ALIVE = (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType)
_LOOKED_AT = (type, weakref.ref)
_HARMLESS = frozenset({
    io.BytesIO, io.StringIO, dict, list, tuple, set, frozenset, types.FunctionType,
    types.BuiltinFunctionType, types.MethodType, types.ModuleType, types.CellType,
    types.GetSetDescriptorType, types.MemberDescriptorType, staticmethod, classmethod, property,
})  # fmt: skip
_FAILED_FLUSH = 120  # what the interpreter itself ends with then

# Bound before any submission runs: it may replace what stands in these modules.
_objects, _leave, _threads = gc.get_objects, os._exit, _thread._count
_flush_c: Callable[[None], int] = ctypes.PyDLL(None).fflush
_py_exit: Callable[[int], NoReturn] = ctypes.pythonapi.Py_Exit


def end(status: int) -> NoReturn:
    """Ends this process with `status`, or 120 if the standard streams cannot be flushed."""
    if _threads() or threading._threading_atexits:  # type: ignore[attr-defined]
        _try(threading._shutdown)  # type: ignore[attr-defined]
    _try(atexit._run_exitfuncs)
    if not _flush("stdout", "stderr"):
        status = _FAILED_FLUSH
    if _threads() or _unfinished(_objects()):
        _py_exit(status)
    # What the program put in their place is gone by now, and these are what is left.
    if not _flush("__stdout__", "__stderr__"):
        status = _FAILED_FLUSH
    _flush_c(None)
    _leave(status)


def _try(step: Callable[[], object]) -> None:
    try:
        step()
    except BaseException as error:
        _tell(error)


def _flush(*names: str) -> bool:
    """Flushes streams of `sys`, as far as they are open, and tells whether that went well."""
    done = True
    for name in names:
        stream = getattr(sys, name, None)
        if stream is None or _closed(stream):
            continue
        try:
            stream.flush()
        except BaseException as error:
            done = False
            if "err" not in name:
                _tell(error)
    return done


def _closed(stream: Any) -> bool:
    try:
        return bool(stream.closed)
    except BaseException:
        return False


def _unfinished(objects: list[Any]) -> bool:
    """Tells whether any of a program's objects does something when it dies.

    Only what the garbage collector tracks is seen. What it does not has no finaliser, but for
    instances of classes with empty slots, so classes that bring a finaliser count themselves.
    """
    kinds = set(map(type, objects)) - _HARMLESS
    kinds = {kind for kind in kinds if hasattr(kind, "__del__") or issubclass(kind, _LOOKED_AT)}
    return bool(kinds) and any(_acts(one) for one in objects if type(one) in kinds)


def _acts(one: Any) -> bool:
    try:
        if isinstance(one, type):
            return "__del__" in vars(one) and not _of_library(one)
        if isinstance(one, weakref.ref):
            return isinstance(one.__callback__, types.FunctionType | types.MethodType) and not (
                _of_library(one.__callback__)
            )
        if isinstance(one, _ALIVE):
            return _has_handlers(one)
        if type(one).__module__ == "_io":
            return not one.closed and one.writable()
    except BaseException:  # a closed or detached stream, or something that lies
        return not isinstance(one, io.IOBase)
    return True


def _has_handlers(one: Any) -> bool:
    """Tells whether a generator that is thrown away would run code of its own."""
    prefix = {types.CoroutineType: "cr", types.AsyncGeneratorType: "ag"}.get(type(one), "gi")
    if getattr(one, f"{prefix}_frame") is None:
        return False
    return bool(getattr(one, f"{prefix}_code").co_exceptiontable)


def _of_library(one: Any) -> bool:
    return str(getattr(one, "__module__", "")).partition(".")[0] in sys.stdlib_module_names


def _tell(error: BaseException) -> None:
    """Writes an error that nobody can catch any more to stderr, as the interpreter does."""
    try:
        sys.excepthook(type(error), error, error.__traceback__)
    except BaseException:
        return
