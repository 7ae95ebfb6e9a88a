"""System calls through ctypes: their errors have names, and what they do is seen."""

import ctypes
import errno
import os

import pytest

from r1gym.sandbox.runner import kernel
from tests.sandbox.runner.separate import run


def test_an_error_has_the_calls_name_and_its_number():
    ctypes.set_errno(errno.EPERM)
    with pytest.raises(PermissionError, match="mount /x: Operation not permitted"):
        kernel.check(-1, "mount /x")
    assert kernel.check(5, "mount") == 5


def test_a_call_that_fails_raises():
    with pytest.raises(FileNotFoundError, match="umount /no/such/place"):
        run_umount = kernel.umount
        run_umount("/no/such/place")
    with pytest.raises(OSError, match="nonsense: Function not implemented"):
        kernel.syscall("nonsense", 99_999)


def test_a_call_that_succeeds_returns_what_the_kernel_says():
    getpid = {"x86_64": 39, "aarch64": 172}[kernel.MACHINE]
    assert kernel.syscall("getpid", getpid) == os.getpid()


def test_numbers_of_an_unknown_machine_are_refused(monkeypatch):
    assert kernel.number("capset") in (126, 91)
    monkeypatch.setattr(kernel, "MACHINE", "riscv64")
    with pytest.raises(OSError, match="does not know the system calls of riscv64"):
        kernel.number("capset")


def test_an_address_is_where_the_bytes_lie():
    data, numbers = b"some bytes", (ctypes.c_uint32 * 2)(7, 9)
    assert ctypes.string_at(kernel.address(data), len(data)) == data
    assert ctypes.string_at(kernel.address(numbers), 8) == bytes(numbers)


def test_a_clone_is_another_process_with_this_ones_memory():
    script = (
        "from r1gym.sandbox.runner import kernel\n"
        "seen = []\n"
        "pid = kernel.clone(0, lambda: seen.append(os.getpid()) or 7)\n"
        "print(seen == [pid], pid != os.getpid(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))"
    )
    assert run(script) == "True True 7\n"


def test_a_fork_has_a_memory_of_its_own():
    script = (
        "from r1gym.sandbox.runner import kernel\n"
        "seen = []\n"
        "pid = kernel.fork()\n"
        "if pid == 0:\n"
        "    seen.append(1)\n"
        "    os._exit(3)\n"
        "print(seen, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))"
    )
    assert run(script) == "[] 3\n"


def test_capabilities_are_gone_for_good():
    script = (
        "from r1gym.sandbox.runner import kernel\n"
        "kernel.drop_capabilities()\n"
        "lines = dict(line.split(':\\t') for line in open('/proc/self/status') if 'Cap' in line)\n"
        "print([int(lines[name], 16) for name in ('CapInh', 'CapPrm', 'CapEff')])"
    )
    assert run(script) == "[0, 0, 0]\n"
