"""What the supervisor sends of what it saw."""

import os
import socket
from itertools import pairwise

import pytest

from r1gym.sandbox.runner import supervise, wire
from r1gym.sandbox.runner.buffers import Buffer
from r1gym.sandbox.runner.facts import Facts


def filled(buffer, data):
    fd = os.memfd_create("data")
    os.pwrite(fd, data, 0)
    buffer.read(fd, len(data))
    os.close(fd)


@pytest.fixture
def sent():
    """Sends outputs as a job does. Returns the header and the three outputs that came."""
    ours, theirs = socket.socketpair()

    def send(out=b"", err=b"", result=b"", size=10_000, whole=False, **seen):
        job = object.__new__(supervise.Job)
        job._channel, job._whole = ours, whole
        facts = Facts(size)
        vars(facts).update(seen)
        for buffer, data in ((facts.stdout, out), (facts.stderr, err), (facts.result, result)):
            filled(buffer, data)
        job._send("result", facts)
        header, payload = wire.receive(theirs)
        ends = [sum(header["lengths"][:i]) for i in range(4)]
        return header, [payload[a:b] for a, b in pairwise(ends)]

    yield send
    ours.close()
    theirs.close()


def test_all_that_was_seen_is_told(sent):
    header, parts = sent(
        b"out", b"err", b"1", cause="cpu", status=9, ready=b"SR", cpu=1.5, oom=True
    )
    assert parts == [b"out", b"err", b"1"]
    seen = {"op": "result", "cause": "cpu", "status": 9, "ready": "SR", "cpu": 1.5, "wall": 0.0}
    assert header == {**seen, "memory": 0, "oom": True, "lengths": [3, 3, 1]}


def test_of_errors_the_end_is_sent_to_tests_and_all_to_who_wants_output(sent):
    text = b"begin" + b"x" * 5000
    assert sent(err=text)[1][1] == text[-4096:]
    assert sent(err=text, whole=True)[1][1] == text


def test_output_past_its_limit_says_nothing_to_tests_and_is_cut_for_others(sent):
    flood = {"out": b"abcdef", "size": 3, "cause": "output"}
    assert sent(**flood)[1][0] == b""
    assert sent(**flood, whole=True)[1][0] == b"abc"


def test_an_input_is_a_file_that_stands_at_its_beginning():
    data = Buffer(3)
    filled(data, b"abc")
    for given, text in ((data, b"abc"), (None, b"")):
        fd = supervise._memory_file(given)
        assert os.read(fd, 10) == text
        os.close(fd)
    data.close()
