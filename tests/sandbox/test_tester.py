import threading
import time

import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.sandbox import Submission, run_many, run_tests

ADD = "print(sum(map(int, input().split())))"
TESTS = [{"type": "stdin", "input": "20 1", "output": "21"}]


def test_every_verdict(local):
    def verdict(code, **limits):
        return run_tests(code, "python", TESTS, {"cpu_s": 1.0, "memory_mb": 64} | limits, local)

    assert verdict(ADD) == "accepted"
    assert verdict("print(22)") == "wrong_answer"
    assert verdict("while True: pass", cpu_s=0.2) == "time_limit"
    assert verdict("import time; time.sleep(9)", wall_s=0.2) == "time_limit"
    assert verdict("x = b'x' * (1 << 30)") == "memory_limit"
    assert verdict("x = []\nwhile True: x.append(b'x' * 100000)") == "memory_limit"
    assert verdict("while True: print()", output_bytes=1000) == "output_limit"
    assert verdict("1 / 0") == "runtime_error"
    assert verdict("print(") == "compile_error"


def test_one_byte_more_than_the_limit_is_too_much(local):
    code, limits = "print('x' * {}, end='')", {"output_bytes": 1000}
    tests = [{"type": "stdin", "output": "x" * 1000}]
    assert run_tests(code.format(1000), "python", tests, limits, local) == "accepted"
    assert run_tests(code.format(1001), "python", tests, limits, local) == "output_limit"


def test_details_without_the_expected_output(local):
    code = "import sys, time\nsys.stderr.write('note')\nt = time.process_time()\n" + (
        "while time.process_time() - t < 0.2: pass\nprint(22)"
    )
    tests = [{"type": "stdin", "input": "", "output": "the-answer"}]
    report = run_tests(code, "python", tests, None, local)
    (result,) = report.tests
    assert 0.2 <= result.cpu_s < 1
    assert result.wall_s >= result.cpu_s * 0.5
    assert 5 < result.memory_mb < 100
    assert result.stderr == "note"
    assert report.backend == "local"
    assert "the-answer" not in repr(report)


def test_stdin_and_call_tests_of_one_submission(local):
    code = "def f(x): return x + 1\nif __name__ == '__main__': print(f(int(input())))"
    call = {"type": "call", "fn": "f", "args": [1], "expected": 2}
    stdin = {"type": "stdin", "input": "1", "output": "2"}
    report = run_tests(code, "python", [call, stdin, call], None, local)
    assert report == "accepted"
    assert len(report.tests) == 3


def test_five_hundred_calls_enter_the_sandbox_once(local):
    tests = [{"type": "call", "fn": "f", "args": [i], "expected": i * i} for i in range(500)]
    code = "import os\ndef f(x): return x * x if os.getppid() == 1 else None"
    report = run_tests(code, "python", tests, None, local)
    assert report == "accepted"
    assert len(report.tests) == 500


def test_a_checker_runs_in_a_sandbox_of_its_own(local):
    checker = "def check(given, expected, answer): return sorted(answer.split()) == given.split()"
    test = {"type": "stdin", "input": "1 2 3", "output": "", "checker": checker}
    assert run_tests("print(3, 1, 2)", "python", [test], None, local) == "accepted"
    assert run_tests("print(3, 1)", "python", [test], None, local) == "wrong_answer"
    broken = test | {"checker": "def check(*_): return 1"}
    assert run_tests("print(3, 1, 2)", "python", [broken], None, local) == "wrong_answer"


def test_checkers_do_not_wait_for_each_others_workers(one_worker):
    test = {"type": "call", "fn": "f", "args": [1], "expected": 1}
    test["checker"] = "def check(given, expected, answer): return answer == 2"
    jobs = [Submission("def f(x): return 2", "python", [test])] * 4
    assert [str(j) for j in run_many(jobs, one_worker, workers=4)] == ["accepted"] * 4


def test_many_submissions_keep_their_order(local):
    jobs = [
        Submission(f"print({i})", "python", [{"type": "stdin", "output": str(i)}])
        if i % 3
        else Submission("print(", "python", TESTS)
        for i in range(30)
    ]
    got = [str(j) for j in run_many(jobs, local, queue=7)]
    assert got == ["accepted" if i % 3 else "compile_error" for i in range(30)]


def test_a_stream_is_read_no_further_than_the_queue(local):
    taken = 0

    def stream():
        nonlocal taken
        for _ in range(100):
            taken += 1
            yield Submission(ADD, "python", TESTS)

    reports = run_many(stream(), local, queue=5)
    assert next(reports) == "accepted"
    assert taken <= 7
    reports.close()


@pytest.mark.parametrize(
    ("submission", "more", "told"),
    [
        ((ADD, "python"), {}, "must be a tuple of code, language and tests"),
        ((ADD, "python", TESTS, None, None, "more"), {}, "must be a tuple of code"),
        ((ADD, "python", TESTS), {"workers": 0}, "workers must be a whole number"),
        ((ADD, "python", TESTS), {"queue": 0}, "queue must be a whole number"),
        ((ADD, "python", TESTS), {"queue": 1.5}, "queue must be a whole number"),
    ],
)
def test_what_many_cannot_be(local, submission, more, told):
    with pytest.raises(ConfigError, match=told):
        list(run_many([submission], local, **more))


def test_many_may_bring_preludes(local):
    code = "print(gcd(4, 6))"
    test = [{"type": "stdin", "output": "2"}]
    jobs = [(code, "python", test), (code, "python", test, None, "apps")]
    assert [str(r) for r in run_many(jobs, local)] == ["runtime_error", "accepted"]


def test_a_loop_delays_no_other(local):
    jobs = [Submission("while True: pass", "python", TESTS, {"cpu_s": 2.0})]
    jobs += [Submission(ADD, "python", TESTS)] * 8
    done = []
    started = time.monotonic()

    def note(job):
        done.append((str(run_tests(*job[:4], local)), time.monotonic() - started))

    threads = [threading.Thread(target=note, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [verdict for verdict, _ in done].index("time_limit") == 8
    assert max(seconds for verdict, seconds in done if verdict == "accepted") < 2


def test_what_is_refused(local):
    with pytest.raises(UnknownNameError, match="language 'pyton'.*'python'"):
        run_tests("", "pyton", TESTS, None, local)
    with pytest.raises(UnknownNameError, match="sandbox backend 'dokcer'"):
        run_tests("", "python", TESTS, None, "dokcer")
    with pytest.raises(ConfigError, match="code must be text"):
        run_tests(b"", "python", TESTS, None, local)
