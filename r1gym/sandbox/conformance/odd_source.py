"""Source that is odd: some of it right, some of it not, none of it the sandbox's problem."""

# ruff: noqa: E501  a program per line reads better than a wrapped one

from __future__ import annotations

from r1gym.sandbox.conformance.case import ConformanceCase, call, ends, stdin

_COMPILE, _ERROR, _OK = "compile_error", "runtime_error", "accepted"
_HI = stdin("hi")


def _ok(name: str, code: str, language: str = "python", output: str = "hi") -> ConformanceCase:
    limits = {"cpu_s": 5.0, "wall_s": 20.0}
    return ConformanceCase(name, code, stdin(output), language=language, limits=limits)


def _bad(name: str, code: str, language: str = "python") -> ConformanceCase:
    return ConformanceCase(name, code, _HI, (_COMPILE,), language=language)


ODD_SOURCE: list[ConformanceCase] = [
    _ok("byte-order-mark", "\ufeffprint('hi')"),
    _ok("windows-lines", "if True:\r\n    print('hi')\r\n"),
    _ok("old-mac-lines", "x = 'hi'\rprint(x)\r"),
    _ok("no-last-newline", "print('hi')"),
    _ok("form-feed", "\f\nprint('hi')\n\f"),
    _ok("coding-utf8", "# -*- coding: utf-8 -*-\nprint('hi')"),
    _ok("coding-latin1", "# -*- coding: latin-1 -*-\nprint('hi')"),
    _ok("shebang", "#!/usr/bin/env python3\nprint('hi')"),
    _ok("unicode-names", "größe = 'hi'\nprint(größe)"),
    _ok("unicode-output", "print('ﬀ – 你好 – 🎉')", output="ﬀ – 你好 – 🎉"),
    _ok("main-guard", "def main():\n    print('hi')\nif __name__ == '__main__':\n    main()"),
    _ok("exit-at-end", "print('hi')\nexit()"),
    _ok("quit-at-end", "print('hi')\nquit(0)"),
    _ok("sys-exit-none", "import sys\nprint('hi')\nsys.exit()"),
    _ok("raise-exit", "print('hi')\nraise SystemExit"),
    _ok("os-exit-after-flush", "import os\nprint('hi', flush=True)\nos._exit(0)"),
    _ok("no-trailing-newline-out", "print('hi', end='')"),
    _ok("trailing-blanks-out", "print('hi \\t ')\nprint()\nprint()"),
    _ok("windows-lines-out", "import sys\nsys.stdout.write('hi\\r\\n')"),
    _ok("long-line", "x = '" + "a" * 500_000 + "'\nprint('hi')"),
    _ok("many-lines", "x = 1\n" * 50_000 + "print('hi')"),
    _ok("many-functions", "".join(f"def f{i}(): return {i}\n" for i in range(5000)) + "print('hi')"),
    _ok("surrogate-escape", "print('\\ud800'.encode('utf-8', 'replace').decode()[:0] + 'hi')"),
    _ok("markers-in-strings", "x = '''\nEOF\n```\n</answer>\n\"\"\"\n'''\nprint('hi')"),
    _ok("future-import", "from __future__ import annotations\nprint('hi')"),
    _ok("shadows-modules", "import sys\nsys.modules['json'] = None\nprint('hi')"),
    _ok("replaces-print", "import builtins\nshow = print\nbuiltins.print = None\nshow('hi')"),
    _ok("closes-stderr", "import sys\nsys.stderr.close()\nprint('hi')"),
    _ok("closes-stdin", "import sys\nsys.stdin.close()\nprint('hi')"),
    _ok("detached-stdout", "import sys, io\nsys.stdout = io.TextIOWrapper(sys.stdout.detach(), write_through=True)\nprint('hi')"),
    _ok("reopened-stdout", "import os\nout = os.fdopen(1, 'w')\nout.write('hi')\nout.close()"),
    _ok("warning", "import warnings\nwarnings.warn('careful')\nprint('hi')"),
    _ok("syntax-warning", "x = 1 is 1\nprint('hi')"),
    _ok("deep-but-fine", "x = " + "(" * 80 + "1" + ")" * 80 + "\nprint('hi')"),
    _bad("zero-byte", "print('hi')\0"),
    _bad("lone-surrogate", "print('\ud800')"),
    _bad("unclosed-bracket", "print('hi'"),
    _bad("unclosed-string", "print('''hi"),
    _bad("bad-indent", "if True:\nprint('hi')"),
    _bad("tabs-and-spaces", "if True:\n\tif True:\n        x = 1\n\tprint('hi')"),
    _bad("python-2", "print 'hi'"),
    _bad("unknown-coding", "# -*- coding: klingon -*-\nprint('hi')"),
    _bad("late-byte-order-mark", "print('hi')\n\ufeffprint('hi')"),
    _bad("backslash-at-end", "print('hi') \\"),
    _bad("prose", "Here is the solution to your problem:"),
    _bad("fence-left-in", "```python\nprint('hi')\n```"),
    _bad("return-outside", "print('hi')\nreturn"),
    _bad("await-outside", "await print('hi')"),
    _bad("digits", "x = " + "9" * 5000),
    ends("undefined-name", "print(hi)", _ERROR),
    ends("unknown-import", "import no_such_module", _ERROR),
    ends("error-in-syntax-at-run", "eval('1 +')", _ERROR),
    ends("empty-call", "", _ERROR, tests=call("f", [], 1)),
    ConformanceCase("prelude", "def f(x: List[int]) -> Optional[int]:\n    return Counter(x).most_common(1)[0][0]", call("f", [[1, 2, 2]], 2), prelude="livecodebench"),
    ConformanceCase("prelude-for-programs", "print(max(Counter(input()).values()), sqrt(4))", stdin("2 2.0", "abb"), prelude="livecodebench"),
    ends("no-prelude", "def f(x: List[int]): return x", _ERROR, tests=call("f", [[1]], [1])),
    ends("no-prelude-for-programs", "print(sqrt(4))", _ERROR, tests=stdin("2.0")),
    ConformanceCase("main-guard-call", "def f(x): return x\nif __name__ == '__main__':\n    input(); raise SystemExit(1)", call("f", [3], 3)),
    ConformanceCase("prints-in-call", "def f(x):\n    print('debug', x)\n    return x", call("f", [3], 3)),
    ConformanceCase("function-named-like-builtin", "def sorted(x): return 'mine'", call("sorted", [[2, 1]], "mine")),
    ConformanceCase("static-method", "class Solution:\n    @staticmethod\n    def f(x): return x", call("f", [3], 3)),
    _ok("c-byte-order-mark", '\ufeff#include <stdio.h>\nint main() { puts("hi"); }', "c"),
    _ok("c-windows-lines", '#include <stdio.h>\r\nint main() {\r\n  puts("hi");\r\n}\r\n', "c"),
    _ok("c-warnings", '#include <stdio.h>\nint main() { int x; printf("hi\\n"); return 0; }', "c"),
    _bad("c-empty", "", "c"),
    _bad("c-missing-header", "#include <no_such_header.h>\nint main() {}", "c"),
    _bad("c-undefined-function", "int main() { return no_such_function_anywhere(); }", "c"),
    _bad("c-error-directive", "#error no\nint main() {}", "c"),
    _bad("cpp-type-error", 'int main() { int x = "hi"; }', "cpp"),
    _ok("bash-byte-order-mark", "\ufeffecho hi", "bash"),
    _ok("bash-windows-lines", "if true; then\r\n  echo hi\r\nfi\r\n", "bash"),
    _bad("bash-unclosed", "if true; then echo hi", "bash"),
    _ok("javascript-byte-order-mark", "\ufeffconsole.log('hi')", "javascript"),
    _ok("javascript-strict", "'use strict';\nconsole.log('hi')", "javascript"),
    _bad("javascript-unclosed", "console.log('hi'", "javascript"),
    ends("javascript-undefined", "hi()", _ERROR, language="javascript"),
]  # fmt: skip
