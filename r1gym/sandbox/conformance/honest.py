"""Honest programs: what people write, with the libraries, habits and corners they use."""

# ruff: noqa: E501  a program per line reads better than a wrapped one

from __future__ import annotations

from typing import Any

from r1gym.sandbox.conformance.case import ConformanceCase, answers, works

_VALUES: tuple[Any, ...] = (None, True, 0, -1, 10**30, 1.5, "", "é", [], {}, {"a": [1, None]})
_SAME: list[tuple[list[Any], Any]] = [([value], value) for value in _VALUES]

HONEST: list[ConformanceCase] = [
    works("sum", "print(sum(map(int, input().split())))", "1 2 3", "6"),
    works("read-all", "import sys\nprint(len(sys.stdin.read()))", "a\nb\n", "4"),
    works("read-lines", "import sys\nprint(max(map(int, sys.stdin)))", "3\n9\n4\n", "9"),
    works("read-bytes", "import sys\nprint(len(sys.stdin.buffer.read().split()))", "1 2\n3", "3"),
    works("read-open-0", "print(sum(map(int, open(0))))", "1\n2\n", "3"),
    works("read-dev-stdin", "print(open('/dev/stdin').read().upper())", "abc", "ABC"),
    works("read-to-end", """
        total = 0
        while True:
            try: total += int(input())
            except EOFError: break
        print(total)
        """, "1\n2\n3", "6"),
    works("fast-io", """
        import sys, os, io
        data = io.BytesIO(os.read(0, os.fstat(0).st_size)).read().split()
        os.write(1, str(sum(map(int, data))).encode())
        """, "5 6 7", "18"),
    works("read-many-lines", "import sys\nfor line in sys.stdin: print(int(line) * 2)",
          "\n".join(map(str, range(20000))), "\n".join(str(2 * i) for i in range(20000))),
    works("big-output", "print('\\n'.join('x' * 99 for _ in range(10000)))", "",
          "\n".join(["x" * 99] * 10000)),
    works("recursion-deep", """
        import sys
        sys.setrecursionlimit(300000)
        def depth(n): return 0 if n == 0 else 1 + depth(n - 1)
        print(depth(100000))
        """, "", "100000"),
    works("recursion-900", "def f(n): return n and 1 + f(n - 1)\nprint(f(980))", "", "980"),
    works("recursion-cached", """
        import sys, functools
        sys.setrecursionlimit(100000)
        @functools.lru_cache(None)
        def f(n): return n if n < 2 else f(n - 1) + f(n - 2)
        print(f(300) % 1000007)
        """, "", "142282"),
    works("sieve", """
        n = 1000000
        sieve = bytearray([1]) * (n + 1)
        for i in range(2, 1001):
            if sieve[i]: sieve[i * i::i] = bytes(len(range(i * i, n + 1, i)))
        print(sum(sieve) - 2)
        """, "", "78498"),
    works("memory-100mb", "x = bytearray(100 << 20)\nprint(len(x) >> 20)", "", "100"),
    works("busy-one-second", """
        import time
        start, n = time.process_time(), 0
        while time.process_time() - start < 1: n += 1
        print(n > 0)
        """, "", "True"),
    works("short-sleep", "import time\ntime.sleep(0.2)\nprint('up')", "", "up"),
    works("threads", """
        import threading
        out = []
        threads = [threading.Thread(target=out.append, args=(i,)) for i in range(8)]
        for t in threads: t.start()
        for t in threads: t.join()
        print(sorted(out))
        """, "", "[0, 1, 2, 3, 4, 5, 6, 7]"),
    works("thread-with-big-stack", """
        import sys, threading
        threading.stack_size(64 << 20)
        sys.setrecursionlimit(200000)
        def f(n): return n and 1 + f(n - 1)
        t = threading.Thread(target=lambda: print(f(50000)))
        t.start(); t.join()
        """, "", "50000"),
    works("thread-pool", """
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(4) as pool: print(sum(pool.map(lambda x: x * x, range(10))))
        """, "", "285"),
    works("processes", """
        import multiprocessing
        def square(x): return x * x
        if __name__ == '__main__':
            with multiprocessing.get_context('fork').Pool(2) as pool: print(pool.map(square, [1, 2, 3]))
        """, "", "[1, 4, 9]"),
    works("fork-and-pipe", """
        import os
        r, w = os.pipe()
        if os.fork() == 0:
            os.write(w, b'child'); os._exit(0)
        os.wait(); print(os.read(r, 9).decode())
        """, "", "child"),
    works("subprocess", "import subprocess\nprint(subprocess.check_output(['echo', 'hi']).decode())", "", "hi"),
    works("python-in-python", """
        import subprocess, sys
        print(subprocess.check_output([sys.executable, '-c', 'print(6 * 7)']).decode())
        """, "", "42"),
    works("asyncio", """
        import asyncio
        async def main():
            await asyncio.sleep(0.01)
            return await asyncio.gather(*(asyncio.to_thread(pow, 2, i) for i in range(4)))
        print(asyncio.run(main()))
        """, "", "[1, 2, 4, 8]"),
    works("files", """
        with open('notes.txt', 'w') as f: f.write('one\\ntwo\\n')
        import os
        os.rename('notes.txt', 'kept.txt')
        print(open('kept.txt').read().split(), sorted(os.listdir('.')))
        """, "", "['one', 'two'] ['kept.txt', 'main.py']"),
    works("temporary-files", """
        import tempfile, shutil
        folder = tempfile.mkdtemp()
        with tempfile.TemporaryFile() as f: f.write(b'x'); f.seek(0); print(f.read())
        shutil.rmtree(folder)
        """, "", "b'x'"),
    works("sqlite", """
        import sqlite3
        db = sqlite3.connect('/tmp/a.db')
        db.execute('create table t (x)'); db.executemany('insert into t values (?)', [(1,), (2,)])
        db.commit(); print(db.execute('select sum(x) from t').fetchone())
        """, "", "(3,)"),
    works("memory-map", "import mmap\nm = mmap.mmap(-1, 4096)\nm[:2] = b'hi'\nprint(m[:2])", "", "b'hi'"),
    works("big-integers", "print(len(str(3 ** 8000)), 2 ** 200 % 1000007)", "", f"3817 {2**200 % 1000007}"),
    works("decimals", "from decimal import *\ngetcontext().prec = 30\nprint(Decimal(1) / 7)", "", "0.142857142857142857142857142857"),
    works("fractions", "from fractions import Fraction as F\nprint(F(1, 3) + F(1, 6))", "", "1/2"),
    works("seeded-random", "import random\nrandom.seed(1)\nprint(random.randint(1, 100))", "", "18"),
    works("heap-and-deque", """
        import heapq, collections
        h = [5, 1, 4]; heapq.heapify(h)
        d = collections.deque([1, 2, 3]); d.rotate()
        print(heapq.heappop(h), list(d))
        """, "", "1 [3, 1, 2]"),
    works("dataclass-and-typing", """
        from dataclasses import dataclass, field
        from typing import get_type_hints
        @dataclass(order=True)
        class Point:
            x: int
            y: "int" = 0
            tags: list[str] = field(default_factory=list)
        print(Point(1) < Point(2), get_type_hints(Point)['y'])
        """, "", "True <class 'int'>"),
    works("pickle-in-main", """
        import pickle
        class A:
            def __init__(self, x): self.x = x
        print(pickle.loads(pickle.dumps(A(7))).x)
        """, "", "7"),
    works("exceptions-handled", """
        try: {}['x']
        except KeyError as e: print('missing', e)
        finally: print('done')
        """, "", "missing 'x'\ndone"),
    works("stderr-chatter", "import sys\nfor i in range(1000): print('debug', i, file=sys.stderr)\nprint('ok')", "", "ok"),
    works("at-exit", "import atexit\natexit.register(print, 'bye')\nprint('hi')", "", "hi\nbye"),
    works("os-facts", "import os, platform\nprint(os.cpu_count() > 0, platform.system(), os.getcwd())", "", "True Linux /tmp"),
    works("clock", "import datetime\nprint(datetime.datetime.now().year > 2000)", "", "True"),
    works("signal-alarm", """
        import signal
        def ring(*_): print('rang')
        signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        signal.pause()
        """, "", "rang"),
    works("match-statement", "match [1, 2]:\n    case [a, b]: print(a + b)", "", "3"),
    works("unicode", "s = input()\nprint(s[::-1], len(s))", "héllo ñ", "ñ olléh 7"),
    works("floats", "print(0.1 + 0.2, 1e20, float('inf'))", "", "0.30000000000000004 1e+20 inf"),
    works("hashes", "import hashlib\nprint(hashlib.sha256(b'x').hexdigest()[:8])", "", "2d711642"),
    works("regex-and-json", "import re, json\nprint(json.dumps(re.findall(r'\\d+', input())))", "a1b22", '["1", "22"]'),
    answers("two-sum", """
        class Solution:
            def twoSum(self, nums: List[int], target: int) -> List[int]:
                seen = {}
                for i, x in enumerate(nums):
                    if target - x in seen: return [seen[target - x], i]
                    seen[x] = i
        """, "twoSum", [([[2, 7, 11, 15], 9], [0, 1]), ([[3, 3], 6], [0, 1])], prelude="livecodebench"),
    answers("plain-function", "def add(a, b): return a + b", "add",
            [([1, 2], 3), (["a", "b"], "ab"), ([[1], [2]], [1, 2]), ([1.5, 1], 2.5)]),
    answers("types-back", "def same(x): return x", "same",
            _SAME),
    answers("tuple-back", "def f(x): return (x, (x,))", "f", [([1], [1, [1]])]),
    answers("many-calls", "def f(x): return x * x", "f", [([i], i * i) for i in range(40)]),
    answers("javascript-function", "function add(a, b) { return a + b; }", "add", [([1, 2], 3), (["a", "b"], "ab")], "javascript"),
    answers("javascript-const", "const f = (xs) => xs.map(x => x * 2);", "f", [([[1, 2]], [2, 4])], "javascript"),
    answers("javascript-class", "class Solution { f(x) { return {v: x}; } }", "f", [([1], {"v": 1})], "javascript"),
    answers("javascript-async", "async function f(x) { await null; return x; }", "f", [([None], None)], "javascript"),
    works("javascript-lines", """
        const lines = require('fs').readFileSync(0, 'utf8').trim().split('\\n');
        console.log(lines.map(Number).reduce((a, b) => a + b));
        """, "1\n2\n3\n", "6", "javascript"),
    works("javascript-readline", """
        const rl = require('readline').createInterface({input: process.stdin});
        let n = 0; rl.on('line', line => { n += Number(line); }); rl.on('close', () => console.log(n));
        """, "4\n5\n", "9", "javascript"),
    works("javascript-stdin-event", """
        let s = ''; process.stdin.on('data', d => s += d).on('end', () => console.log(s.length));
        """, "abc", "3", "javascript"),
    works("c-stdin", '#include <stdio.h>\nint main() { int a, b; scanf("%d %d", &a, &b); printf("%d\\n", a + b); }', "2 3", "5", "c"),
    works("c-math", '#include <stdio.h>\n#include <math.h>\nint main() { printf("%.3f\\n", sqrt(2)); }', "", "1.414", "c"),
    works("c-threads", """
        #include <pthread.h>
        #include <stdio.h>
        void *f(void *x) { *(int *)x = 7; return 0; }
        int main() { pthread_t t; int x; pthread_create(&t, 0, f, &x); pthread_join(t, 0); printf("%d\\n", x); }
        """, "", "7", "c"),
    works("c-deep-stack", """
        #include <stdio.h>
        int f(int n) { volatile char x[64]; x[0] = n; return n ? f(n - 1) + x[0] - x[0] : 0; }
        int main() { printf("%d\\n", f(300000)); }
        """, "", "0", "c"),
    works("cpp-vector", """
        #include <bits/stdc++.h>
        using namespace std;
        int main() { vector<int> v(istream_iterator<int>(cin), {}); sort(v.begin(), v.end()); for (int x : v) cout << x << ' '; }
        """, "3 1 2", "1 2 3", "cpp"),
    works("cpp-map", """
        #include <iostream>
        #include <map>
        int main() { std::map<std::string, int> m; std::string s; while (std::cin >> s) m[s]++; for (auto &[k, n] : m) std::cout << k << n << '\\n'; }
        """, "b a b", "a1\nb2", "cpp"),
    works("cpp-exception", """
        #include <iostream>
        #include <stdexcept>
        int main() { try { throw std::runtime_error("x"); } catch (std::exception &e) { std::cout << e.what(); } }
        """, "", "x", "cpp"),
    works("bash-read-loop", "while read -r n; do echo $((n * 2)); done", "1\n2\n", "2\n4", "bash"),
    works("bash-pipeline", "sort -n | uniq | head -2 | tr '\\n' ' '", "3\n1\n1\n2\n", "1 2", "bash"),
    works("bash-awk", "awk '{ s += $1 } END { print s }'", "1\n2\n", "3", "bash"),
    works("bash-here-and-substitution", "cat <<END\n$(echo one)\nEND\npaste <(echo a) <(echo b)", "", "one\na\tb", "bash"),
    works("bash-temporary-file", "echo x > \"$TMPDIR/f\"; cat /tmp/f; echo err > /dev/stderr; echo out > /dev/stdout", "", "x\nout", "bash"),
]  # fmt: skip
