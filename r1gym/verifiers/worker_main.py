"""The worker's side of `r1gym.verifiers.workers`: makes a verifier, then scores until told to end.

The pipes are moved away from standard input and output, so that what a verifier prints goes to
standard error and cannot be taken for an answer. A second pipe, on which nothing is ever written,
ties the worker's life to its parent's: when its other end closes, the kernel sends SIGIO, and that
ends the process even in the middle of C code. (The parent-death signal would not do: it comes when
the thread that started the worker ends.)
"""

from __future__ import annotations

import fcntl
import importlib
import json
import os
import pickle
import resource
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

from r1gym.core.types import Completion, Problem
from r1gym.verifiers.execution import FAULTS, failure
from r1gym.verifiers.protocol import Verifier
from r1gym.verifiers.workers import LENGTH, OUT_OF_MEMORY, Recipe


def main() -> None:
    """Answers messages on standard input until its end."""
    _die_with_parent(int(sys.argv[1]))
    requests, answers = _take_pipes()
    try:
        recipe, memory_mb = _receive(requests)
        try:
            verifier = make_verifier(recipe)
        except FAULTS as error:
            why = " ".join(f"{type(error).__name__}: {error}".split())
            _send(answers, pickle.dumps(why))
            return
        _limit_memory(memory_mb)
        _send(answers, pickle.dumps(None))
        while True:
            problem, completion = _receive(requests)
            _send(answers, _score(recipe.name, verifier, problem, completion))
    except EOFError:
        return
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def make_verifier(recipe: Recipe) -> Verifier:
    """Returns the verifier that a recipe describes."""
    factory: Any = importlib.import_module(recipe.module)
    for name in recipe.qualname.split("."):
        factory = getattr(factory, name)
    verifier: Verifier = factory(**json.loads(recipe.options))
    if recipe.template is not None:
        fitted: Verifier = verifier.for_template(recipe.template)  # type: ignore[attr-defined]
        return fitted
    return verifier


def _score(name: str, verifier: Verifier, problem: Problem, completion: Completion) -> bytes:
    try:
        return pickle.dumps(verifier.score(problem, completion))
    except MemoryError:
        raise
    except FAULTS as error:
        return pickle.dumps(failure(name, error))


def _die_with_parent(life: int) -> None:
    os.set_inheritable(life, False)
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGIO})
    fcntl.fcntl(life, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(life, fcntl.F_SETFL, fcntl.fcntl(life, fcntl.F_GETFL) | os.O_ASYNC)


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return requests, answers


def _limit_memory(megabytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sizes = Path("/proc/self/statm")
    if sizes.exists():  # elsewhere the limit is not kept anyway
        most = int(sizes.read_text().split()[0]) * resource.getpagesize() + megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _receive(requests: BinaryIO) -> Any:
    (length,) = LENGTH.unpack(_read(requests, LENGTH.size))
    return pickle.loads(_read(requests, length))


def _read(requests: BinaryIO, length: int) -> bytes:
    data = requests.read(length)
    if len(data) < length:
        raise EOFError
    return data


def _send(answers: BinaryIO, message: bytes) -> None:
    answers.write(LENGTH.pack(len(message)) + message)
    answers.flush()


if __name__ == "__main__":
    main()
