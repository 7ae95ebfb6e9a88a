import os
import socket

import pytest

from r1gym.sandbox.runner.buffers import Buffer


def test_it_takes_no_more_than_there_is_room_for():
    read, write = os.pipe()
    os.write(write, b"abcdefgh")
    buffer = Buffer(5)
    assert [buffer.read(read, 3), buffer.read(read, 100)] == [3, 2]
    assert bytes(buffer.view) == b"abcde"
    os.close(read)
    os.close(write)


def test_what_was_received_is_written_as_it_came():
    ours, theirs = socket.socketpair()
    data = bytes(range(256)) * 40
    theirs.sendall(data)
    buffer = Buffer(len(data))
    buffer.receive(ours)
    fd = os.memfd_create("out")
    buffer.write(fd)
    assert os.pread(fd, len(data) + 1, 0) == data
    for one in (ours, theirs):
        one.close()
    os.close(fd)


def test_an_end_too_early_is_an_error():
    ours, theirs = socket.socketpair()
    theirs.sendall(b"ab")
    theirs.close()
    with pytest.raises(ConnectionError):
        Buffer(3).receive(ours)
    ours.close()


def test_a_closed_buffer_is_gone():
    buffer = Buffer(0)
    assert bytes(buffer.view) == b""
    buffer.close()
    with pytest.raises(ValueError, match="released"):
        buffer.view  # noqa: B018
