"""Sessions with workers that are played here: what a lost worker does to a submission."""

import contextlib
import socket
import threading

import pytest

from r1gym.sandbox import Pool, SandboxError, run_tests
from r1gym.sandbox.runner import wire

TESTS = [{"type": "stdin", "input": str(i), "output": str(i)} for i in range(3)]
READY = {"op": "ready", "layers": {"languages": ["python"]}}


def result(**facts):
    base = {"op": "result", "cause": None, "status": 0, "ready": "SR", "oom": False}
    return base | {"cpu": 0.0, "wall": 0.0, "memory": 0, "lengths": [0, 0, 0]} | facts


class Worker:
    """Echoes each input as its output; dies after `life` tests."""

    def __init__(self, life):
        self.channel, self._theirs = socket.socketpair()
        self._life = life
        self.seen = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with self._theirs as theirs:
            try:
                while True:
                    theirs.sendall(wire.pack(READY))
                    self.seen.append(wire.receive(theirs))
                    while True:
                        header, data = wire.receive(theirs)
                        if header["op"] == "end":
                            break
                        self.seen.append((header, data))
                        if self._life == 0:
                            return
                        self._life -= 1
                        facts = result(lengths=[len(data), 0, 0])
                        theirs.sendall(wire.pack(facts, data))
                        if header["last"]:
                            break
            except OSError:
                return

    def close(self):
        self.channel.close()


class Backend:
    name = "played"
    memory_mb = None

    def __init__(self, *lives):
        self.lives = list(lives)
        self.workers = []

    def start(self):
        if not self.lives:
            raise OSError("the engine is gone")
        self.workers.append(Worker(self.lives.pop(0)))
        return self.workers[-1]

    def close(self):
        pass


def outcome(backend, tests=TESTS, language="python", **more):
    pool = Pool(backend)
    try:
        return run_tests("CODE", language, tests, None, pool, **more)
    finally:
        pool.close()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr("r1gym.sandbox.session.time.sleep", lambda seconds: None)


def test_only_code_limits_and_inputs_go_down():
    backend = Backend(99)
    tests = [{"type": "stdin", "input": "in-1", "output": "out-1"}]
    assert outcome(backend, tests) == "wrong_answer"
    (job, code), (test, data) = backend.workers[0].seen
    assert set(job) == {"op", "language", "function", "prelude", "limits", "whole"}
    assert (test, code, data) == ({"op": "test", "last": True}, b"CODE", b"in-1")


def test_a_lost_worker_costs_only_the_test_it_held():
    backend = Backend(1, 99)
    report = outcome(backend)
    assert report == "accepted"
    assert len(report.tests) == 3
    assert [data for _, data in backend.workers[1].seen[1:]] == [b"1", b"2"]


def test_losing_every_worker_is_an_infrastructure_error():
    report = outcome(Backend(1, 0, 0, 0))
    assert report == "infra_error"
    assert len(report.tests) == 1
    assert "the worker is gone" in report.message


def test_an_engine_that_is_gone_is_an_infrastructure_error():
    report = outcome(Backend())
    assert report == "infra_error"
    assert "the engine is gone" in report.message


def test_a_fence_that_failed_is_never_the_submissions_fault(monkeypatch):
    monkeypatch.setattr(
        f"{__name__}.result",
        lambda **facts: {"op": "result", "ready": "Eno seccomp", "lengths": [0, 0, 0]},
    )
    report = outcome(Backend(9, 9, 9, 9))
    assert report == "infra_error"
    assert report.message == "the sandbox failed before the job began: no seccomp"


def test_a_language_that_is_not_installed_is_told():
    with pytest.raises(SandboxError, match="no bash"):
        outcome(Backend(9), language="bash")


def test_stopping_early_or_not():
    tests = [TESTS[0], {"type": "stdin", "input": "1", "output": "x"}, TESTS[2]]
    early = outcome(Backend(9), tests)
    late = outcome(Backend(9), tests, stop_early=False)
    assert early == late == "wrong_answer"
    assert (len(early.tests), len(late.tests)) == (2, 3)
    assert (early.share, late.share) == (pytest.approx(1 / 3), pytest.approx(2 / 3))


class Compiler:
    """Compiles `starved` times in vain, for want of processes, and then well."""

    def __init__(self, starved):
        self.channel, self._theirs = socket.socketpair()
        self._starved = starved
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        layers = {"languages": ["cpp"]}
        with self._theirs as theirs, contextlib.suppress(OSError):
            while True:
                theirs.sendall(wire.pack({"op": "ready", "layers": layers}))
                wire.receive(theirs)
                said = b"vfork: Resource temporarily unavailable" if self._starved else b""
                facts = result(status=256 if said else 0, lengths=[0, len(said), 0])
                theirs.sendall(wire.pack(facts, said))
                self._starved -= bool(said)
                header, data = wire.receive(theirs)
                if header["op"] == "test":
                    theirs.sendall(wire.pack(result(lengths=[len(data), 0, 0]), data))

    def close(self):
        self.channel.close()


@pytest.mark.parametrize(
    ("starved", "verdict"), [(0, "accepted"), (2, "accepted"), (9, "compile_error")]
)
def test_a_compiler_without_processes_is_asked_again(starved, verdict):
    backend = Backend(0)
    backend.start = lambda: Compiler(starved)
    assert outcome(backend, TESTS[:1], "cpp").tests[0].verdict == verdict
