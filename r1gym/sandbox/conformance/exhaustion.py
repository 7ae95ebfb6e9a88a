"""Submissions that use up time, memory, processes, disk or the caller's patience."""

# ruff: noqa: E501  a program per line reads better than a wrapped one

from __future__ import annotations

from r1gym.sandbox.conformance.case import GOLD, ConformanceCase, call, ends, stdin

# For what sleeps: it would wait for the wide wall limit.
_SHORT = {"cpu_s": 1.0, "wall_s": 1.5, "memory_mb": 128, "pids": 32}
_TIME, _MEMORY = "time_limit", "memory_limit"
_OUTPUT, _ERROR, _COMPILE = "output_limit", "runtime_error", "compile_error"

EXHAUSTION: list[ConformanceCase] = [
    ends("loop", "while True: pass", _TIME),
    ends("loop-in-c-code", "sum(iter(int, 1))", _TIME),
    ends("sleep", "import time; time.sleep(60)", _TIME, limits=_SHORT),
    ends("read-forever", "import os; r, w = os.pipe(); os.read(r, 1)", _TIME, limits=_SHORT),
    ends("stop-itself", "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", _TIME, limits=_SHORT),
    ends("regex", "import re; re.match(r'(a+)+$', 'a' * 50 + 'b')", _TIME),
    ends("big-power", "print(len(str(bin(3 ** 10 ** 9))))", _TIME, _MEMORY),
    ends("thread-at-exit", """
        import threading, time
        threading.Thread(target=lambda: time.sleep(60)).start()
        """, _TIME, limits=_SHORT),
    ends("busy-at-exit", """
        import atexit
        @atexit.register
        def forever():
            while True: pass
        """, _TIME),
    ends("busy-finaliser", """
        class Sticky:
            def __del__(self):
                while True: pass
        x = Sticky(); del x
        """, _TIME),
    ends("deaf-to-signals", """
        import signal
        for number in range(1, 65):
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
        while True: pass
        """, _TIME),
    ends("swallows-exceptions", """
        while True:
            try:
                while True: pass
            except BaseException: pass
        """, _TIME),
    ends("busy-children", """
        import os
        for _ in range(8):
            if os.fork() == 0:
                while True: pass
        os.wait()
        """, _TIME),
    ends("busy-threads", """
        import threading
        def spin():
            while True: pass
        for _ in range(4): threading.Thread(target=spin).start()
        """, _TIME),
    ends("fork-bomb", """
        import os
        while True:
            try: os.fork()
            except OSError: pass
        """, _TIME, _MEMORY),
    ends("fork-chain", """
        import os
        while True:
            if os.fork(): os._exit(0)
        """, _TIME, _ERROR, "wrong_answer"),
    ends("daemon-keeps-stdout", """
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0: time.sleep(60)
            os._exit(0)
        """, "wrong_answer"),
    ends("zombies", """
        import os
        for _ in range(200):
            if os.fork() == 0: os._exit(0)
        """, _ERROR, "wrong_answer"),
    ends("thread-bomb", """
        import threading, time
        while True: threading.Thread(target=time.sleep, args=(60,)).start()
        """, _ERROR, _TIME, limits=_SHORT),
    ends("setsid-and-spin", """
        import os
        if os.fork() == 0:
            os.setsid()
            while True: pass
        os.wait()
        """, _TIME),
    ends("nice-first", "import os; os.nice(19)\nwhile True: pass", _TIME),
    ends("memory-at-once", "x = b'x' * (4 << 30)", _MEMORY),
    ends("memory-absurd", "x = bytearray(1 << 50)", _MEMORY),
    ends("memory-bit-by-bit", "x = []\nwhile True: x.append(b'x' * 100000)", _MEMORY),
    ends("memory-list", "x = [0]\nwhile True: x += x", _MEMORY),
    ends("memory-dict", "x = {}\nfor i in range(10 ** 9): x[i] = str(i)", _MEMORY, _TIME),
    ends("memory-string", "x = 'x'\nwhile True: x += x", _MEMORY),
    ends("memory-in-children", """
        import os, time
        children = []
        for _ in range(8):
            pid = os.fork()
            if pid == 0:
                x = bytearray(40 << 20); time.sleep(5); os._exit(0)
            children.append(pid)
        for pid in children: os.waitpid(pid, 0)
        """, _MEMORY),
    ends("memory-shared-map", """
        import mmap
        x = [mmap.mmap(-1, 32 << 20) for _ in range(32)]
        for m in x: m.write(b'x' * (32 << 20))
        """, _MEMORY),
    ends("memory-after-first-thread", """
        import ctypes, platform, threading
        keep = []
        def eat():
            while True: keep.append(b'x' * 1000000)
        threading.Thread(target=eat).start()
        ctypes.CDLL(None).syscall(60 if platform.machine() == 'x86_64' else 93, 0)
        """, _MEMORY),
    ends("memory-file", """
        import os
        for i in range(64):
            fd = os.memfd_create(str(i))
            for _ in range(32): os.write(fd, b'x' * (1 << 20))
        """, _MEMORY, _ERROR),
    ends("memory-in-threads", """
        import threading, time
        keep = []
        def eat():
            while True: keep.append(b'x' * 1000000)
        for _ in range(4): threading.Thread(target=eat).start()
        """, _MEMORY),
    ends("disk-one-file", """
        with open('/tmp/big', 'wb') as f:
            while True: f.write(b'x' * (1 << 20))
        """, _ERROR, _MEMORY, limits={"cpu_s": 2, "disk_mb": 16}),
    ends("disk-many-files", """
        for i in range(1000):
            with open(f'/tmp/{i}', 'wb') as f: f.write(b'x' * (1 << 20))
        """, _ERROR, _MEMORY, limits={"cpu_s": 2, "disk_mb": 16}),
    ends("disk-removed-files", """
        import os, time
        keep = []
        for i in range(64):
            keep.append(open(f'{i}', 'wb', 0)); os.unlink(f'{i}'); keep[i].write(b'x' * (1 << 20))
        time.sleep(1)
        """, _ERROR, _MEMORY, limits={"cpu_s": 2, "disk_mb": 16}),
    ends("disk-mapped-files", """
        import mmap, os, time
        keep = []
        for i in range(64):
            with open(f'{i}', 'w+b', 0) as f:
                f.write(b'x' * (1 << 20)); os.unlink(f'{i}')
                keep.append(mmap.mmap(f.fileno(), 1 << 20))
        time.sleep(1)
        """, _ERROR, _MEMORY, limits={"cpu_s": 2, "disk_mb": 16}),
    ends("disk-inodes", """
        for i in range(10 ** 7): open(f'/tmp/{i}', 'w').close()
        """, _ERROR, _TIME, _MEMORY),
    ends("disk-deep-folders", """
        import os
        while True: os.mkdir('d'); os.chdir('d')
        """, _ERROR, _TIME, _MEMORY),
    ends("files-open", "x = [open('/dev/null') for _ in range(10000)]", _ERROR),
    ends("pipes-full", """
        import os
        while True:
            r, w = os.pipe(); os.set_blocking(w, False)
            os.write(w, b'x' * 65536)
        """, _ERROR),
    ends("stdout-flood", "while True: print('x' * 1000)", _OUTPUT),
    ends("stdout-one-line", "import sys\nwhile True: sys.stdout.write('x' * 100000)", _OUTPUT),
    ends("stdout-zeros", "import os\nwhile True: os.write(1, bytes(65536))", _OUTPUT),
    ends("stdout-newlines", "import os\nwhile True: os.write(1, b'\\n' * 65536)", _OUTPUT),
    ends("stderr-flood", "import os\nwhile True: os.write(2, b'x' * 65536)", _OUTPUT),
    ends("flood-from-child", """
        import os
        if os.fork() == 0:
            while True: os.write(1, b'x' * 65536)
        os.wait()
        """, _OUTPUT),
    ends("result-flood", "def f(): return 'x' * (8 << 20)", _OUTPUT, tests=call("f", [], 1)),
    ends("result-deep", """
        def f():
            x = []
            for _ in range(500): x = [x]
            return x
        """, "wrong_answer", tests=call("f", [], 1)),
    ends("result-wide", "def f(): return [[]] * 100000", "wrong_answer", tests=call("f", [], 1)),
    ends("result-digits", """
        import sys; sys.set_int_max_str_digits(0)
        def f(): return 10 ** 100000
        """, "wrong_answer", tests=call("f", [], 1)),
    ends("recursion", "def f(): return f()\nf()", _ERROR),
    ends("recursion-unlimited", """
        import sys; sys.setrecursionlimit(10 ** 9)
        def f(): return f()
        f()
        """, _ERROR, _MEMORY, _TIME),
    ends("recursion-through-c", """
        import sys; sys.setrecursionlimit(10 ** 9)
        class A:
            def __getattr__(self, name): return getattr(self, name)
        A().x
        """, _ERROR, _MEMORY, _TIME),
    ends("compile-nesting", "(" * 100000, _COMPILE),
    ends("compile-big-fold", "x = " + "-" * 100000 + "1", _COMPILE, _ERROR),
    ends("processes-by-shell", """
        import subprocess
        while True: subprocess.Popen(['sleep', '60'])
        """, _ERROR, _TIME, limits=_SHORT),
    ends("c-loop", "int main() { for (;;) ; }", _TIME, language="c"),
    ends("c-memory", """
        #include <stdlib.h>
        #include <string.h>
        int main() { for (;;) { char *p = malloc(1 << 20); if (p) memset(p, 1, 1 << 20); } }
        """, _MEMORY, language="c"),
    ends("c-stack", """
        #include <string.h>
        int f(int n) { char x[4096]; memset(x, n, 4096); return f(n + 1) + x[n % 4096]; }
        int main() { return f(0); }
        """, _ERROR, _MEMORY, _TIME, language="c"),
    ends("c-fork-bomb", "#include <unistd.h>\nint main() { for (;;) fork(); }",
         _TIME, _MEMORY, language="c"),
    ends("c-flood", "#include <stdio.h>\nint main() { for (;;) puts(\"xxxxxxxx\"); }",
         _OUTPUT, language="c"),
    ends("c-include-endless", '#include "/dev/zero"\nint main() {}', _COMPILE, language="c"),
    ends("c-include-itself", '#include __FILE__\nint main() {}', _COMPILE, language="c"),
    ends("c-macro-bomb", "#define A B B B B B B B B B B\n#define B C C C C C C C C C C\n"
         "#define C D D D D D D D D D D\n#define D E E E E E E E E E E\n"
         "#define E F F F F F F F F F F\n#define F G G G G G G G G G G\n"
         "#define G H H H H H H H H H H\n#define H 1,1,1,1,1,1,1,1,1,1\n"
         "int x[] = {A};\nint main() {}", _COMPILE, language="c"),
    ends("c-big-binary", "char x[1 << 30] = {1};\nint main() {}", _COMPILE, language="c"),
    ends("cpp-template-bomb", """
        template <int N> struct A { typedef typename A<N + 1>::type type; };
        A<0>::type x;
        int main() {}
        """, _COMPILE, language="cpp"),
    ends("cpp-memory", "#include <vector>\nint main() { std::vector<int> v; for (;;) v.push_back(1); }",
         _MEMORY, language="cpp"),
    ends("bash-loop", "while :; do :; done", _TIME, language="bash"),
    ends("bash-fork-bomb", ":(){ :|:& };:\nwait", _TIME, _ERROR, "wrong_answer", _MEMORY,
         language="bash"),
    ends("bash-flood", "yes", _OUTPUT, language="bash"),
    ends("bash-memory", "x=xxxxxxxx; while :; do x=$x$x; done", _MEMORY, _TIME, _ERROR, language="bash"),
    ends("javascript-loop", "for (;;) ;", _TIME, language="javascript"),
    ends("javascript-memory", "const x = []; for (;;) x.push(new Array(10000).fill(1.5));",
         _MEMORY, _ERROR, language="javascript"),
    ends("javascript-timer", "setInterval(() => {}, 1000);", _TIME, limits=_SHORT, language="javascript"),
    ends("javascript-flood", "for (;;) require('fs').writeSync(1, 'x'.repeat(65536));",
         _OUTPUT, language="javascript"),
    ends("wrong-after-right-time", "print('almost')", "wrong_answer", tests=stdin(GOLD, "1\n" * 1000)),
]  # fmt: skip
