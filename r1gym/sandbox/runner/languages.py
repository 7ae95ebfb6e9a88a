"""How each language is compiled, checked and started. One entry here makes a new language."""

from __future__ import annotations

from dataclasses import dataclass

from .namespaces import which

_JAVASCRIPT_CALL = """
;(async () => {
  const fs = require("fs");
  const found = (() => { try { return FUNCTION; } catch (error) { return undefined; } })();
  const exported = typeof module === "object" && module.exports && module.exports.FUNCTION;
  const target = typeof found === "function" ? found
    : typeof exported === "function" ? exported
    : (solution => solution.FUNCTION.bind(solution))(new Solution());
  const result = await target(...JSON.parse(fs.readFileSync(0, "utf8")));
  fs.writeSync(3, JSON.stringify(result === undefined ? null : result));
})();
"""


@dataclass(frozen=True)
class Language:
    """A language whose programs are started by executing something.

    Attributes:
        source: The source's file name.
        run: The command that runs it.
        compiler: The command that makes a program of it, if it is compiled.
        checker: The command that tells, after a failed run, whether the source is at fault.
        stack: Bytes of stack, where the default for programs does not fit.
        call: What follows the source to call one of its functions, if that is possible.
    """

    source: str
    run: tuple[str, ...]
    compiler: tuple[str, ...] = ()
    checker: tuple[str, ...] = ()
    stack: int | None = None
    call: str = ""

    def text(self, code: bytes, function: str | None) -> bytes:
        """Returns what is written to the source file."""
        if self.source.endswith(".sh"):  # bash takes a byte order mark and CR for words
            code = code.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
        if function is None:
            return code
        return code + self.call.replace("FUNCTION", function).encode()


_BINARY = "/code/solution"
LANGUAGES = {
    "c": Language(
        "solution.c",
        (_BINARY,),
        ("gcc", "-O2", "-std=gnu17", "-pipe", "-o", _BINARY, f"{_BINARY}.c", "-lm"),
    ),
    "cpp": Language(
        "solution.cpp",
        (_BINARY,),
        ("g++", "-O2", "-std=gnu++17", "-pipe", "-o", _BINARY, f"{_BINARY}.cpp"),
    ),
    "bash": Language(
        "solution.sh",
        ("bash", f"{_BINARY}.sh"),
        checker=("bash", "-n", f"{_BINARY}.sh"),
    ),
    # Node gives each of its threads a stack as large as the main one's.
    "javascript": Language(
        "solution.js",
        ("node", f"{_BINARY}.js"),
        checker=("node", "--check", f"{_BINARY}.js"),
        stack=8 << 20,
        call=_JAVASCRIPT_CALL,
    ),
}


def program(command: tuple[str, ...]) -> str | None:
    """Returns the path of a command's program, None where it is not installed."""
    return which(command[0])


def available() -> list[str]:
    """Returns the languages whose compiler or interpreter is installed."""
    return [name for name, made in LANGUAGES.items() if program(made.compiler or made.run)]
