"""Programs whose output must come back from `execute` as they wrote it, however they ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from r1gym.sandbox.backends import pool_of
from r1gym.sandbox.execution import execute
from r1gym.sandbox.pool import Pool
from r1gym.sandbox.verdicts import Execution

_BYTES = bytes(range(256))


@dataclass(frozen=True)
class ExecutionCase:
    """A program, and the execution that is right for it.

    Attributes:
        name: Its name, unique in the suite.
        code: Its source.
        stdout: What it must have written; None for anything.
        stderr: What must stand in what it wrote to stderr.
        failure: How it must end; None for by itself, with status 0.
        status: Its exit status; None for any.
        stdin: Its input.
        language: Its language.
        limits: Its limits.
    """

    name: str
    code: str
    stdout: bytes | None = b""
    stderr: bytes = b""
    failure: str | None = None
    status: int | None = None
    stdin: bytes = b""
    language: str = "python"
    limits: Mapping[str, float] = field(default_factory=lambda: {"cpu_s": 5.0, "wall_s": 20.0})

    def fault(self, execution: Execution) -> str:
        """Returns what is wrong with an execution of it, empty if nothing is."""
        if execution.failure != self.failure:
            return f"{execution.failure}, not {self.failure} {execution.message}".rstrip()
        if self.stdout is not None and execution.stdout != self.stdout:
            return f"stdout {execution.stdout[:80]!r}, not {self.stdout[:80]!r}"
        if self.stderr not in execution.stderr:
            return f"stderr {execution.stderr[-80:]!r} without {self.stderr[:80]!r}"
        if self.status not in (None, execution.status):
            return f"status {execution.status}, not {self.status}"
        return ""


def _case(name: str, code: str, stdout: bytes | None = b"", **more: object) -> ExecutionCase:
    return ExecutionCase(f"execute-{name}", code, stdout, **more)  # type: ignore[arg-type]


_ECHO = "import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read())"
_SMALL = {"cpu_s": 5.0, "wall_s": 20.0, "output_bytes": 1000}
EXECUTIONS: tuple[ExecutionCase, ...] = (
    _case("text", "print(input()[::-1])", b"ba\n", stdin=b"ab\n", status=0),
    _case("no-input", "import sys; print(repr(sys.stdin.read()))", b"''\n"),
    _case("nothing", ""),
    _case("binary", _ECHO, _BYTES, stdin=_BYTES),
    _case("a-megabyte", _ECHO, _BYTES * 4096, stdin=_BYTES * 4096),
    _case("input-not-read", "print(1)", b"1\n", stdin=_BYTES * 4096),
    _case("no-utf-8", "import os; os.write(1, b'\\xff\\n'); os.write(2, b'\\xfe')", b"\xff\n",
          stderr=b"\xfe"),
    _case("both-streams", "import sys; print(1); print(2, file=sys.stderr)", b"1\n", stderr=b"2\n"),
    _case("all-of-stderr", "import os; os.write(2, b'begin' + b'x' * 20000)", stderr=b"begin"),
    _case("status", "print('so far'); raise SystemExit(3)", b"so far\n",
          failure="runtime_error", status=3),
    _case("exception", "print(1)\n1 / 0", b"1\n", stderr=b"ZeroDivisionError",
          failure="runtime_error", status=1),
    _case("crash", "import ctypes; print(1, flush=True); ctypes.string_at(0)", b"1\n",
          failure="runtime_error", status=-11),
    _case("no-python", "print(", stderr=b"SyntaxError", failure="compile_error"),
    _case("processor-time", "print(1, flush=True)\nwhile True: pass", b"1\n",
          failure="time_limit", limits={"cpu_s": 0.3, "wall_s": 10.0}),
    _case("wall-time", "import time\nprint(1, flush=True)\ntime.sleep(60)", b"1\n",
          failure="time_limit", limits={"wall_s": 0.3}),
    _case("memory", "print(1, flush=True)\nx = []\nwhile True: x.append(b'x' * 100_000)", b"1\n",
          failure="memory_limit", limits={"cpu_s": 5.0, "memory_mb": 64}),
    _case("one-large-request", "print(1, flush=True)\nx = b'x' * (1 << 30)", b"1\n",
          failure="memory_limit", limits={"cpu_s": 5.0, "memory_mb": 64}),
    _case("output-limit", "while True: print('x' * 99)", (b"x" * 99 + b"\n") * 10,
          failure="output_limit", limits=_SMALL),
    _case("stderr-limit", "import os\nwhile True: os.write(2, b'x' * 99)", stderr=b"x" * 1000,
          failure="output_limit", limits=_SMALL),
    _case("output-just-fits", "print('x' * 1000, end='')", b"x" * 1000, limits=_SMALL),
    _case("child-left-behind", "import os, time\nif os.fork(): print(1)\nelse: time.sleep(60)",
          b"1\n", limits={"cpu_s": 5.0, "wall_s": 30.0}),
    _case("bash", "read line; echo \"$line!\"; exit 7", b"hi!\n", stdin=b"hi\n", language="bash",
          failure="runtime_error", status=7),
    _case("bash-syntax", "if then", failure="compile_error", language="bash", stderr=b"syntax"),
    _case("c", '#include <unistd.h>\nint main(void) { char b[8]; long n = read(0, b, 8);'
          ' write(1, b, n); return 0; }', b"\x00\xff\x00", stdin=b"\x00\xff\x00", language="c"),
    _case("c-error", "int main(void) { return nothing; }", failure="compile_error", language="c",
          stderr=b"nothing"),
    _case("c-crash", "int main(void) { *(volatile int *)0 = 1; }", failure="runtime_error",
          status=-11, language="c"),
    _case("javascript", "process.stdout.write(require('fs').readFileSync(0))", _BYTES,
          stdin=_BYTES, language="javascript"),
)  # fmt: skip


@dataclass(frozen=True)
class ExecutionResult:
    """What became of one case.

    Attributes:
        case: The case.
        execution: Its execution.
        fault: What is wrong with it, empty if nothing is.
    """

    case: ExecutionCase
    execution: Execution
    fault: str


def run_executions(
    backend: str | Pool = "auto",
    cases: Iterable[ExecutionCase] = EXECUTIONS,
    *,
    workers: int | None = None,
) -> list[ExecutionResult]:
    """Runs the cases on `execute` against a backend and returns their results in order.

    Args:
        backend: As for `r1gym.sandbox.execute`.
        cases: Which cases.
        workers: How many at a time.
    """
    pool = pool_of(backend)

    def result(case: ExecutionCase) -> ExecutionResult:
        execution = execute(case.code, case.language, case.stdin, case.limits, pool)
        return ExecutionResult(case, execution, case.fault(execution))

    with ThreadPoolExecutor(workers or pool.size) as threads:
        return list(threads.map(result, cases))
