"""Runs one program and brings its output back, the primitive that tools need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from r1gym.core.errors import ConfigError
from r1gym.sandbox import program, session
from r1gym.sandbox.limits import Limits
from r1gym.sandbox.pool import Pool
from r1gym.sandbox.verdicts import Execution, RunVerdict


def execute(
    code: str,
    language: str = "python",
    stdin: str | bytes = "",
    limits: Limits | Mapping[str, Any] | None = None,
    backend: str | Pool = "auto",
) -> Execution:
    r"""Runs a program in a sandbox and returns what it wrote and how it ended.

    Safe from any thread. Nothing of it is kept for the next call but a warm worker.

    Args:
        code: The program's source.
        language: A name in `r1gym.sandbox.LANGUAGES`, such as ``python`` or ``bash``.
        stdin: Its standard input; text is encoded in UTF-8.
        limits: A `Limits`, or a mapping of its fields. Output is cut at ``output_bytes``, and the
            program ended there.
        backend: The name of a backend, ``auto``, or a `Pool`.

    Returns:
        The execution. A program that fails is no error: ``execution.failure`` says how.

    Raises:
        ConfigError: If an argument is not as above.
        UnknownNameError: If there is no such language or backend.
        SandboxError: If this machine cannot offer the sandbox or the language.

    Example:
        >>> done = execute("print(input()[::-1])", stdin="stressed")
        >>> done.stdout, done.status, done.failure
        (b'desserts\n', 0, None)
        >>> execute("while True: pass", limits={"cpu_s": 0.1}).failure
        <RunVerdict.TIME_LIMIT: 'time_limit'>
    """
    if not isinstance(stdin, str | bytes):
        raise ConfigError(f"stdin must be text or bytes, not {type(stdin).__name__}.")
    given = program.to_bytes(stdin) if isinstance(stdin, str) else stdin
    wanted = program.checked(code, language, limits, whole=True)
    pool = program.pool_for(wanted, backend)
    try:
        return session.run_one(pool, wanted, None, given)[0]
    except session.InfraError as error:
        return Execution(failure=RunVerdict.INFRA_ERROR, message=str(error))
