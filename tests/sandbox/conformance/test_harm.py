"""Attempts at the host: each says whether it came through, and calls by the right numbers.

None is run here, outside a sandbox.
"""

import re

from r1gym.sandbox.conformance.harm import _CALLS, HARM
from r1gym.sandbox.runner import seccomp
from tests.sandbox.conformance.checking import check_list, compiles, python

OTHER_NAMES = {
    "add-key": "add_key", "perf-event": "perf_event_open", "io-uring": "io_uring_setup",
    "init-module": "init_module", "shared-memory": "shmget", "message-queue": "msgget",
    "posix-queue": "mq_open", "open-by-handle": "open_by_handle_at", "fanotify": "fanotify_init",
    "kexec": "kexec_load", "umount": "umount2", "remount": "mount",
}  # fmt: skip


def test_the_list_is_whole():
    check_list(HARM, 80)
    assert all(compiles(case.code) for case in python(HARM))


def test_what_is_accepted_has_said_that_it_was_blocked():
    for case in HARM:
        if "accepted" in case.verdicts and case.name.startswith(("call-", "socket-", "write-")):
            assert [test["output"] for test in case.tests] == ["blocked"], case.name


def test_the_numbers_are_those_of_the_filters():
    numbers = seccomp.BASE | seccomp._JOB
    checked = 0
    for name, (x86, arm, _) in _CALLS.items():
        known = OTHER_NAMES.get(name, name.replace("-", "_"))
        if known in numbers:
            assert numbers[known] == (x86, arm), name
            checked += 1
    assert checked >= 30


def test_each_call_is_made_with_both_numbers_and_its_arguments():
    codes = {case.name: case.code for case in HARM}
    for name, (x86, arm, arguments) in _CALLS.items():
        call = re.search(r"done = syscall\((.*)\) >= 0", codes[f"call-{name}"])[1]
        assert call == ", ".join(filter(None, (str(x86), str(arm), arguments)))
        assert len(compile(f"f({call})", "", "eval").co_consts) >= 2
