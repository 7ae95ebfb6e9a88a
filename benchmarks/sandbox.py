"""Jobs per second of the sandbox, next to a bare fork server, ``docker exec`` and ``docker run``.

A job is a fresh process that runs a small Python program on one input, tested by its output. The
bare fork server is the upper end: a warm interpreter that forks once per job, with one server per
caller as the sandbox has one worker per caller, and nothing else: no namespace, limit or filter.
All are measured in turn, round by round, in one run, since a shared machine changes by the minute.

The bars: at least 0.4 times the bare fork server's jobs per second at every concurrency, and at
most 3 times its p99 latency; a verdict at most 150 ms after a time limit runs out; with Docker, at
least 25 times `docker exec` into a warm container and 80 times `docker run --rm`.

    python benchmarks/sandbox.py [--docker] [--jobs 300] [--rounds 5]
"""

from __future__ import annotations

import argparse
import itertools
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from r1gym.core.machine import describe_machine
from r1gym.sandbox import DockerBackend, Pool, run_tests
from r1gym.sandbox.backends import BACKENDS, close_all
from r1gym.sandbox.images import IMAGE
from r1gym.sandbox.runner import namespaces, wire

CODE = """
n, *xs = map(int, open(0).read().split())
best = [0] * (n + 1)
for i, x in enumerate(xs):
    best[i + 1] = max(best[i], x + (best[i - 1] if i else 0))
print(best[n])
"""
GIVEN, WANTED = "8\n2 7 9 3 1 8 4 6\n", "25"
TESTS = [{"type": "stdin", "input": GIVEN, "output": WANTED}]
CONCURRENCY = (2, 4, 8)

SERVER = """
import os, socket, struct, sys
channel = socket.socket(fileno=os.dup(0))
def exactly(n):
    data = b""
    while len(data) < n:
        part = channel.recv(n - len(data))
        if not part: os._exit(0)
        data += part
    return data
while True:
    sizes = struct.unpack("!II", exactly(8))
    code, given = exactly(sizes[0]), exactly(sizes[1])
    out, out_w = os.pipe()
    stdin = os.memfd_create("stdin")
    os.write(stdin, given)
    os.lseek(stdin, 0, 0)
    pid = os.fork()
    if pid == 0:
        os.dup2(stdin, 0); os.dup2(out_w, 1)
        exec(compile(code, "job", "exec"), {"__name__": "__main__"})
        sys.stdout.flush()
        os._exit(0)
    os.close(out_w); os.close(stdin)
    data = b""
    while part := os.read(out, 65536): data += part
    os.close(out)
    status = os.waitpid(pid, 0)[1]
    channel.sendall(struct.pack("!II", status, len(data)) + data)
"""


class ForkServer:
    """A warm interpreter that forks once per job."""

    def __init__(self) -> None:
        self.channel, theirs = socket.socketpair()
        command = [namespaces.interpreter(), "-s", "-S", "-c", SERVER]
        self.process = subprocess.Popen(command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL)
        theirs.close()

    def job(self) -> None:
        """Runs one job and checks its output."""
        code, given = CODE.encode(), GIVEN.encode()
        sizes = wire._LENGTHS.pack(len(code), len(given))
        self.channel.sendall(sizes + code + given)
        status, length = wire._LENGTHS.unpack(self.channel.recv(8, socket.MSG_WAITALL))
        output = self.channel.recv(length, socket.MSG_WAITALL)
        assert status == 0
        assert output.split() == [WANTED.encode()]

    def close(self) -> None:
        """Ends the server."""
        self.channel.close()
        self.process.wait()


def drive(callers: list[Callable[[], None]], jobs: int) -> tuple[float, list[float]]:
    """Returns the seconds that `jobs` jobs take with these callers at once, and each one's."""
    counter = itertools.count()
    latencies: list[float] = []
    failures: list[BaseException] = []

    def call(caller: Callable[[], None]) -> None:
        try:
            while next(counter) < jobs:
                started = time.perf_counter()
                caller()
                latencies.append(time.perf_counter() - started)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=call, args=(caller,)) for caller in callers]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return time.perf_counter() - started, latencies


def sandboxed(pool: Pool) -> Callable[[], None]:
    def job() -> None:
        report = run_tests(CODE, "python", TESTS, {"cpu_s": 2, "wall_s": 20}, pool)
        assert report.accepted, report

    return job


def throughput(name: str, jobs: int, rounds: int) -> None:
    """Prints one backend's jobs per second and p99 as ratios of the bare fork server's."""
    pool = Pool(BACKENDS.get(name)(), size=max(CONCURRENCY))
    servers = [ForkServer() for _ in range(max(CONCURRENCY))]
    try:
        for callers in CONCURRENCY:
            bare = [server.job for server in servers[:callers]]
            ours = [sandboxed(pool)] * callers
            drive(bare, 50), drive(ours, 50)
            pairs = [(drive(bare, jobs), drive(ours, jobs)) for _ in range(rounds)]
            ratios = [b[0] / o[0] for b, o in pairs]
            lag = [p99(o[1]) / p99(b[1]) for b, o in pairs]
            rate = jobs * rounds / sum(o[0] for _, o in pairs)
            ratio, slow = statistics.median(ratios), statistics.median(lag)
            verdict = "pass" if ratio >= 0.4 and slow <= 3 else "MISS"
            print(
                f"{name:<7} {callers} callers: {rate:6.0f} jobs/s, {ratio:.2f} x bare fork server "
                f"(bar 0.4; rounds {min(ratios):.2f} to {max(ratios):.2f}), "
                f"p99 {slow:.1f} x (bar 3)  {verdict}"
            )
    finally:
        pool.close()
        for server in servers:
            server.close()


def p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]


def overrun(name: str) -> None:
    """Prints how long after a time limit its verdict comes."""
    pool = Pool(BACKENDS.get(name)())
    worst = []
    for code, limits in (
        ("while True: pass", {"cpu_s": 0.5, "wall_s": 10}),
        ("import time; time.sleep(60)", {"cpu_s": 0.5, "wall_s": 0.5}),
        ("import os\nfor _ in range(4): os.fork()\nwhile True: pass", {"wall_s": 0.5, "cpu_s": 5}),
    ):
        late = []
        for _ in range(5):
            run_tests("pass", "python", TESTS, None, pool)
            started = time.perf_counter()
            result = run_tests(code, "python", TESTS, limits, pool)
            took = time.perf_counter() - started
            assert result == "time_limit", result
            used = result.tests[0]
            # On a busy machine half a second of processor time takes longer than half a second.
            limit = limits["wall_s"] if limits["wall_s"] < 1 else used.wall_s - used.cpu_s + 0.5
            late.append(took - limit)
        worst.append(statistics.median(late))
    pool.close()
    verdict = "pass" if max(worst) <= 0.15 else "MISS"
    print(f"{name:<7} verdict after a time limit: {max(worst) * 1000:.0f} ms (bar 150)  {verdict}")


def docker_commands(jobs: int, rounds: int) -> None:
    """Prints the docker backend's jobs per second over those of the engine's own commands."""
    callers = min(CONCURRENCY)
    pool = Pool(DockerBackend(), size=callers)
    # The same protection and limits as the backend's containers have.
    closed = "--network none --read-only --cap-drop ALL --security-opt no-new-privileges"
    limits = "--pids-limit 1024 --memory 4096m --memory-swap 4096m --cpus 2 --user 65534:65534"
    options = [*closed.split(), *limits.split()]
    run = ["docker", "run", "--rm", "-i", *options, IMAGE, "python3", "-c", CODE]
    keep = ["docker", "run", "--rm", "-d", *options, IMAGE, "sleep", "600"]
    container = subprocess.check_output(keep, text=True).strip()
    execute = ["docker", "exec", "-i", container, "python3", "-c", CODE]

    def command(words: list[str]) -> Callable[[], None]:
        def job() -> None:
            output = subprocess.check_output(words, input=GIVEN.encode())
            assert output.split() == [WANTED.encode()]

        return job

    try:
        ours = [sandboxed(pool)] * callers
        drive(ours, 50)
        for name, words, bar in (("docker exec", execute, 25), ("docker run --rm", run, 80)):
            theirs = [command(words)] * callers
            times = [(drive(ours, jobs)[0], drive(theirs, 10)[0]) for _ in range(rounds)]
            ratios = [(them / 10) / (us / jobs) for us, them in times]
            ratio = statistics.median(ratios)
            verdict = "pass" if ratio >= bar else "MISS"
            print(
                f"docker  {callers} callers: {ratio:.0f} x {name} (bar {bar}; rounds "
                f"{min(ratios):.0f} to {max(ratios):.0f})  {verdict}"
            )
    finally:
        subprocess.run(["docker", "rm", "-f", container], capture_output=True)
        pool.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--docker", action="store_true", help="also measure the docker backend")
    parser.add_argument("--jobs", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    print(describe_machine(), file=sys.stdout)
    for name in ("local", "docker") if args.docker else ("local",):
        throughput(name, args.jobs, args.rounds)
        overrun(name)
    if args.docker:
        docker_commands(args.jobs, args.rounds)
    close_all()


if __name__ == "__main__":
    main()
