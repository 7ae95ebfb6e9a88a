"""Small programs whose output in the sandbox must be what CPython prints: name, source, stdin.

What CPython prints is not written here: the tests ask it.
"""

# ruff: noqa: E501  a program per line reads better than a wrapped one

from __future__ import annotations

from r1gym.sandbox.conformance.program_streams import STREAMS

PROGRAMS: list[tuple[str, str, str]] = [
    *STREAMS,
    # The file and its module.
    ("file", "import os; print(os.path.isfile(__file__), os.path.isabs(__file__))", ""),
    ("file-read", "print(len(open(__file__).read()))", ""),
    ("file-beside", "import os; print(os.path.dirname(__file__) == os.getcwd())", ""),
    ("quine", "import sys; sys.stdout.write(open(sys.argv[0]).read())", ""),
    ("get-source", "import inspect\ndef f(): return 1\nprint(inspect.getsource(f))", ""),
    ("get-source-of-class", "import inspect\nclass A:\n    x = 1\nprint(inspect.getsource(A))", ""),
    (
        "get-file",
        "import inspect, os\ndef f(): pass\nprint(os.path.basename(inspect.getfile(f)) == os.path.basename(__file__))",
        "",
    ),
    (
        "traceback-lines",
        "import traceback\ntry: 1 / 0\nexcept ZeroDivisionError: print(traceback.format_exc().splitlines()[2])",
        "",
    ),
    ("globals", "print(sorted(globals()))", ""),
    ("names", "print(__name__, __doc__, __package__, __spec__, __cached__)", ""),
    ("docstring", "'''About.'''\nprint(__doc__)", ""),
    ("builtins", "print(__builtins__.len([1, 2]), type(__builtins__))", ""),
    ("annotations", "x: int = 3\nprint(__annotations__)", ""),
    (
        "import-itself",
        "import sys; print(sys.modules['__main__'].__name__, sys.modules[__name__].__dict__ is globals())",
        "",
    ),
    ("from-main", "x = 3\nfrom __main__ import x as y; print(y)", ""),
    ("argv", "import sys; print(len(sys.argv), sys.argv[0] == __file__.rpartition('/')[2])", ""),
    ("path", "import sys, os; print(sys.path[0] == os.path.dirname(__file__))", ""),
    ("import-written", "open('helper.py', 'w').write('x = 3')\nimport helper; print(helper.x)", ""),
    (
        "run-path",
        "import runpy; open('other.py', 'w').write('print(__name__)'); runpy.run_path('other.py', run_name='__main__')",
        "",
    ),
    (
        "run-self",
        "import subprocess, sys\nif len(sys.argv) > 1: print('child')\nelse: print(subprocess.run([sys.executable, __file__, '1'], capture_output=True, text=True).stdout)",
        "",
    ),
    ("main-guard", "if __name__ == '__main__': print(3)", ""),
    (
        "pickle",
        "import pickle\nclass A:\n    def __init__(self): self.x = 3\nprint(pickle.loads(pickle.dumps(A())).x)",
        "",
    ),
    (
        "dataclass",
        "from dataclasses import dataclass, field, asdict\n@dataclass(order=True)\nclass P:\n    x: int\n    tags: list = field(default_factory=list)\nprint(P(1), P(1) < P(2), asdict(P(3)))",
        "",
    ),
    ("enum-and-repr", "import enum\nclass C(enum.Enum):\n    A = 1\nprint(C.A, repr(C.A), C)", ""),
    ("class-module", "class A: pass\nprint(A, A.__module__, A.__qualname__)", ""),
    (
        "future-annotations",
        "from __future__ import annotations\ndef f(x: Undefined): return 3\nprint(f(1))",
        "",
    ),
    # Numbers.
    ("digits-printed", "print(10 ** 5000)", ""),
    ("digits-read", "print(int(input()) % 97)", "9" * 6000),
    ("digits-formatted", "x = 7 ** 6000; print(f'{x}'[:5], len(str(x)), '%d' % x == repr(x))", ""),
    (
        "digits-json",
        "import json; print(len(json.dumps(3 ** 10000)), json.loads('1' * 5000) % 7)",
        "",
    ),
    ("digits-set", "import sys; sys.set_int_max_str_digits(0); print(len(str(10 ** 9999)))", ""),
    (
        "decimal",
        "from decimal import Decimal, getcontext; getcontext().prec = 50; print(Decimal(2).sqrt())",
        "",
    ),
    # Depth.
    ("limit", "import sys; print(sys.getrecursionlimit())", ""),
    ("limit-set", "import sys; sys.setrecursionlimit(5000); print(sys.getrecursionlimit())", ""),
    ("limit-most", "import sys; sys.setrecursionlimit(2 ** 31 - 1); print(3)", ""),
    (
        "limit-bad",
        "import sys\ntry: sys.setrecursionlimit(0)\nexcept ValueError as e: print(e)\ntry: sys.setrecursionlimit('a')\nexcept TypeError: print('type')",
        "",
    ),
    (
        "depth-reached",
        "def f(n):\n    try: return f(n + 1)\n    except RecursionError: return n\nprint(f(0))",
        "",
    ),
    ("depth-of-990", "def f(n): return n and 1 + f(n - 1)\nprint(f(990))", ""),
    (
        "depth-50000",
        "import sys; sys.setrecursionlimit(10 ** 6)\ndef f(n): return n and 1 + f(n - 1)\nprint(f(50000))",
        "",
    ),
    # Threads, processes, signals.
    (
        "thread",
        "import threading; t = threading.Thread(target=print, args=(3,)); t.start(); t.join()",
        "",
    ),
    (
        "thread-not-joined",
        "import threading, time; threading.Thread(target=lambda: (time.sleep(0.05), print(3))).start()",
        "",
    ),
    (
        "thread-daemon",
        "import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start(); print(3)",
        "",
    ),
    (
        "thread-main",
        "import threading; print(threading.current_thread() is threading.main_thread(), threading.active_count())",
        "",
    ),
    (
        "pool-of-threads",
        "from concurrent.futures import ThreadPoolExecutor\np = ThreadPoolExecutor(2); print(list(p.map(abs, [-1, 2])))",
        "",
    ),
    ("timer", "import threading; threading.Timer(0.05, print, ['late']).start(); print('now')", ""),
    (
        "asyncio",
        "import asyncio\nasync def f(): await asyncio.sleep(0); return 3\nprint(asyncio.run(f()))",
        "",
    ),
    (
        "queue",
        "import queue, threading\nq = queue.Queue(); threading.Thread(target=lambda: q.put(3)).start(); print(q.get())",
        "",
    ),
    (
        "fork",
        "import os, sys\nif os.fork() == 0: print('child'); sys.exit()\nos.wait(); print('parent')",
        "",
    ),
    ("fork-with-buffer", "import os\nprint('twice')\nif os.fork(): os.wait()", ""),
    (
        "subprocess",
        "import subprocess; print(subprocess.check_output(['echo', '3'], text=True))",
        "",
    ),
    (
        "subprocess-writes",
        "import subprocess; print('a', flush=True); subprocess.run(['echo', 'b'])",
        "",
    ),
    (
        "subprocess-shell",
        "import subprocess; print(subprocess.run('exit 3', shell=True).returncode)",
        "",
    ),
    ("os-system", "import os; print('a', flush=True); print(os.system('true'))", ""),
    ("os-popen", "import os; print(os.popen('echo 3').read())", ""),
    (
        "spawn",
        "import multiprocessing as m\ndef f(q): q.put(3)\nif __name__ == '__main__':\n    m.set_start_method('spawn'); q = m.Queue(); p = m.Process(target=f, args=(q,)); p.start(); print(q.get()); p.join()",
        "",
    ),
    (
        "spawn-pipe",
        "import multiprocessing as m\ndef f(c): c.send([1, 2])\nif __name__ == '__main__':\n    x = m.get_context('spawn'); a, b = x.Pipe(); p = x.Process(target=f, args=(b,)); p.start(); print(a.recv()); p.join(); print(p.exitcode)",
        "",
    ),
    (
        "fork-pool",
        "import multiprocessing as m\ndef f(x): return x * x\nif __name__ == '__main__':\n    with m.get_context('fork').Pool(2) as p: print(p.map(f, [1, 2, 3]))",
        "",
    ),
    (
        "alarm",
        "import signal\nsignal.signal(signal.SIGALRM, lambda *a: print('rang')); signal.setitimer(signal.ITIMER_REAL, 0.05); signal.pause()",
        "",
    ),
    (
        "raise-signal",
        "import signal\nsignal.signal(signal.SIGUSR1, lambda *a: print('got')); signal.raise_signal(signal.SIGUSR1)",
        "",
    ),
    (
        "handlers",
        "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler, signal.getsignal(signal.SIGPIPE))",
        "",
    ),
    (
        "interrupt-itself",
        "import os, signal\ntry: os.kill(os.getpid(), signal.SIGINT); print('?')\nexcept KeyboardInterrupt: print('interrupted')",
        "",
    ),
    ("killed", "import os; print(3, flush=True); os.kill(os.getpid(), 15)", ""),
    # The rest of the library.
    ("encodings", "print('é€😀'.encode('utf-16-le').hex(), ascii('é'))", ""),
    (
        "surrogates",
        "print('\\udcff'.encode('utf-8', 'surrogateescape'), '\\ud800'.isprintable())",
        "",
    ),
    ("latin-source", "# -*- coding: latin-1 -*-\nprint(len('é'))", ""),
    (
        "locale",
        "import locale; print(locale.getpreferredencoding(False).lower(), __import__('sys').getdefaultencoding())",
        "",
    ),
    ("warnings", "import warnings; warnings.warn('x'); print(3)", ""),
    (
        "logging",
        "import logging, sys; logging.basicConfig(stream=sys.stdout, format='%(message)s'); logging.warning('w')",
        "",
    ),
    ("pretty-print", "import pprint; pprint.pprint({'b': 1, 'a': [1, 2]})", ""),
    (
        "zip-import",
        "import zipfile\nwith zipfile.ZipFile('m.zip', 'w') as z: z.writestr('inner.py', 'x = 3')\nimport sys; sys.path.insert(0, 'm.zip'); import inner; print(inner.x)",
        "",
    ),
    (
        "exec-and-eval",
        "exec('y = 3'); print(eval('y + 1'), compile('1', 'f', 'eval').co_filename)",
        "",
    ),
    (
        "typing",
        "from typing import *\ndef f(x: List[int]) -> Optional[int]: return x[0]\nprint(get_type_hints(f))",
        "",
    ),
    ("no-prelude", "print(sqrt(4))", ""),
    ("help-and-exit-objects", "print(exit, quit)", ""),
    (
        "missing-module",
        "try: import no_such_module\nexcept ModuleNotFoundError as e: print(e, e.name)",
        "",
    ),
]
# Those that a sandbox refuses what they need, each with what that is.
REFUSED: dict[str, tuple[str, str]] = {
    "socket": ("a socket", "import socket; socket.socket().close(); print(3)"),
    "manager": ("a socket", "import multiprocessing as m\nif __name__ == '__main__':\n    with m.Manager() as x: print(x.list([3]))"),
    "home": ("the machine's files", "print(len(open('/etc/hostname').read()) > 0)"),
}  # fmt: skip
# Those that need more than `confined` gives them.
NOT_CONFINED: dict[str, str] = {
    "spawn": "multiprocessing's queues need /dev/shm",
    "fork-pool": "multiprocessing's pools need /dev/shm",
}
