"""Programs executed for their output."""

import threading

import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.sandbox import Pool, SandboxError, execute


def test_what_it_took_is_told(local):
    code = "import time\nt = time.process_time()\nwhile time.process_time() - t < 0.2: pass"
    done = execute(code, backend=local)
    assert 0.2 <= done.cpu_s < 1
    assert done.wall_s >= done.cpu_s * 0.5
    assert 5 < done.memory_mb < 100
    assert (done.failure, done.status, done.message) == (None, 0, "")


def test_text_goes_down_in_utf_8_whatever_it_holds(local):
    code = "import sys; print(ascii(sys.stdin.buffer.read()))"
    assert execute(code, stdin="é\ud800", backend=local).stdout == b"b'\\xc3\\xa9\\xed\\xa0\\x80'\n"


def test_nothing_is_kept_for_the_next(one_worker):
    write = "open('note', 'w').write('mine'); print(1)"
    read = "import os; print(sorted(os.listdir()))"
    assert execute(write, backend=one_worker).stdout == b"1\n"
    assert execute(read, backend=one_worker).stdout == b"['main.py']\n"


def test_neighbours_do_not_mix(local):
    found = {}

    def run(number):
        found[number] = execute("print(input())", stdin=str(number), backend=local).stdout

    threads = [threading.Thread(target=run, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: b"%d\n" % number for number in range(20)}


def test_a_sandbox_that_fails_is_a_failure_with_a_name():
    class Backend:
        name, memory_mb = "gone", None

        def start(self):
            raise OSError("the engine is gone")

        def close(self):
            pass

    done = execute("print(1)", backend=Pool(Backend()))
    assert (done.failure, done.stdout, done.status) == ("infra_error", b"", None)
    assert "the engine is gone" in done.message


def test_what_cannot_be_executed_is_refused(local):
    with pytest.raises(UnknownNameError, match="language 'pyton'.*'python'"):
        execute("", "pyton", backend=local)
    with pytest.raises(UnknownNameError, match="sandbox backend 'locl'.*'local'"):
        execute("", backend="locl")
    with pytest.raises(ConfigError, match="code must be text"):
        execute(b"", backend=local)
    with pytest.raises(ConfigError, match="stdin must be text or bytes, not int"):
        execute("", stdin=3, backend=local)
    with pytest.raises(ConfigError, match="limits: unknown 'cpu'"):
        execute("", limits={"cpu": 1}, backend=local)


def test_a_language_that_is_missing_is_told(local, monkeypatch):
    monkeypatch.setattr("r1gym.sandbox.session.await_ready", lambda worker: {"languages": []})
    pool = Pool(local.backend, size=1)
    with pytest.raises(SandboxError, match="no python"):
        execute("", backend=pool)
