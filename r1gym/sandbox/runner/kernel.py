"""The few system calls that Python's standard library does not offer, through ctypes.

All of them raise OSError with the call's name. Only x86-64 and AArch64 on Linux are known.
"""

from __future__ import annotations

import ctypes
import functools
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_REMOUNT = 32
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18
MNT_DETACH = 2
MOUNT_ATTR_RDONLY = 1
MOUNT_ATTR_NOSUID = 2
MOUNT_ATTR_NODEV = 4
AT_FDCWD = -100
AT_RECURSIVE = 0x8000

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

MACHINE = os.uname().machine
# The two architectures number the older calls differently, the newer ones alike.
_NUMBERS = {
    "x86_64": {"pivot_root": 155, "capset": 126},
    "aarch64": {"pivot_root": 41, "capset": 91},
}
_MOUNT_SETATTR = 442
_CLONE_VM, _CLONE_VFORK = 0x100, 0x4000
_STACK_GAP = 2 << 20  # far below what the sleeping process uses of its stack

# PyDLL keeps the interpreter lock: what `clone` runs finds it held.
_libc = ctypes.PyDLL(None, use_errno=True)
# Declared once, since a job makes a hundred of these calls and conversions would double their cost.
_long, _text = ctypes.c_long, ctypes.c_char_p
_libc.syscall.argtypes = [_long] * 7
_libc.syscall.restype = _long
_libc.mount.argtypes = [_text, _text, _text, ctypes.c_ulong, _text]
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
_libc.clone.argtypes = [_Callback, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p]
_libc.umount2.argtypes = [_text, ctypes.c_int]
_libc.unshare.argtypes = [ctypes.c_int]
_libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]


def check(result: int, name: str) -> int:
    """Returns `result`, or raises the OSError that a negative one stands for."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def number(name: str) -> int:
    """Returns the number of one of the calls that differ between architectures."""
    if MACHINE not in _NUMBERS:
        raise OSError(38, f"the sandbox does not know the system calls of {MACHINE}")
    return _NUMBERS[MACHINE][name]


def syscall(name: str, nr: int, *arguments: int) -> int:
    """Makes system call `nr`; what is no number is passed by its address."""
    return check(_libc.syscall(nr, *arguments, *[0] * (6 - len(arguments))), name)


def address(data: bytes | ctypes.Array[Any]) -> int:
    """Returns where `data` lies; it must outlive the call that it is passed to."""
    if isinstance(data, bytes):
        return ctypes.cast(_text(data), ctypes.c_void_p).value or 0
    return ctypes.addressof(data)


def clone(flags: int, function: Callable[[], int]) -> int:
    """Runs `function` as a new process in new namespaces, and returns its id once it has ended.

    The new process shares this one's memory, as after `vfork`, so it costs neither a copy of the
    page tables nor faults; this process sleeps meanwhile. Its stack is the same one, further down.

    Args:
        flags: The new namespaces.
        function: What it runs; returns its exit status and may not raise.
    """
    callback = _Callback(lambda _: function())
    how = flags | _CLONE_VM | _CLONE_VFORK | signal.SIGCHLD
    return check(_libc.clone(callback, _stack(), how, 0), "clone")


def fork() -> int:
    """Forks without the interpreter's preparations for threads, of which there are none here.

    They touch a hundred pages, which the new process would have to copy.
    """
    return check(_libc.fork(), "fork")


@functools.cache
def _stack() -> int:
    for line in Path("/proc/self/maps").read_text().splitlines():
        if line.endswith("[stack]"):
            return int(line.split("-")[1].split(" ")[0], 16) - _STACK_GAP
    raise OSError(22, "this process has no stack")


def unshare(flags: int) -> None:
    """Moves this process into new namespaces."""
    check(_libc.unshare(flags), "unshare")


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Mounts `source` on `target`."""
    words = (source.encode(), target.encode(), kind.encode(), flags, options.encode())
    check(_libc.mount(*words), f"mount {target}")


def umount(target: str) -> None:
    """Detaches what is mounted on `target`."""
    check(_libc.umount2(target.encode(), MNT_DETACH), f"umount {target}")


def restrict_mount(target: str, attributes: int, recursive: bool = False) -> None:
    """Adds mount attributes to what is mounted on `target`; those it has are kept."""
    wanted = (ctypes.c_uint64 * 4)(attributes, 0, 0, 0)
    path = target.encode()
    flags = AT_RECURSIVE if recursive else 0
    where = (AT_FDCWD, address(path), flags)
    syscall("mount_setattr", _MOUNT_SETATTR, *where, address(wanted), ctypes.sizeof(wanted))


def pivot_root(root: str) -> None:
    """Makes `root` the root of the file system and forgets the old one."""
    os.chdir(root)
    here = b"."
    syscall("pivot_root", number("pivot_root"), address(here), address(here))
    umount(".")
    os.chdir("/")


def prctl(option: int, value: int = 0, more: int = 0) -> None:
    """Sets an attribute of this process."""
    check(_libc.prctl(option, value, more, 0, 0), f"prctl {option}")


def drop_bounding_set() -> None:
    """Gives up, for good, every capability that an executed file could bring."""
    for capability in range(64):
        if _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0:  # past the kernel's last one
            return


def drop_capabilities() -> None:
    """Empties this process's capability sets."""
    syscall("capset", number("capset"), _CAPSET_HEADER, _NO_CAPABILITIES)


# Made once: a process that was just forked pays a page fault for nearly all that it touches.
_capset_header = (ctypes.c_uint32 * 2)(0x20080522, 0)
_no_capabilities = (ctypes.c_uint32 * 6)()
_CAPSET_HEADER, _NO_CAPABILITIES = address(_capset_header), address(_no_capabilities)
