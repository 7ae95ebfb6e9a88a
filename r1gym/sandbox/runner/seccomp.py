"""System call filters, written as classic BPF: a binary tree over the call's number.

Two filters add up. The first is put on the worker and inherited by all that it forks, so it costs a
job nothing: it refuses what neither worker nor job ever needs. The second is put on the job alone
and takes away the calls with which the worker built the sandbox. A tree and not a list, since the
kernel runs a new filter once for each call number to learn which calls it always allows.

Left out: a list of allowed calls. What a libc needs changes with its version; what is dangerous is
known. Numbers newer than this file answer ENOSYS, which every libc knows how to take.
"""

from __future__ import annotations

import functools
import struct

from . import kernel

ALLOW = 0x7FFF0000
KILL = 0x80000000
EPERM = 0x00050000 | 1
ENOTSUP = 0x00050000 | 95
ENOSYS = 0x00050000 | 38

# x86-64 number, AArch64 number; -1 where an architecture has no such call.
BASE = {
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "accept4": (288, 242), "sendmmsg": (307, 269),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "pidfd_getfd": (438, 438), "kcmp": (312, 272),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "io_setup": (206, 0), "io_submit": (209, 2),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89),
    "quotactl": (179, 60), "quotactl_fd": (443, 443),
    "settimeofday": (164, 170), "clock_settime": (227, 112),
    "clock_adjtime": (305, 266), "adjtimex": (159, 171),
    "iopl": (172, -1), "ioperm": (173, -1), "modify_ldt": (154, -1), "uselib": (134, -1),
    "syslog": (103, 116), "vhangup": (153, 58), "lookup_dcookie": (212, 18),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262), "fanotify_mark": (301, 263), "memfd_secret": (447, 447),
    "mbind": (237, 235), "set_mempolicy": (238, 237), "set_mempolicy_home_node": (450, 450),
    "migrate_pages": (256, 238), "move_pages": (279, 239),
    "shmget": (29, 194), "shmat": (30, 196), "msgget": (68, 186), "semget": (64, 190),
    "mq_open": (240, 180),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    "setns": (308, 268),
}  # fmt: skip
_JOB = {
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "statmount": (457, 457), "listmount": (458, 458),
    "open_tree_attr": (467, 467),
    "unshare": (272, 97), "sethostname": (170, 161), "setdomainname": (171, 162),
    "sendmsg": (46, 211), "seccomp": (317, 277), "landlock_create_ruleset": (444, 444),
    "landlock_add_rule": (445, 445), "landlock_restrict_self": (446, 446),
}  # fmt: skip
# Where no namespace keeps a job apart: what would change files or processes that are not its own,
# as Landlock cannot see it, and what would leave the job's process group.
_ALONE = {
    "setsid": (112, 157), "setpgid": (109, 154),
    "chown": (92, -1), "fchown": (93, 55), "lchown": (94, -1), "fchownat": (260, 54),
    "utime": (132, -1), "utimes": (235, -1), "futimesat": (261, -1),
    "inotify_init": (253, -1), "inotify_init1": (294, 26), "ioprio_set": (251, 30),
    "process_mrelease": (448, 448), "file_setattr": (469, 469),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    "removexattrat": (466, 466), "mq_unlink": (241, 181),
    # Of queues and memory that another process of the user made: their ids can be guessed.
    "shmctl": (31, 195), "semop": (65, 193), "semctl": (66, 191), "semtimedop": (220, 192),
    "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187),
}  # fmt: skip
# Attributes of any file of the user could be read: there seem to be none.
_ATTRIBUTES = {
    "getxattr": (191, 8), "lgetxattr": (192, 9), "fgetxattr": (193, 10), "getxattrat": (464, 464),
    "listxattr": (194, 11), "llistxattr": (195, 12), "flistxattr": (196, 13),
    "listxattrat": (465, 465),
}  # fmt: skip
_FCNTL, _IOCTL = (72, 25), (16, 29)
# F_SETOWN, F_SETSIG and F_SETOWN_EX have the kernel send any signal to any process of the user;
# F_SETLEASE and F_NOTIFY hold up, or watch, what others do with files.
_FCNTL_REFUSED = (8, 10, 15, 1024, 1026)
# Of terminals, pipes and copies; others change attributes of files, or have signals sent.
_IOCTL_ALLOWED = (0x5401, 0x802C542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451, 0x40049409)
_CHMOD = {"chmod": (90, -1), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452)}
# Older kernels' Landlock knows neither of these.
_SIGNALS = {
    "kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131), "pidfd_send_signal": (424, 424),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
}  # fmt: skip
_TRUNCATE = {"truncate": (76, 45)}
_OPEN, _OPENAT, _OPENAT2 = (2, -1), (257, 56), (437, 437)
_SIGNALS_SCOPED, _TRUNCATE_HELD = 6, 3  # the versions of Landlock that do
# The first argument is a process, and 0 is the caller.
_OF_SELF = {
    "prlimit64": (302, 261), "sched_setaffinity": (203, 122), "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119), "sched_setattr": (314, 274),
}  # fmt: skip
_SETPRIORITY = (141, 140)
_UTIMENSAT = (280, 88)
_SENDTO = (44, 206)
_SOCKETPAIR = (53, 199)
_PERSONALITY = (135, 92)
_CLONE = (56, 220)
_CLONE3 = (435, 435)
_MMAP = (9, 222)
_MREMAP = (25, 216)
_SECCOMP_MODE_FILTER = 2
_MEMFD = (319, 279)
_LAST = 470
_AUDIT = (0xC000003E, 0xC00000B7)

_NAMESPACES = (
    kernel.CLONE_NEWNS
    | kernel.CLONE_NEWCGROUP
    | kernel.CLONE_NEWUTS
    | kernel.CLONE_NEWIPC
    | kernel.CLONE_NEWUSER
    | kernel.CLONE_NEWPID
    | kernel.CLONE_NEWNET
)
_MAP_ANONYMOUS_NORESERVE = 0x20 | 0x4000

# A program under construction: each instruction is (code, jump if true, jump if false, constant).
Program = list[tuple[int, int, int, int]]


def _load(offset: int) -> tuple[int, int, int, int]:
    return (0x20, 0, 0, offset)


def _answer(value: int) -> tuple[int, int, int, int]:
    return (0x06, 0, 0, value)


def _argument(index: int, high: bool = False) -> tuple[int, int, int, int]:
    return _load(16 + 8 * index + (4 if high else 0))


def _unless_zero(index: int) -> Program:
    """Refuses the call when argument `index` is not 0."""
    return [
        _argument(index),
        (0x15, 0, 2, 0),
        _argument(index, high=True),
        (0x15, 1, 0, 0),
        _answer(EPERM),
        _answer(ALLOW),
    ]


def _unless_equal(index: int, *values: int) -> Program:
    """Refuses the call when the low word of argument `index` is none of `values`."""
    tests = [(0x15, len(values) - i, 0, value) for i, value in enumerate(values)]
    return [_argument(index), *tests, _answer(EPERM), _answer(ALLOW)]


def _if_equal(index: int, *values: int) -> Program:
    """Refuses the call when the low word of argument `index` is one of `values`."""
    *tests, refuse, allow = _unless_equal(index, *values)
    return [*tests, allow, refuse]


def _unless_write_truncates(index: int) -> Program:
    """Refuses to empty a file by opening it, with flags `index`, for something but writing."""
    return [
        _argument(index),
        (0x45, 0, 4, 0x200),  # O_TRUNC
        (0x54, 0, 0, 3),
        (0x15, 2, 0, 1),  # O_WRONLY
        (0x15, 1, 0, 2),  # O_RDWR
        _answer(EPERM),
        _answer(ALLOW),
    ]


def _if_bits(index: int, bits: int) -> Program:
    """Refuses the call when argument `index` has any of `bits`."""
    return [_argument(index), (0x45, 0, 1, bits), _answer(EPERM), _answer(ALLOW)]


def _if_longer(index: int, length: int) -> Program:
    """Kills the process when argument `index`, a length, exceeds `length`."""
    return [
        _argument(index, high=True),
        (0x25, 3, 0, length >> 32),
        (0x15, 0, 3, length >> 32),
        _argument(index),
        (0x25, 0, 1, length & 0xFFFFFFFF),
        _answer(KILL),
        _answer(ALLOW),
    ]


def _if_mapped_longer(length: int) -> Program:
    """Kills the process that asks for more writable anonymous memory at once than it may have."""
    return [
        _argument(2),
        (0x45, 0, 9, 2),  # PROT_WRITE
        _argument(3),
        (0x54, 0, 0, _MAP_ANONYMOUS_NORESERVE),
        (0x15, 0, 6, 0x20),
        *_if_longer(1, length),
    ]


def _tree(leaves: list[tuple[int, int, Program]]) -> Program:
    """Returns the program that finds the leaf (first number, last number, program) of a call."""
    if len(leaves) == 1:
        return leaves[0][2]
    middle = len(leaves) // 2
    low, high = _tree(leaves[:middle]), _tree(leaves[middle:])
    start = leaves[middle][0]
    if len(low) < 256:
        return [(0x35, len(low), 0, start), *low, *high]
    # A conditional jump reaches 255 instructions; an unconditional one reaches all.
    return [(0x35, 0, 1, start), (0x05, 0, 0, len(low)), *low, *high]


def _filter(calls: dict[int, Program]) -> bytes:
    """Returns the filter that treats each numbered call as told and allows the others."""
    leaves: list[tuple[int, int, Program]] = []
    at = 0
    for nr in sorted(calls):
        if nr > at:
            leaves.append((at, nr - 1, [_answer(ALLOW)]))
        leaves.append((nr, nr, calls[nr]))
        at = nr + 1
    leaves.append((at, _LAST, [_answer(ALLOW)]))
    leaves.append((_LAST + 1, 1 << 32, [_answer(ENOSYS)]))  # also the x32 calls, from 1 << 30 on
    program = [
        _load(4),
        (0x15, 1, 0, _AUDIT[_column()]),
        _answer(KILL),
        _load(0),
        *_tree(leaves),
    ]
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in program)


def _column() -> int:
    return 0 if kernel.MACHINE == "x86_64" else 1


def _refused(calls: dict[str, tuple[int, int]]) -> dict[int, Program]:
    column = _column()
    return {n[column]: [_answer(EPERM)] for n in calls.values() if n[column] >= 0}


def base_filter() -> bytes:
    """Returns the filter of a worker: no sockets, tracing, kernel interfaces, clocks or keys."""
    column = _column()
    calls = _refused(BASE)
    calls[_SENDTO[column]] = _unless_zero(4)
    calls[_SOCKETPAIR[column]] = _unless_equal(0, 1)
    calls[_PERSONALITY[column]] = _unless_equal(0, 0, 0xFFFFFFFF)
    # ENOSYS sends the libc back to `clone`, whose flags a filter can read.
    calls[_CLONE3[column]] = [_answer(ENOSYS)]
    return _filter(calls)


@functools.lru_cache
def job_filter(
    memory: int, memory_files: bool, abi: int | None = None, compiler: bool = False
) -> bytes:
    """Returns the filter of a job: no mounts, no namespaces, no single mapping above `memory`.

    Args:
        memory: Bytes.
        memory_files: Whether it may make files in memory, which only a control group counts.
        abi: The version of Landlock that the job leans on where there are no namespaces.
        compiler: Whether it is one, which makes its output executable.

    A refused allocation looks like any other failure, and the runner reads no stderr. The signal
    that ends an outsized request is a fact it can see, and it means memory_limit.
    """
    column = _column()
    calls = _refused(_JOB)
    calls[_CLONE[column]] = _if_bits(0, _NAMESPACES)
    if not memory_files:
        calls[_MEMFD[column]] = [_answer(EPERM)]
    if abi is not None:
        calls |= _alone(abi, compiler)
    calls[_MMAP[column]] = _if_mapped_longer(memory)
    calls[_MREMAP[column]] = _if_longer(2, memory)
    return _filter(calls)


def _alone(abi: int, compiler: bool) -> dict[int, Program]:
    """Returns what a job without namespaces is refused beyond the others."""
    column = _column()
    calls = _refused(_ALONE)
    if not compiler:
        calls |= _refused(_CHMOD)
    if abi < _SIGNALS_SCOPED:
        calls |= _refused(_SIGNALS)
    if abi < _TRUNCATE_HELD:
        calls |= _refused(_TRUNCATE)
        calls |= {_OPEN[column]: _unless_write_truncates(1)} if _OPEN[column] >= 0 else {}
        calls[_OPENAT[column]] = _unless_write_truncates(2)
        calls[_OPENAT2[column]] = [_answer(ENOSYS)]
    calls |= {numbers[column]: [_answer(ENOTSUP)] for numbers in _ATTRIBUTES.values()}
    calls[_FCNTL[column]] = _if_equal(1, *_FCNTL_REFUSED)
    calls[_IOCTL[column]] = _unless_equal(1, *_IOCTL_ALLOWED)
    calls |= {numbers[column]: _unless_zero(0) for numbers in _OF_SELF.values()}
    # Of a process (which is 0), this one.
    calls[_SETPRIORITY[column]] = [*_unless_zero(0)[:-1], *_unless_zero(1)]
    calls[_UTIMENSAT[column]] = _unless_zero(1)  # no path: of an open file
    return calls


def install(program: bytes) -> None:
    """Puts a filter on this process and on all that it will fork."""
    header = struct.pack("@HP", len(program) // 8, kernel.address(program))
    kernel.prctl(kernel.PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, kernel.address(header))
