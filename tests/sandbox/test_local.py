"""The local backend: nothing stays between submissions, and nothing after them."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from r1gym.sandbox import LocalBackend, Pool, Submission, run_many, run_tests

TESTS = [{"type": "stdin", "input": "20 1", "output": "21"}]
ADD = "print(sum(map(int, input().split())))"

SCAN = """
import re
needle = NEEDLE[::-1].encode()
hits = 0
with open('/proc/self/maps') as maps, open('/proc/self/mem', 'rb', 0) as mem:
    for line in maps:
        m = re.match(r'([0-9a-f]+)-([0-9a-f]+) r', line)
        start, end = (int(x, 16) for x in m.groups()) if m else (0, 0)
        try:
            mem.seek(start)
            hits += mem.read(end - start).count(needle)
        except (OSError, ValueError, OverflowError):
            pass
print(hits)
"""


def family(pid):
    """Returns the processes that descend from `pid`, and the control groups made for it.

    Not the machine's leftovers: tests in other processes have workers of their own.
    """
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[entry.name, fields[19]] = fields[1]
    found, mine = set(), {str(pid)}
    while mine:
        children = {key for key, parent in parents.items() if parent in mine}
        found |= children
        mine = {child for child, _ in children}
    return found | {path.name for path in Path("/sys/fs/cgroup").glob(f"**/r1gym-{pid}-*")}


def gone(processes):
    """Tells whether none of these, of which the control groups are names, is there any more."""
    for item in processes:
        if isinstance(item, str):
            if list(Path("/sys/fs/cgroup").glob(f"**/{item}")):
                return False
            continue
        pid, started = item
        try:
            fields = Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[19] == started:
            return False
    return True


def scan(word):
    return SCAN.replace("NEEDLE", repr(word[::-1]))


def test_no_byte_of_a_submission_reaches_the_next(one_worker):
    """Process 1 of a job shares its memory with the worker, so this holds by design alone."""
    word = "k7f2-zebra-q9"
    other = [{"type": "stdin", "input": "", "output": ""}]

    def hits(needle):
        run_tests("pass", "python", other, None, one_worker)
        told = run_tests(scan(needle) + "import sys; sys.stderr.write(str(hits))", "python", other,
                     None, one_worker)  # fmt: skip
        return int(told.tests[0].stderr)

    before = hits(word)
    tests = [{"type": "stdin", "input": word * 50, "output": word * 50}]
    code = f"import sys\ns = input()\nsys.stderr.write({word!r} * 50)\nprint(s)"
    assert run_tests(code, "python", tests, None, one_worker) == "accepted"
    bash = f'read -r s; echo {word} >&2; echo "$s"'
    assert run_tests(bash, "bash", tests, None, one_worker) == "accepted"
    call = [{"type": "call", "fn": "f", "args": [word], "expected": word}]
    assert run_tests("def f(x): return x", "python", call, None, one_worker) == "accepted"
    assert hits(word) == before


def test_a_scan_finds_what_is_there(one_worker):
    tests = [{"type": "stdin", "input": "", "output": "0"}]
    code = "keep = ''.join(['k7f2-', 'zebra-', 'q8'])\n" + scan("k7f2-zebra-q8")
    assert run_tests(code, "python", tests, None, one_worker) == "wrong_answer"


def test_a_worker_serves_many_submissions_without_growing(one_worker):
    run_tests(ADD, "python", TESTS, None, one_worker)
    (worker,) = one_worker._workers
    before = resident(worker)
    for _ in range(150):
        assert run_tests(ADD, "python", TESTS, None, one_worker) == "accepted"
    assert one_worker._workers == {worker}
    assert resident(worker) - before < 1 << 20


def resident(worker):
    """Returns the resident bytes of the process that forks jobs: the child of the first one."""
    first = worker._process.pid
    (child,) = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    return int(Path(f"/proc/{child}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("whom", ["first", "second"])
def test_killed_workers_are_replaced_and_no_submission_is_lost(local, whom):
    pool = Pool(LocalBackend(), size=3)
    stop = threading.Event()

    def kill():
        while not stop.wait(0.15):
            for worker in list(pool._workers):
                pid = worker._process.pid
                try:
                    if whom == "second":
                        pid = int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
                    os.kill(pid, signal.SIGKILL)
                except (OSError, IndexError):
                    continue
                break

    killer = threading.Thread(target=kill)
    jobs = [Submission("import time; time.sleep(0.02)\n" + ADD, "python", TESTS)] * 60
    killer.start()
    try:
        verdicts = [str(report) for report in run_many(jobs, pool, workers=3)]
    finally:
        stop.set()
        killer.join()
        pool.close()
    assert set(verdicts) <= {"accepted", "infra_error"}
    assert verdicts.count("accepted") > 50


def test_nothing_is_left_after_a_pool_is_closed(local):
    before = family(os.getpid())
    pool = Pool(LocalBackend(), size=2)
    code = "import os, time\nif os.fork() == 0:\n    os.setsid(); time.sleep(60)\nprint(21)"
    assert run_tests(code, "python", TESTS, None, pool) == "accepted"
    ours = family(os.getpid()) - before
    assert len(ours) >= 2
    pool.close()
    assert gone(ours)


def test_nothing_is_left_after_the_caller_is_killed(local):
    code = (
        "from r1gym.sandbox import run_tests\nprint('up', flush=True)\n"
        "tests = [{'type': 'stdin'}]\n"
        "run_tests('import time; time.sleep(60)', 'python', tests, {'wall_s': 60}, 'local')"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as victim:
        assert victim.stdout.readline() == b"up\n"
        deadline = time.monotonic() + 20
        while len(ours := family(victim.pid)) < 4 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(ours) >= 4
        victim.kill()
    deadline = time.monotonic() + 20
    while not gone(ours) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert gone(ours)


def test_a_forked_process_starts_workers_of_its_own(local):
    assert run_tests(ADD, "python", TESTS, None, "local") == "accepted"
    code = (
        "import os\nfrom r1gym.sandbox import run_tests\n"
        f"tests, code = {TESTS!r}, {ADD!r}\n"
        "assert run_tests(code, 'python', tests, None, 'local') == 'accepted'\n"
        "pid = os.fork()\n"
        "assert run_tests(code, 'python', tests, None, 'local') == 'accepted'\n"
        "if pid: assert os.waitpid(pid, 0)[1] == 0\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)


def test_the_caller_holds_little_of_a_flood(local):
    code = (
        "import resource\nfrom r1gym.sandbox import run_tests\n"
        "flood = 'import os\\nfor _ in range(1 << 14): os.write(1, b\"x\" * 65536)'\n"
        "tests = [{'type': 'stdin'}]\n"
        "assert run_tests('pass', 'python', tests, None, 'local') == 'accepted'\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for _ in range(3):\n"
        "  assert run_tests(flood, 'python', tests, None, 'local') == 'output_limit'\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    grown = subprocess.check_output([sys.executable, "-c", code], timeout=60)
    assert int(grown) < 32 * 1024


NO_NAMESPACES = """
from r1gym.sandbox import SandboxError, run_tests
from r1gym.sandbox.runner import kernel, seccomp

column = seccomp._column()
refused = {seccomp._JOB["unshare"][column]: [seccomp._answer(seccomp.EPERM)]}
kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
seccomp.install(seccomp._filter(refused))
"""


def test_without_namespaces_it_refuses_and_names_the_layer():
    code = NO_NAMESPACES + (
        "try:\n    run_tests('pass', 'python', [{'type': 'stdin'}], None, 'local')\n"
        "except SandboxError as error:\n    print(error)\n"
    )
    text = subprocess.check_output([sys.executable, "-c", code], text=True, timeout=60)
    assert "the layer namespaces failed: unshare: Operation not permitted" in text


def test_every_process_draws_its_own_random_numbers(local):
    code = "import random, sys; print(random.random(), file=sys.stderr)"
    report = run_tests(code, "python", [{"type": "stdin", "output": ""}] * 2, None, local)
    first, second = (result.stderr for result in report.tests)
    assert first and second and first != second


def test_a_program_ends_with_its_own_objects_to_look_at_and_no_others(local):
    code = "import gc\nprint(len(gc.get_objects()) < 60)"
    assert run_tests(code, "python", [{"type": "stdin", "output": "True"}], None, local).accepted
