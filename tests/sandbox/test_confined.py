"""The backend confined, where it is for: a container without capabilities or namespaces."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import r1gym
from r1gym.sandbox import SandboxError, backends
from r1gym.sandbox.conformance import CASES
from r1gym.sandbox.conformance.confined import CONFINED
from r1gym.sandbox.images import IMAGE

CLOSED = (
    "docker run --rm --network none --cap-drop ALL --security-opt no-new-privileges "
    "--pids-limit 500 --memory 4g --user 1000:1000 "
    "--env PYTHONPATH=/package --env PYTHONDONTWRITEBYTECODE=1"
)


TESTS = [{"type": "stdin", "input": "20 1", "output": "21"}]


def in_container(code, *more):
    """Returns what a script prints at last in such a container, as JSON."""
    package = Path(r1gym.__file__).parent
    command = [*CLOSED.split(), "--volume", f"{package}:/package/r1gym:ro", *more, IMAGE]
    done = subprocess.run(
        [*command, "timeout", "280", "python3", "-c", code],
        capture_output=True,
        text=True,
        timeout=290,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_without_namespaces_the_others_refuse_and_name_it(docker):
    told = in_container(
        "import json\nfrom r1gym.sandbox import SandboxError, run_tests\n"
        "try: run_tests('', 'python', [{'type': 'stdin'}])\n"
        "except SandboxError as error: print(json.dumps(str(error)))"
    )
    assert "the layer namespaces failed" in told
    assert "backend='confined', which needs neither and is weaker" in told


QUICK = """
import json, os, time
from pathlib import Path
from r1gym.sandbox import close_all, run_tests
from r1gym.sandbox.conformance import CASES, run_executions, run_suite
from r1gym.sandbox.conformance.agreement import disagreements
from r1gym.sandbox.conformance.confined import CONFINED
from r1gym.sandbox.conformance.programs import NOT_CONFINED, PROGRAMS
bombs = [c for c in CASES if "bomb" in c.name and c.language != "cpp" and "macro" not in c.name]
part = [c for c in CASES if c.name not in CONFINED and c not in bombs][::PART]
# Apart, since until it is seen a bomb leaves no processes to its neighbours, who are the same user.
started = time.monotonic()
ended = run_suite("confined", bombs, workers=1)
seconds = time.monotonic() - started
ended += run_suite("confined", part, workers=4)
wrong = [f"{r.case.name}: {r.report} {r.report.tests}" for r in ended if not r.passed]
fitting = [p for p in PROGRAMS if p[0] not in NOT_CONFINED]
wrong += [f"{r.case.name}: {r.fault}" for r in run_executions("confined", workers=4) if r.fault]
told = disagreements("confined", fitting, 4)
close_all()
stats = [Path(f"/proc/{p}/stat").read_text() for p in os.listdir("/proc") if p.isdigit()]
# The dead are of the programs that CPython itself ran, for which nobody waits in a container.
left = [s for s in stats if int(s.split()[0]) not in (1, os.getpid()) and s.split()[2] != "Z"]
files = [str(p) for p in Path("/tmp").glob("r1gym-*")]
print(json.dumps([wrong, told, files, left, seconds]))
"""


def test_it_holds_a_part_of_the_suite_and_agrees_with_cpython(docker):
    wrong, told, files, processes, seconds = in_container(QUICK.replace("PART", "40"))
    assert not wrong
    assert not told
    assert not files
    assert not processes
    # Bombs leave their supervisor no time: one that looks at each of them needs minutes to end one.
    assert seconds < 40


@pytest.mark.slow
def test_it_fails_the_cases_of_its_list_and_no_others(docker):
    wrong = in_container(
        "import json\nfrom r1gym.sandbox.conformance import CASES, run_suite\n"
        "bombs = [c for c in CASES if 'fork-bomb' in c.name]\n"
        "rest = [c for c in CASES if c not in bombs]\n"
        "wrong = [r.case.name for cases, workers in ((bombs, 1), (rest, 4))\n"
        "    for r in run_suite('confined', cases, workers=workers) if not r.passed]\n"
        "print(json.dumps(sorted(wrong)))"
    )
    assert wrong == sorted(CONFINED)
    assert set(CONFINED) <= {case.name for case in CASES}


SWITCHED_OFF = """
import json
from r1gym.sandbox import SandboxError, close_all, run_tests
from r1gym.sandbox.conformance import EXECUTIONS, HONEST, run_executions, run_suite
from r1gym.sandbox.conformance.confined import CONFINED
from r1gym.sandbox.conformance.forgery import FORGERY
try: run_tests('', 'python', [{'type': 'stdin'}], None, 'local')
except SandboxError as error: told = str(error)
part = [c for c in (*HONEST, *FORGERY) if c.name not in CONFINED and c.language == 'python'][::6]
wrong = [r.case.name for r in run_suite('confined', part, workers=4) if not r.passed]
executions = [c for c in EXECUTIONS if c.language == 'python']
wrong += [f"{r.case.name}: {r.fault}" for r in run_executions('confined', executions) if r.fault]
close_all()
print(json.dumps([told, len(part), wrong]))
"""


@pytest.mark.skipif(not shutil.which("unshare"), reason="needs unshare")
@pytest.mark.parametrize("user", [1000, 0])
def test_it_is_there_where_user_namespaces_are_switched_off(local, user):
    """In a user namespace in which there may be no other, as the sysctl makes whole machines."""
    drop = "setpriv --ambient-caps -all --inh-caps -all"
    off = f'echo 0 > /proc/sys/user/max_user_namespaces && exec {drop} "$@"'
    inner = ["sh", "-c", off, "sh", sys.executable, "-c", SWITCHED_OFF]
    ids = ["--keep-caps", f"--map-user={user}", f"--map-group={user}"]
    done = subprocess.run(
        ["unshare", "--user", *ids, *inner], capture_output=True, text=True, timeout=120
    )
    if not user:  # the only user there is, so it cannot become an ordinary one
        assert "The confined sandbox does not start: the layer user failed" in done.stderr
        return
    assert done.returncode == 0, done.stderr[-2000:]
    told, tried, wrong = json.loads(done.stdout.splitlines()[-1])
    assert "namespaces failed" in told and "user.max_user_namespaces" in told
    assert tried >= 15
    assert not wrong


def test_it_is_never_taken_unless_named(monkeypatch):
    def fail(name):
        assert name != "confined"
        raise SandboxError("no")

    monkeypatch.setattr(backends, "_checked", fail)
    with pytest.raises(SandboxError, match="backend='confined'"):
        backends._auto()
