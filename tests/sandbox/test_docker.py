"""The docker backend, against the real engine."""

import gc
import signal
import subprocess
import sys
import threading
import time

import pytest

from r1gym.core.errors import ConfigError
from r1gym.sandbox import DockerBackend, Pool, SandboxError, Submission, run_many, run_tests
from r1gym.sandbox import docker as module
from r1gym.sandbox.images import runner_hash

TESTS = [{"type": "stdin", "input": "20 1", "output": "21"}]
ADD = "print(sum(map(int, input().split())))"


def containers(pid=""):
    """Returns the sandbox's containers, those of one process if `pid` is given."""
    client = module._connect()
    found = client.containers(all=True, filters={"label": module.LABEL})
    client.close()
    return {
        c["Id"] for c in found if c["Labels"][module.LABEL].startswith(f"{pid}:" if pid else "")
    }


def wait_for(condition):
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert condition()


def test_a_container_is_closed_in(docker):
    pool = Pool(DockerBackend(), size=1)
    assert run_tests(ADD, "python", TESTS, None, pool) == "accepted"
    (worker,) = pool._workers
    facts = worker._client.inspect_container(worker._container)
    host = facts["HostConfig"]
    assert host["NetworkMode"] == "none"
    assert host["ReadonlyRootfs"]
    assert host["CapDrop"] == ["ALL"]
    assert "no-new-privileges" in host["SecurityOpt"]
    assert host["Memory"] == host["MemorySwap"] == 4096 << 20
    assert host["PidsLimit"] == 1024
    assert host["NanoCpus"] == 2_000_000_000
    assert facts["Config"]["User"] == "65534:65534"
    pool.close()
    wait_for(lambda: worker._container not in containers())


def test_killed_containers_are_replaced(docker):
    pool = Pool(DockerBackend(), size=2)
    stop = threading.Event()

    def kill():
        client = module._connect()
        while not stop.wait(0.7):
            for worker in list(pool._workers)[:1]:
                try:
                    client.kill(worker._container)
                except Exception:
                    continue
        client.close()

    killer = threading.Thread(target=kill)
    jobs = [Submission("import time; time.sleep(0.05)\n" + ADD, "python", TESTS)] * 40
    killer.start()
    try:
        verdicts = [str(report) for report in run_many(jobs, pool, workers=2)]
    finally:
        stop.set()
        killer.join()
        pool.close()
    assert set(verdicts) <= {"accepted", "infra_error"}
    assert verdicts.count("accepted") > 30


def test_nothing_is_left_after_the_caller_is_killed(docker):
    code = (
        "from r1gym.sandbox import run_tests\n"
        "tests = [{'type': 'stdin'}]\n"
        "run_tests('pass', 'python', tests, None, 'docker')\nprint('up', flush=True)\n"
        "run_tests('import time; time.sleep(60)', 'python', tests, {'wall_s': 60}, 'docker')"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as victim:
        assert victim.stdout.readline() == b"up\n"
        assert containers(victim.pid)
        victim.send_signal(signal.SIGKILL)
    wait_for(lambda: not containers(victim.pid))


def test_a_container_whose_owner_is_gone_is_reaped(docker):
    client = module._connect()
    made = client.create_container(
        module.IMAGE, ["sleep", "60"], labels={module.LABEL: "4194000:1:no-such-boot"}
    )
    kept = client.create_container(
        module.IMAGE, ["sleep", "60"], labels={module.LABEL: module.owner()}
    )
    module.reap(client)
    assert made["Id"] not in containers()
    assert kept["Id"] in containers()
    client.remove_container(kept["Id"], force=True)
    client.close()


def test_more_memory_than_a_container_has_is_refused(docker):
    with pytest.raises(ConfigError, match="at most 4096 with docker"):
        run_tests(ADD, "python", TESTS, {"memory_mb": 5000}, docker)


def test_an_image_of_another_version_is_refused(docker, monkeypatch):
    monkeypatch.setattr(module, "runner_hash", lambda: "another")
    with pytest.raises(SandboxError, match="build it again"):
        module.DockerBackend()
    with pytest.raises(SandboxError, match="no image no-such-image"):
        module.DockerBackend("no-such-image")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_engine_that_does_not_answer(monkeypatch):
    pytest.importorskip("docker")
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent.sock")
    with pytest.raises(SandboxError, match="does not answer"):
        module.DockerBackend()
    gc.collect()  # the SDK leaves the socket that could not connect to the collector


def test_the_runners_hash_is_stable():
    assert runner_hash() == runner_hash()
    assert len(runner_hash()) == 16
