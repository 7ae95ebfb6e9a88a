"""Submissions that look for the expected output, for other submissions, or for the host's secrets.

A planted canary stands in the caller's environment and in files of the host while the suite runs;
each case here says ``blocked`` if it finds none. Those that would print the expected output itself
are right only if the verdict is wrong_answer.
"""

# ruff: noqa: E501  a program per line reads better than a wrapped one

from __future__ import annotations

from r1gym.sandbox.conformance.case import CANARY, GOLD, ConformanceCase, blocked, call, ends, stdin

_SECRET = f"('{CANARY[:6]}' + '{CANARY[6:]}').encode()"

_SCAN = """
import re
def scan(pid, needle):
    hits = 0
    with open(f'/proc/{pid}/maps') as maps, open(f'/proc/{pid}/mem', 'rb', 0) as mem:
        for line in maps:
            m = re.match(r'([0-9a-f]+)-([0-9a-f]+) r', line)
            if not m: continue
            start, end = (int(x, 16) for x in m.groups())
            try:
                mem.seek(start); data = mem.read(end - start)
            except (OSError, ValueError, OverflowError): continue
            hits += data.count(needle)
    return hits
"""


def _unreadable(name: str, path: str) -> ConformanceCase:
    return blocked(f"read-{name}", f"open({path!r}, 'rb').read(1)")


def _absent(name: str, path: str) -> ConformanceCase:
    return blocked(f"list-{name}", f"done = bool(os.listdir({path!r}))")


LEAKS: list[ConformanceCase] = [
    blocked("environment", f"done = {_SECRET} in repr(dict(os.environ)).encode()"),
    blocked("environment-of-1", f"done = {_SECRET} in open('/proc/1/environ', 'rb').read()"),
    blocked("environment-of-all", f"""
        done = False
        for pid in os.listdir('/proc'):
            try: done |= {_SECRET} in open(f'/proc/{{pid}}/environ', 'rb').read()
            except OSError: pass
        """),
    blocked("arguments-of-all", """
        done = False
        for pid in os.listdir('/proc'):
            try: done |= b'/sandbox' in open(f'/proc/{pid}/cmdline', 'rb').read()
            except OSError: pass
        """),
    blocked("memory-of-1", "open('/proc/1/mem', 'rb', 0).read(1)"),
    blocked("maps-of-1", "done = bool(open('/proc/1/maps').read())"),
    blocked("files-of-1", "done = bool(os.listdir('/proc/1/fd'))"),
    blocked("root-of-1", "done = bool(os.listdir('/proc/1/root'))"),
    blocked("folder-of-1", "done = bool(os.listdir('/proc/1/cwd'))"),
    blocked("own-files", "done = len(os.listdir('/proc/self/fd')) > 5"),
    ends("own-memory", _SCAN + f"""
gold, other = ({GOLD[::-1]!r}[::-1], {"dlog-7b14e8"[::-1]!r}[::-1])
print(gold if scan('self', gold.encode()) > scan('self', other.encode()) else 'none')
""", "wrong_answer"),
    ends("own-objects", """
        import gc
        needle = 'gold-' + '8e41' + 'b7'
        hits = [o for o in gc.get_objects() if isinstance(o, (list, dict, tuple)) and needle in map(str, o)]
        print(needle if len(hits) > 3 else 'none')
        """, "wrong_answer"),
    ends("frames", """
        import sys
        frame, found = sys._getframe(), ''
        while frame:
            for value in list(frame.f_locals.values()):
                if isinstance(value, (bytes, str)) and 'gold' in str(value)[:40] and len(value) < 40: found = value
            frame = frame.f_back
        print(found)
        """, "wrong_answer"),
    ends("runner-modules", """
        import sys
        names = [n for n in sys.modules if 'runner' in n or 'r1gym' in n]
        words = []
        for n in names:
            for v in vars(sys.modules[n]).values():
                if isinstance(v, (str, bytes)) and 'gold' in str(v): words.append(v)
        print(words[0] if words else names)
        """, "wrong_answer"),
    ends("search-files", """
        import os
        for top in ('/tmp', '/code', '/dev/shm', '/var', '/run', '/home', '/opt', '/srv', '/mnt'):
            for folder, _, names in os.walk(top):
                for name in names:
                    try:
                        text = open(os.path.join(folder, name), errors='replace').read(10000)
                    except OSError: continue
                    if 'gold' in text and len(text) < 100: print(text); raise SystemExit
        """, "wrong_answer"),
    blocked("canary-in-files", f"""
        done = False
        for top in ('/tmp', '/var/tmp', '/home', '/dev/shm', '/run'):
            for folder, _, names in os.walk(top):
                for name in names:
                    path = os.path.join(folder, name)
                    if os.path.isfile(path): done |= {_SECRET} in open(path, 'rb').read(100000)
        """),
    _unreadable("shadow", "/etc/shadow"),
    _unreadable("hostname", "/etc/hostname"),
    _unreadable("machine-id", "/etc/machine-id"),
    _unreadable("resolver", "/etc/resolv.conf"),
    _unreadable("ssh-key", "/root/.ssh/id_rsa"),
    _unreadable("history", "/root/.bash_history"),
    _unreadable("docker-socket", "/var/run/docker.sock"),
    _unreadable("kernel-log", "/dev/kmsg"),
    _unreadable("kernel-memory", "/dev/mem"),
    _unreadable("kernel-symbols", "/proc/kallsyms"),
    _unreadable("kernel-core", "/proc/kcore"),
    _unreadable("boot-line", "/proc/cmdline"),
    blocked("host-mounts", "done = '/sandbox' in open('/proc/1/mountinfo').read()"),
    _unreadable("disk", "/dev/vda"),
    _unreadable("disk-a", "/dev/sda"),
    _unreadable("terminal", "/dev/tty"),
    _absent("home", "/home"),
    _absent("var", "/var"),
    _absent("run", "/run"),
    _absent("sys", "/sys"),
    _absent("cgroup", "/sys/fs/cgroup"),
    _absent("boot", "/boot"),
    blocked("list-tmp", "done = os.listdir('/tmp') != ['main.py']"),
    _absent("code", "/code"),
    blocked("this-project", "import r1gym"),
    blocked("installed-packages", "import gymnasium"),
    blocked("host-users", "done = len(open('/etc/passwd').read().splitlines()) > 1"),
    blocked("host-processes", "done = len([p for p in os.listdir('/proc') if p.isdigit()]) > 2"),
    blocked("host-name", "import socket as s; done = s.gethostname() != 'sandbox'"),
    blocked("host-uid", "done = os.getuid() == 0 or os.geteuid() == 0"),
    blocked("network-devices", "done = bool(set(os.listdir('/sys/class/net')) - {'lo'})"),
    ends("file-from-last-test", """
        import os
        seen = os.listdir('/tmp') + os.listdir('/dev/shm')
        open('/tmp/mark', 'w').write(input())
        print(set(seen))
        """, "accepted", tests=[*stdin("{'main.py'}", "1"), *stdin("{'main.py'}", "2"), *stdin("{'main.py'}", "3")]),
    ends("process-from-last-test", """
        import os, time
        print(len([p for p in os.listdir('/proc') if p.isdigit()]))
        if os.fork() == 0:
            os.setsid(); time.sleep(30)
        """, "accepted", tests=[*stdin("2", "1"), *stdin("2", "2")]),
    ends("state-from-last-call", """
        seen = []
        def f(x):
            seen.append(x)
            return len(seen)
        """, "accepted", tests=[*call("f", [7], 1), *call("f", [8], 1)]),
    ends("semaphore-from-last-test", """
        import ctypes
        libc = ctypes.CDLL(None)
        print(libc.shmget(4242, 4096, 0o1666) == -1, libc.semget(4242, 1, 0o1666) == -1)
        """, "accepted", tests=stdin("True True")),
    ends("c-include-shadow", '#include "/etc/shadow"\nint main() {}', "compile_error", language="c"),
    ends("c-incbin-hostname", '__asm__(".incbin \\"/etc/hostname\\"");\nint main() {}', "compile_error", language="c"),
    ends("c-include-environment", '#include "/proc/1/environ"\nint main() {}', "compile_error", language="c"),
    ends("bash-environment", f"env | grep -q {CANARY} && echo escaped || echo blocked", "accepted", language="bash", tests=stdin("blocked")),
    ends("javascript-environment", f"console.log(JSON.stringify(process.env).includes('{CANARY}') ? 'escaped' : 'blocked')", "accepted", language="javascript", tests=stdin("blocked")),
]  # fmt: skip
