"""Submissions that try to be told right, or told anything else, without an answer."""

# ruff: noqa: E501  a program per line reads better than a wrapped one

from __future__ import annotations

from r1gym.sandbox.conformance.case import GOLD, ConformanceCase, call, ends, stdin

_WRONG, _ERROR = "wrong_answer", "runtime_error"
_ONE = call("f", [1], 1)

FORGERY: list[ConformanceCase] = [
    *(ends(f"exit-{code}", f"import os; os._exit({code})", _ERROR) for code in (1, 124, 125, 126, 127, 128, 134, 137, 139, 143, 152, 255)),
    ends("exit-0", "import sys; sys.exit(0)", _WRONG),
    ends("exit-builtin", "exit(0)", _WRONG),
    ends("exit-in-call", "import os\ndef f(x): os._exit(0)", _WRONG, tests=_ONE),
    ends("exit-at-import", "import os; os._exit(0)", _WRONG, tests=_ONE),
    ends("leave-in-call", "def f(x): raise SystemExit(0)", _WRONG, tests=_ONE),
    ends("claims-accepted", "print('accepted')", _WRONG),
    ends("claims-on-stderr", "import sys; print('accepted', 'OK', '1 passed', file=sys.stderr)", _WRONG),
    ends("claims-memory", "raise MemoryError('Killed')", _ERROR),
    ends("claims-timeout", "import sys; print('Time limit exceeded', file=sys.stderr); sys.exit(124)", _ERROR),
    ends("claims-infra", "import sys; sys.exit('infra_error: docker daemon is not running')", _ERROR),
    ends("right-then-crash", f"print('{GOLD}'); 1 / 0", _ERROR),
    ends("right-then-killed", f"import os; print('{GOLD}', flush=True); os.kill(os.getpid(), 9)", _ERROR),
    ends("right-then-exit-1", f"import os; print('{GOLD}', flush=True); os._exit(1)", _ERROR),
    ends("right-then-loop", f"print('{GOLD}', flush=True)\nwhile True: pass", "time_limit"),
    ends("right-then-flood", f"print('{GOLD}')\nwhile True: print()", "output_limit"),
    ends("right-on-stderr", f"import sys; print('{GOLD}', file=sys.stderr)", _WRONG),
    ends("right-with-more", f"print('{GOLD}'); print('{GOLD}')", _WRONG),
    ends("right-with-space-before", f"print(' {GOLD}')", _WRONG),
    ends("right-in-other-case", f"print('{GOLD}'.upper())", _WRONG),
    ends("right-with-zero-byte", f"print('{GOLD}\\0')", _WRONG),
    ends("right-with-escape", f"print('x\\b{GOLD}')", _WRONG),
    ends("right-among-lines", f"print(); print('{GOLD}')", _WRONG),
    ends("right-from-another-encoding", f"import sys; sys.stdout.buffer.write('{GOLD}'.encode('utf-16'))", _WRONG),
    ends("empty", "", _WRONG),
    ends("signal-sys", "import os; os.kill(os.getpid(), 31)", "memory_limit", _ERROR),
    ends("signal-kill", "import os; os.kill(os.getpid(), 9)", _ERROR),
    ends("signal-xcpu", "import os; os.kill(os.getpid(), 24)", _ERROR),
    ends("signal-segv", "import ctypes; ctypes.string_at(0)", _ERROR),
    ends("abort", "import os; os.abort()", _ERROR),
    ends("write-every-fd", """
        import os
        for fd in range(3, 1024):
            try: os.write(fd, b'accepted\\n')
            except OSError: pass
        """, _WRONG),
    ends("write-frames-every-fd", """
        import json, os, struct
        head = json.dumps({'op': 'result', 'cause': None, 'status': 0, 'ready': 'SR', 'oom': False,
                           'cpu': 0, 'wall': 0, 'memory': 0, 'lengths': [11, 0, 0]}).encode()
        frame = struct.pack('!II', len(head), 11) + head + b'gold-8e41b7'[::-1]
        for fd in range(0, 1024):
            try: os.write(fd, frame)
            except OSError: pass
        """, _WRONG),
    ends("write-result-itself", "import os\ntry: os.write(3, b'2')\nexcept OSError: pass\nos._exit(0)", _WRONG, tests=_ONE),
    ends("write-result-twice", """
        import os
        def f(x):
            os.write(3, b'1,')
            return 1
        """, _WRONG, tests=_ONE),
    ends("truncate-result", """
        import atexit, os
        def f(x):
            atexit.register(lambda: os.ftruncate(3, 0))
            return 2
        """, _WRONG, tests=_ONE),
    ends("always-equal", """
        class Any:
            def __eq__(self, other): return True
            def __hash__(self): return 1
        def f(x): return Any()
        """, _ERROR, tests=_ONE),
    ends("always-equal-int", """
        class Any(int):
            def __eq__(self, other): return True
            def __hash__(self): return 1
        def f(x): return Any(2)
        """, _WRONG, tests=_ONE),
    ends("always-equal-str", """
        class Any(str):
            def __eq__(self, other): return True
            __hash__ = str.__hash__
        def f(x): return Any('no')
        """, _WRONG, tests=call("f", [1], "yes")),
    ends("always-equal-list", """
        class Any(list):
            def __eq__(self, other): return True
        def f(x): return Any()
        """, _WRONG, tests=call("f", [1], [1])),
    ends("tells-its-own-json", """
        import json
        json.dumps = lambda *a, **k: '[1] or true'
        def f(x): return 1
        """, _WRONG, tests=_ONE),
    ends("true-for-two", "def f(x): return True", _WRONG, tests=call("f", [1], 2)),
    ends("text-for-true", "def f(x): return 'true'", _WRONG, tests=call("f", [1], True)),
    ends("zero-for-none", "def f(x): return 0", _WRONG, tests=call("f", [1], None)),
    ends("text-for-number", "def f(x): return '1'", _WRONG, tests=_ONE),
    ends("list-for-number", "def f(x): return [1]", _WRONG, tests=_ONE),
    ends("nan", "def f(x): return float('nan')", _WRONG, tests=call("f", [1], 0.0)),
    ends("infinity", "def f(x): return float('inf')", _WRONG,
         tests=[{**_ONE[0], "expected": 1e308, "float_tol": 1.0}]),
    ends("nan-near", "print('nan')", _WRONG,
         tests=[{"type": "stdin", "output": "1.0", "float_tol": 1e9}]),
    ends("hex-float-near", "print('0x1p0')", _WRONG,
         tests=[{"type": "stdin", "output": "1.0", "float_tol": 0.1}]),
    ends("underscored-float", "print('1_0.0')", _WRONG,
         tests=[{"type": "stdin", "output": "10.0", "float_tol": 0.1}]),
    ends("unordered-but-short", "def f(x): return [1, 2]", _WRONG,
         tests=[{**call("f", [1], [2, 1, 1])[0], "compare": "unordered"}]),
    ends("exception-in-call", "def f(x): raise ValueError('accepted')", _ERROR, tests=_ONE),
    ends("no-such-function", "def g(x): return 1", _ERROR, tests=_ONE),
    ends("generator", "def f(x): yield 1", _ERROR, tests=_ONE),
    ends("right-once", """
        import os
        def f(x):
            if os.path.exists('/tmp/seen'): return 0
            open('/tmp/seen', 'w').close()
            return x
        """, "accepted", tests=[*_ONE, *_ONE, *_ONE]),
    ends("answer-in-background", f"""
        import os, time
        if os.fork() == 0:
            time.sleep(0.3)
            os.write(1, b'{GOLD}'); os._exit(0)
        os._exit(0)
        """, _WRONG),
    ends("kill-parent", "import os\nfor pid in (os.getppid(), 1):\n    try: os.kill(pid, 9)\n    except OSError: pass\nprint('alive')", "accepted", tests=stdin("alive")),
    ends("kill-everyone", "import os, signal\nsignal.signal(15, signal.SIG_IGN)\ntry: os.kill(-1, 15)\nexcept OSError: pass\nprint('alive')", "accepted", tests=stdin("alive")),
    ends("interrupt-init", "import os, time\nfor n in range(1, 32):\n    try: os.kill(1, n)\n    except OSError: pass\ntime.sleep(0.1)\nprint('alive')", "accepted", tests=stdin("alive")),
    ends("c-exit-0", "int main() { return 0; }", _WRONG, language="c"),
    ends("c-exit-137", "int main() { return 137; }", _ERROR, language="c"),
    ends("c-no-main", "int answer() { return 0; }", "compile_error", language="c"),
    ends("c-constructor", '#include <stdlib.h>\n__attribute__((constructor)) void f() { _Exit(0); }\nint main() {}', _WRONG, language="c"),
    ends("bash-exit-124", "exit 124", _ERROR, language="bash"),
    ends("javascript-exit", "process.exit(0)", _WRONG, language="javascript"),
    ends("javascript-to-json", "function f(x) { return { toJSON() { return 2; } }; }", _WRONG, language="javascript", tests=_ONE),
    ends("javascript-reject", "async function f(x) { throw new Error('accepted'); }", _ERROR, language="javascript", tests=_ONE),
]  # fmt: skip
