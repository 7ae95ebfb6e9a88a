"""The table of languages: one row here makes a new one, for the runner and for everybody else.

How a program is compiled, checked and started is the runner's part of it; what completions call the
language, and what an image needs for it, is read outside. No other place lists languages.
"""

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


@dataclass(frozen=True, kw_only=True)
class Language:
    """One language.

    Attributes:
        source: The source's file name, in ``/code``.
        run: The command that runs it. None has only Python, which the runner runs itself, in a
            process forked from its own interpreter (`python_job`).
        compiler: The command that makes a program of it, if it is compiled.
        checker: The command that tells, after a failed run, whether the source is at fault.
        stack: Bytes of stack, where the default for programs does not fit.
        call: What follows the source to call one of its functions, if that is possible.
        plain: Whether its interpreter takes a byte order mark and CR for words; both are removed.
        packages: What an image needs of Debian.
        labels: What the fence of a code block may be labelled with.
        looks: A regular expression found in programs and not in prose, for answers without a
            fence; by default there must be one.
    """

    source: str
    run: tuple[str, ...] = ()
    compiler: tuple[str, ...] = ()
    checker: tuple[str, ...] = ()
    stack: int | None = None
    call: str = ""
    plain: bool = False
    packages: tuple[str, ...]
    labels: tuple[str, ...]
    looks: str = "(?!)"

    @property
    def forked(self) -> bool:
        """Whether the runner's own interpreter runs it, and compiles it in the same process."""
        return not self.run

    @property
    def calls(self) -> bool:
        """Whether one of its functions can be called."""
        return self.forked or bool(self.call)

    @property
    def installed(self) -> bool:
        """Whether its compiler or interpreter is there."""
        return self.forked or which((self.compiler or self.run)[0]) is not None

    def text(self, code: bytes, function: str | None) -> bytes:
        """Returns what is written to the source file."""
        if self.plain:
            code = code.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
        if function is None or self.forked:
            return code
        return code + self.call.replace("FUNCTION", function).encode()


_BINARY = "/code/solution"
_LOOKS_LIKE_C = r"^[ \t]*#[ \t]*include\b|\b\w+[ \t*&]+\w+[ \t]*\([^()]*\)\s*\{"
LANGUAGES = {
    "python": Language(
        source="main.py",
        packages=("python3",),
        labels=("python", "py", "python3", "py3"),
        looks=r"^[ \t]*(?:(?:def|class|async def) \w+.*:|from [\w.]+ import |import \w|@\w"
        r"|(?:for|while|if|with) .+:|\w+\(.*\)[ \t]*$|[A-Za-z_][\w.,\[\] ]*[-+*/%|&^]?=[^=])",
    ),
    "c": Language(
        source="solution.c",
        run=(_BINARY,),
        compiler=("gcc", "-O2", "-std=gnu17", "-pipe", "-o", _BINARY, f"{_BINARY}.c", "-lm"),
        packages=("gcc", "libc6-dev"),
        labels=("c", "c99", "c11", "c17"),
        looks=_LOOKS_LIKE_C,
    ),
    "cpp": Language(
        source="solution.cpp",
        run=(_BINARY,),
        compiler=("g++", "-O2", "-std=gnu++17", "-pipe", "-o", _BINARY, f"{_BINARY}.cpp"),
        packages=("g++",),
        labels=("cpp", "c++", "cc", "cxx", "c++17", "c++20", "cpp17", "cpp20"),
        looks=_LOOKS_LIKE_C,
    ),
    "bash": Language(
        source="solution.sh",
        run=("bash", f"{_BINARY}.sh"),
        checker=("bash", "-n", f"{_BINARY}.sh"),
        plain=True,
        packages=("bash",),
        labels=("bash", "sh", "shell"),
        looks=r"^[ \t]*(?:#!|echo |printf |read |for \w+ in |while |if \[|awk |sed |grep |cat\b"
        r"|\w+\(\)|\w+=\S)",
    ),
    # Node gives each of its threads a stack as large as the main one's.
    "javascript": Language(
        source="solution.js",
        run=("node", f"{_BINARY}.js"),
        checker=("node", "--check", f"{_BINARY}.js"),
        stack=8 << 20,
        call=_JAVASCRIPT_CALL,
        packages=("nodejs",),
        labels=("javascript", "js", "node", "nodejs"),
        looks=r"^[ \t]*(?:const |let |var |(?:async )?function\b|class \w+|import |console\."
        r"|module\.)|=>|\brequire\(",
    ),
}
