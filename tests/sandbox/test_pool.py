import socket
import threading

import pytest

from r1gym.core.errors import ConfigError
from r1gym.sandbox import Pool, SandboxError


class Worker:
    def __init__(self):
        self.channel, self.other = socket.socketpair()
        self.closed = False

    def close(self):
        self.closed = True
        self.channel.close()
        self.other.close()


class Backend:
    name = "fake"
    memory_mb = None

    def __init__(self):
        self.started = []
        self.closed = False

    def start(self):
        if self.closed:
            raise OSError("no more")
        self.started.append(Worker())
        return self.started[-1]

    def close(self):
        self.closed = True


def test_a_worker_that_came_back_is_lent_again():
    pool = Pool(Backend(), 2)
    worker = pool.acquire()
    pool.release(worker)
    assert pool.acquire() is worker
    pool.close()
    worker.close()


@pytest.mark.parametrize("size", [0, -1, 1.5, True, "2"])
def test_a_size_that_could_lend_nothing_is_refused(size):
    with pytest.raises(ConfigError, match="size must be a whole number"):
        Pool(Backend(), size)


def test_a_discarded_worker_is_closed_and_replaced():
    pool = Pool(Backend(), 1)
    worker = pool.acquire()
    pool.discard(worker)
    assert worker.closed
    other = pool.acquire()
    assert other is not worker
    pool.discard(other)
    pool.close()


def test_a_caller_waits_while_all_are_lent():
    pool = Pool(Backend(), 1)
    worker, got = pool.acquire(), []
    thread = threading.Thread(target=lambda: got.append(pool.acquire()))
    thread.start()
    thread.join(0.05)
    assert not got
    pool.release(worker)
    thread.join(5)
    assert got == [worker]
    pool.close()
    worker.close()


def test_a_start_that_fails_leaves_room_for_the_next():
    backend = Backend()
    pool = Pool(backend, 1)
    backend.closed = True
    with pytest.raises(OSError, match="no more"):
        pool.acquire()
    backend.closed = False
    pool.discard(pool.acquire())
    pool.close()


def test_closing_ends_workers_now_and_as_they_come_back():
    pool = Pool(Backend(), 2)
    first, second = pool.acquire(), pool.acquire()
    pool.release(first)
    pool.close()
    assert first.closed
    assert not second.closed
    pool.release(second)
    assert second.closed
    with pytest.raises(SandboxError, match="closed"):
        pool.acquire()
