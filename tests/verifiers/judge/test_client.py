import gc
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

import r1gym.verifiers.judge.client as client
from r1gym.core.types import Completion, Problem, Verdict
from r1gym.verifiers.judge.client import _retry_after

from .conftest import verdict

PROBLEM = Problem("p", "Compute 6*7", "42")
ANSWER = Completion("forty-two")
RIGHT = verdict("CORRECT")


@pytest.mark.parametrize("fault", [500, 503, 429, 408, 409, "drop", "half"])
def test_a_failure_that_passes_is_tried_again(server, make_judge, fault):
    server.script = [fault, fault, RIGHT]
    assert make_judge().score(PROBLEM, ANSWER).value == 1.0
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (500, "answered 500"),
        (429, "answered 429"),
        ("drop", "cannot be reached: RemoteProtocolError"),
        ("half", "cannot be reached: RemoteProtocolError"),
    ],
)
def test_one_that_stays_is_a_failure_after_all_attempts(server, make_judge, fault, reason):
    server.script = [fault]
    score = make_judge(max_retries=2).score(PROBLEM, ANSWER)
    assert (score.value, score.verdict) == (None, Verdict.JUDGE_FAILED)
    assert reason in score.reason and "(3 attempts)" in score.reason
    assert len(server.requests) == 3


def test_waits_grow_between_attempts(server, make_judge, monkeypatch):
    monkeypatch.setattr(client, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(client, "LONGEST_WAIT", 0.2)
    server.script = [500]
    make_judge(max_retries=4).score(PROBLEM, ANSWER)
    waits = [b - a for a, b in zip(server.times, server.times[1:], strict=False)]
    for wait, least in zip(waits, [0.05, 0.1, 0.2, 0.2], strict=True):
        assert least <= wait < 1.25 * least + 0.3


def test_retry_after_is_respected(server, make_judge):
    server.script = [(429, {"retry-after": "0.4"}), RIGHT]
    assert make_judge().score(PROBLEM, ANSWER).value == 1.0
    assert server.times[1] - server.times[0] >= 0.4


def test_a_wait_beyond_the_total_is_not_waited(server, make_judge):
    server.script = [(429, {"retry-after": "3600"}), RIGHT]
    began = time.monotonic()
    assert make_judge().score(PROBLEM, ANSWER).verdict is Verdict.JUDGE_FAILED
    assert time.monotonic() - began < 2
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("7", 7, 7),
        ("-7", 0, 0),
        ("nan", 0, 0),
        ("soon", 0, 0),
        ("", 0, 0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0),
    ],
)
def test_retry_after_is_a_number_or_a_date(text, least, most):
    assert least <= _retry_after({"retry-after": text}) <= most


def test_retry_after_may_be_a_date_to_come():
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 60 <= _retry_after({"retry-after": later}) <= 90


@pytest.mark.parametrize("fault", ["hang", "trickle"])
def test_a_slow_attempt_is_given_up_and_tried_again(server, make_judge, fault):
    server.script = [fault, RIGHT]
    began = time.monotonic()
    assert make_judge(timeout=0.3).score(PROBLEM, ANSWER).value == 1.0
    assert 0.3 <= time.monotonic() - began < 2


@pytest.mark.parametrize("fault", ["hang", "trickle", 500])
def test_the_total_deadline_ends_all_attempts(server, make_judge, fault):
    server.script = [fault]
    judge = make_judge(timeout=0.25, total_timeout=0.6, max_retries=1000)
    began = time.monotonic()
    score = judge.score(PROBLEM, ANSWER)
    assert score.verdict is Verdict.JUDGE_FAILED
    assert time.monotonic() - began < 2


def test_a_server_that_is_not_there(server, make_judge):
    judge = make_judge(max_retries=1, base_url="http://127.0.0.1:9/v1")
    score = judge.score(PROBLEM, ANSWER)
    assert score.verdict is Verdict.JUDGE_FAILED
    assert "cannot be reached: ConnectError" in score.reason


def test_a_judge_that_is_gone_leaves_no_socket_open(server, make_judge):
    """To the garbage collector, that is, which may finalize a socket before its client."""
    judge = make_judge()
    gc.disable()
    try:
        assert judge.score(PROBLEM, ANSWER).value == 1.0
        sockets = [one for one in gc.get_objects() if type(one) is socket.socket]
        mine = [one for one in sockets if one.fileno() >= 0 and _peer(one) == server.server_address]
        assert mine
        del judge
        assert all(one.fileno() < 0 for one in mine)
    finally:
        gc.enable()


def _peer(one):
    try:
        return one.getpeername()
    except OSError:
        return None


def test_no_more_requests_at_once_than_allowed(server, make_judge):
    def slow(request):
        time.sleep(0.03)
        return RIGHT(request)

    server.script = [slow]
    judge = make_judge(concurrency=3)
    assert judge.concurrency == 3
    with ThreadPoolExecutor(12) as pool:
        scores = pool.map(lambda i: judge.score(PROBLEM, Completion(f"answer {i}")), range(24))
        assert all(score.value == 1.0 for score in scores)
    assert server.most_at_once == 3
