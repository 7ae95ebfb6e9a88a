"""What was seen of a process: room for one byte more than is allowed, and nothing kept."""

import os

import pytest

from r1gym.sandbox.runner.facts import Facts


def test_one_byte_more_tells_that_there_were_too_many():
    facts = Facts(3)
    data = os.memfd_create("data")
    os.pwrite(data, b"abcdef", 0)
    assert facts.stdout.read(data, 100) == 4
    assert bytes(facts.stdout.view) == b"abcd" and bytes(facts.stderr.view) == b""
    os.close(data)
    facts.close()


def test_nothing_is_said_before_anything_was_seen():
    facts = Facts(0)
    assert (facts.cause, facts.status, facts.ready, facts.oom) == (None, None, b"", False)
    assert facts.cpu == facts.wall == facts.memory == 0
    facts.close()


def test_forgotten_outputs_are_gone():
    facts = Facts(8)
    facts.close()
    for buffer in (facts.stdout, facts.stderr, facts.result):
        with pytest.raises(ValueError, match="released"):
            buffer.view  # noqa: B018
