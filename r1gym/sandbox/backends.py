"""Backends by name, the choice of ``auto``, and the one pool of each that a process shares."""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections.abc import Callable

from r1gym.core.errors import R1GymError, UnknownNameError
from r1gym.core.registry import Registry
from r1gym.sandbox.errors import SandboxError
from r1gym.sandbox.pool import Pool
from r1gym.sandbox.protocol import Backend, WorkerLost, await_ready

BACKENDS: Registry[Callable[[], Backend]] = Registry(
    "sandbox backend",
    group="r1gym.backends",
    wants="a class or a function that makes a backend",
    fits=callable,
    built_in={
        "confined": "r1gym.sandbox.confined:ConfinedBackend",
        "docker": "r1gym.sandbox.docker:DockerBackend",
        "local": "r1gym.sandbox.local:LocalBackend",
    },
)
_AUTO = ("local", "docker")  # what is weaker is only taken by its name
_pools: dict[str, Pool] = {}
_inherited: list[Pool] = []
_lock = threading.Lock()
_log = logging.getLogger(__name__)


def pool_of(backend: str | Pool) -> Pool:
    """Returns the pool of a backend, the same one for all callers of this process.

    Args:
        backend: A name in `BACKENDS`, ``auto``, or a pool, returned as it is.

    Raises:
        UnknownNameError: If there is no such backend.
        SandboxError: If this machine cannot offer it; ``auto`` tells why for each.
    """
    if isinstance(backend, Pool):
        return backend
    check_name(backend)
    with _lock:
        if backend not in _pools:
            _pools[backend] = _auto() if backend == "auto" else _checked(backend)
        return _pools[backend]


def check_name(backend: str) -> None:
    """Checks that a name is that of a backend, or ``auto``; starts nothing.

    Raises:
        UnknownNameError: If it is not.
        ConfigError: If the package that brings the backend cannot be loaded.
    """
    if backend == "auto":
        return
    try:
        BACKENDS.get(str(backend))
    except UnknownNameError:
        known = [*BACKENDS.names(), "auto"]
        hint = "A package brings more: see 'A backend of yours' on the page of the sandbox."
        raise UnknownNameError(BACKENDS.kind, str(backend), known, hint) from None


def _checked(name: str) -> Pool:
    """Returns a new pool whose first worker has shown that the backend works here."""
    if name in _pools:
        return _pools[name]
    try:
        return _tried(Pool(BACKENDS.get(name)()))
    except R1GymError:
        raise
    except Exception as error:  # a package's backend may fail in any way
        why = str(error) if isinstance(error, OSError | WorkerLost) else repr(error)
        raise SandboxError(f"The {name} sandbox does not start: {why}") from error


def _tried(pool: Pool) -> Pool:
    try:
        worker = pool.acquire()
        try:
            pool.layers = await_ready(worker)
        finally:
            pool.discard(worker)
    except BaseException:
        pool.close()
        raise
    return pool


def _auto() -> Pool:
    reasons = []
    for name in _AUTO:
        try:
            pool = _checked(name)
        except SandboxError as error:
            reasons.append(f"{name}: {error}")
            continue
        _log.info("sandbox: auto picks %s", name)
        _pools[name] = pool
        return pool
    raise SandboxError(
        f"No sandbox works on this machine. {' '.join(reasons)} In a container that grants no "
        "namespaces there is backend='confined', which needs neither and is weaker."
    )


def close_all() -> None:
    """Ends every shared pool; the next use starts a new one."""
    with _lock:
        pools = set(_pools.values())
        _pools.clear()
    for pool in pools:
        pool.close()


def _after_fork() -> None:
    """Forgets the parent's workers: two processes cannot share a channel."""
    global _lock
    _lock = threading.Lock()
    for pool in _pools.values():
        pool.abandon()
    _inherited.extend(_pools.values())  # kept, since their processes are not ours to wait for
    _pools.clear()


atexit.register(close_all)
os.register_at_fork(after_in_child=_after_fork)
