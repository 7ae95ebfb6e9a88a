"""Landlock: the job's own view of what it may open, held by the kernel beside the mounts.

Everything is readable and executable that the sandbox shows, only ``/tmp`` and the device files
are writable, no TCP port can be bound or reached, and no signal and no abstract socket crosses the
sandbox's border. The rights are those of the kernel's version (`abi`).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from pathlib import Path

from . import kernel

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_TRUNCATE, _IOCTL = 1 << 14, 1 << 15
HOLDS_ROOT = 3  # the first version that holds truncation, which root could do to any file
_ALL: Mapping[str, bool] = {"/": True}


def abi() -> int:
    """Returns the version of Landlock that the kernel speaks, 0 where it has none."""
    try:
        return kernel.syscall("landlock_create_ruleset", _CREATE, 0, 0, 1)
    except OSError:
        return 0


class Fence:
    """Makes the rules of each job; what is the same for all is opened once.

    Args:
        readable: What may be read, and whether its content may or only its listing.
        keep: Whether rules serve all jobs, since their folders stay the same. What there is of them
            when a job begins is there for the next one too.
    """

    def __init__(self, readable: Mapping[str, bool] = _ALL, keep: bool = False) -> None:
        self._kept: dict[tuple[str, ...], int] | None = {} if keep else None
        self.abi = abi()
        rights = (1 << 13) - 1
        if self.abi >= 2:
            rights |= 1 << 13  # refer: rename across directories
        if self.abi >= 3:
            rights |= _TRUNCATE
        if self.abi >= 5:
            rights |= _IOCTL
        network = 3 if self.abi >= 4 else 0
        scoped = 3 if self.abi >= 6 else 0
        attributes = struct.pack("@QQQ", rights, network, scoped)
        # An older kernel knows a shorter structure, and the rest is 0 then.
        self._attributes = attributes[: 8 if self.abi < 4 else 16 if self.abi < 6 else 24]
        self._rights = rights
        reading = (_EXECUTE | _READ_FILE | _READ_DIR) & rights
        writing = (_READ_FILE | _WRITE_FILE | _TRUNCATE | _IOCTL) & rights
        devices = ("/dev/null", "/dev/zero", "/dev/full")
        wanted = dict.fromkeys(devices, writing)
        for path, whole in readable.items():
            listing = _READ_DIR if Path(path).is_dir() else 0  # which a file has not
            wanted[path] = (reading & ~_READ_DIR if whole else 0) | listing
        self._wanted = wanted
        self._open = [] if keep else [_rule(path, right) for path, right in wanted.items()]

    def rules(self, *folders: str) -> int | None:
        """Returns a file descriptor of a job's rules; None where the kernel has no Landlock.

        Args:
            folders: Where files may be made.
        """
        if not self.abi:
            return None
        if self._kept is not None and folders in self._kept:
            return self._kept[folders]
        size = len(self._attributes)
        made = kernel.syscall("landlock", _CREATE, kernel.address(self._attributes), size, 0)
        for rule in self._open:
            _add(made, rule)
        wanted = {} if self._open else self._wanted
        for path, right in (*wanted.items(), *((folder, self._rights) for folder in folders)):
            rule = _rule(path, right)
            _add(made, rule)
            os.close(rule[1])
        if self._kept is not None:
            self._kept[folders] = made
        return made

    def done(self, rules: int | None) -> None:
        """Takes back what `rules` returned."""
        if rules is not None and self._kept is None:
            os.close(rules)


def _rule(path: str, rights: int) -> tuple[bytes, int]:
    """Returns a rule, and the file descriptor in it, which must be open when it is added."""
    fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    return struct.pack("=Qi", rights, fd), fd


def _add(rules: int, rule: tuple[bytes, int]) -> None:
    kernel.syscall("landlock", _ADD, rules, 1, kernel.address(rule[0]), 0)


def restrict(rules: int) -> None:
    """Binds this process, and all that it will fork, to `rules`."""
    kernel.syscall("landlock", _RESTRICT, rules, 0)
