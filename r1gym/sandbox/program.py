"""What is to be run, checked before anything is started: a source, its language and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.sandbox.backends import pool_of
from r1gym.sandbox.limits import Limits
from r1gym.sandbox.pool import Pool
from r1gym.sandbox.runner.languages import LANGUAGES
from r1gym.sandbox.runner.preludes import PRELUDES


@dataclass(frozen=True)
class Program:
    """A program, as a worker takes it.

    Attributes:
        code: Its source.
        language: Its language.
        limits: What it may use.
        prelude: The name of what stands before it, if anything does.
        whole: Whether its output comes back as far as the limits let it. Otherwise of stderr comes
            the end alone, and of an output above its limit nothing, as tests need it.
    """

    code: bytes
    language: str
    limits: Limits
    prelude: str | None = None
    whole: bool = False


def checked(
    code: str,
    language: str,
    limits: Limits | Mapping[str, Any] | None,
    prelude: str | None = None,
    whole: bool = False,
) -> Program:
    """Returns the program that a caller describes.

    Raises:
        ConfigError: If the code is no text, or a limit or prelude does not fit.
        UnknownNameError: If there is no such language or prelude.
    """
    if language not in LANGUAGES:
        raise UnknownNameError("language", language, LANGUAGES)
    if not isinstance(code, str):
        raise ConfigError(f"code must be text, not {type(code).__name__}.")
    if prelude is not None and prelude not in PRELUDES:
        raise UnknownNameError("prelude", str(prelude), PRELUDES)
    if prelude is not None and language != "python":
        raise ConfigError(f"A prelude is Python; leave it out for {language}.")
    return Program(to_bytes(code), language, Limits.of(limits), prelude, whole)


def to_bytes(text: str) -> bytes:
    """Returns text as it goes down, with whatever half characters a policy wrote."""
    return text.encode("utf-8", "surrogatepass")


def pool_for(program: Program, backend: str | Pool) -> Pool:
    """Returns a backend's pool, if it can give a program the memory it may use.

    Raises:
        ConfigError: If it cannot.
        UnknownNameError: If there is no such backend.
        SandboxError: If this machine cannot offer it.
    """
    pool = pool_of(backend)
    most = pool.backend.memory_mb
    if most is not None and program.limits.memory_mb > most:
        raise ConfigError(f"limits: memory_mb can be at most {most} with {pool.backend.name}.")
    return pool
