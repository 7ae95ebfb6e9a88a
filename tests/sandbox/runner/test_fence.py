"""A job's process: limits that only go down, and nothing runs where a fence does not stand."""

import json

import pytest

from r1gym.sandbox.runner import landlock
from tests.sandbox.runner.separate import run

RULES = """
import resource
from r1gym.sandbox.runner import fence, landlock, seccomp
def rules(**more):
    wanted = dict(cpu=1.5, program=seccomp.job_filter(1 << 28, False), pids=20,
        file_size=1 << 20, stack=1 << 23, landlock=None)
    return fence.Rules(**{**wanted, **more})
"""
START = """
import json
ready, told = os.pipe()
out, printed = os.pipe()
null = os.open('/dev/null', os.O_RDWR)
for fd in (ready, told, out, printed, null):  # all above those that a job starts with
    os.dup2(fd, fd + 20)
pid = os.fork()
def body():
    tried = []
    for step in ({steps}):
        try: tried.append(repr(step()))
        except OSError as error: tried.append(type(error).__name__)
    os.write(1, json.dumps(tried).encode())
    os._exit(7)
if pid == 0:
    fence.start(rules(), (null + 20, {stdout}, null + 20, null + 20), told + 20, body)
_, status = os.waitpid(pid, 0)
for fd in (told, told + 20, printed, printed + 20): os.close(fd)
print(json.dumps([os.waitstatus_to_exitcode(status), os.read(ready, 600).decode(),
    os.read(out, 600).decode()]))
"""


def started(steps="", stdout="printed + 20"):
    return json.loads(run(RULES + START.format(steps=steps, stdout=stdout)))


def test_limits_are_set_with_room_for_the_supervisor():
    script = "fence._limit(rules())\nkinds = 'CPU', 'FSIZE', 'STACK', 'NPROC'\n"
    script += "print([resource.getrlimit(getattr(resource, f'RLIMIT_{k}'))[1] for k in kinds])"
    assert run(RULES + script) == f"{[3, 1 << 20, 1 << 23, 20]}\n"


def test_a_machines_own_limit_is_not_gone_above():
    script = "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\nfence._limit(rules())\n"
    script += "print(resource.getrlimit(resource.RLIMIT_FSIZE))"
    assert run(RULES + script) == "(1000, 1000)\n"


def test_the_body_runs_behind_the_fences():
    status, ready, printed = started(
        "lambda: os.getsid(0) == os.getpid(),"
        "lambda: os.memfd_create('x'),"
        "lambda: os.listdir('/proc/self/fd') and None,"
    )
    assert (status, ready) == (7, "S")
    leads, memory, _ = json.loads(printed)
    assert leads == "True" and memory == "PermissionError"  # by the filter


def test_a_fence_that_fails_is_told_and_nothing_runs():
    status, ready, printed = started(stdout="9999")
    assert (status, printed) == (1, "")
    assert ready.startswith("EOSError(9, ")


@pytest.mark.skipif(not landlock.abi(), reason="needs Landlock")
def test_where_there_are_rules_they_bind(tmp_path):
    script = RULES.replace("landlock=None", f"landlock=landlock.Fence().rules({str(tmp_path)!r})")
    steps = f"lambda: open({str(tmp_path / 'a')!r}, 'w').close(), lambda: open('/tmp/r1-no', 'w'),"
    status, ready, printed = json.loads(
        run(script + START.format(steps=steps, stdout="printed + 20"))
    )
    assert (status, ready, json.loads(printed)) == (7, "S", ["None", "PermissionError"])
