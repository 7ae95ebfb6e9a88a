"""The filters, run by an interpreter of classic BPF."""

import struct

import pytest

from r1gym.sandbox.runner import kernel, seccomp

X86 = kernel.MACHINE == "x86_64"
pytestmark = pytest.mark.skipif(not X86, reason="numbers of x86-64")
ALLOW, KILL, EPERM, ENOSYS = seccomp.ALLOW, seccomp.KILL, seccomp.EPERM, seccomp.ENOSYS
MEMORY = 3 << 31  # needs both words


def run(program, nr, *arguments, arch=0xC000003E):
    data = struct.pack("<IIQ6Q", nr, arch, 0, *arguments, *[0] * (6 - len(arguments)))
    code = [struct.unpack_from("<HBBI", program, i) for i in range(0, len(program), 8)]
    at = accumulator = 0
    while True:
        op, yes, no, k = code[at]
        at += 1
        if op == 0x20:
            accumulator = struct.unpack_from("<I", data, k)[0]
        elif op == 0x06:
            return k
        elif op == 0x05:
            at += k
        elif op == 0x54:
            accumulator &= k
        else:
            test = {0x15: accumulator == k, 0x25: accumulator > k, 0x35: accumulator >= k,
                    0x45: bool(accumulator & k)}[op]  # fmt: skip
            at += yes if test else no


@pytest.mark.parametrize(
    ("nr", "arguments", "answer"),
    [
        (0, (), ALLOW),
        (41, (2, 1, 0), EPERM),
        (53, (1, 1, 0), ALLOW),
        (53, (2, 1, 0), EPERM),
        (44, (3, 1, 1, 0, 0, 0), ALLOW),
        (44, (3, 1, 1, 0, 1 << 40, 16), EPERM),
        (44, (3, 1, 1, 0, 5, 16), EPERM),
        (101, (), EPERM),
        (135, (0xFFFFFFFF,), ALLOW),
        (135, (0x40000,), EPERM),
        (435, (), ENOSYS),
        (470, (), ALLOW),
        (471, (), ENOSYS),
        (0x40000000 + 39, (), ENOSYS),
        (56, (0x10000000,), ALLOW),
    ],
)
def test_the_workers_filter(nr, arguments, answer):
    assert run(seccomp.base_filter(), nr, *arguments) == answer


@pytest.mark.parametrize(
    ("nr", "arguments", "answer"),
    [
        (165, (), EPERM),
        (272, (), EPERM),
        (56, (17,), ALLOW),
        (56, (17 | 0x10000000,), EPERM),
        (56, (17 | 0x20000000,), EPERM),
        (9, (0, MEMORY, 3, 0x22), ALLOW),
        (9, (0, MEMORY + 1, 3, 0x22), KILL),
        (9, (0, 1 << 50, 3, 0x22), KILL),
        (9, (0, MEMORY + 1, 0, 0x22), ALLOW),  # not writable: a reservation
        (9, (0, MEMORY + 1, 3, 0x4022), ALLOW),  # promises nothing
        (9, (0, MEMORY + 1, 3, 0x2), ALLOW),  # a file
        (25, (0, 1, MEMORY), ALLOW),
        (25, (0, 1, MEMORY + 1), KILL),
        (319, (), ALLOW),
    ],
)
def test_the_jobs_filter(nr, arguments, answer):
    assert run(seccomp.job_filter(MEMORY, True), nr, *arguments) == answer


def test_memory_files_only_where_a_control_group_counts_them():
    assert run(seccomp.job_filter(MEMORY, False), 319) == EPERM


def test_another_architecture_ends_the_process():
    for program in (seccomp.base_filter(), seccomp.job_filter(MEMORY, True)):
        assert run(program, 0, arch=0x40000003) == KILL


def test_every_refused_call_is_refused():
    program = seccomp.base_filter()
    assert all(run(program, nr) == EPERM for nr, _ in seccomp.BASE.values() if nr >= 0)


@pytest.mark.parametrize(
    ("nr", "arguments", "answer"),
    [
        *[(nr, (), EPERM) for nr in (31, 65, 66, 69, 70, 71, 220, 241, 197, 198, 199, 466, 469)],
        *[(nr, (), seccomp.ENOTSUP) for nr in (191, 192, 193, 194, 195, 196, 464, 465)],
        *[(72, (0, command), EPERM) for command in (8, 10, 15, 1024, 1026)],  # fcntl
        *[(72, (0, command), ALLOW) for command in (0, 1, 2, 3, 4, 5, 6, 7, 1030, 1031)],
        *[(16, (0, command), EPERM) for command in (0x8901, 0x8902, 0x5452, 0x40086602, 0x5412)],
        *[(16, (0, command), ALLOW) for command in (0x5401, 0x541B, 0x5421, 0x5451)],  # ioctl
        (2, (0, 0x200), ALLOW),
        (76, (), ALLOW),
    ],
)
def test_without_namespaces_what_reaches_others_is_refused(nr, arguments, answer):
    assert run(seccomp.job_filter(MEMORY, False, 7), nr, *arguments) == answer
    assert run(seccomp.job_filter(MEMORY, False), nr, *arguments) == ALLOW


@pytest.mark.parametrize(
    ("flags", "answer"),
    [(0, ALLOW), (0x200, EPERM), (0x203, EPERM), (0x201, ALLOW), (0x242, ALLOW), (3, ALLOW)],
)
def test_an_old_landlock_is_helped_against_emptying_what_is_not_opened_for_writing(flags, answer):
    program = seccomp.job_filter(MEMORY, False, 2)
    assert run(program, 2, 0, flags) == run(program, 257, 0, 0, flags) == answer
    assert run(program, 437) == ENOSYS
    assert run(program, 76) == EPERM
    assert run(seccomp.job_filter(MEMORY, False, 3), 437) == ALLOW
