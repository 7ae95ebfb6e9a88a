"""Programs that write, read and end in every way; what CPython makes of a few is known by heart."""

import pytest

from r1gym.sandbox.conformance.agreement import _in_cpython
from r1gym.sandbox.conformance.program_streams import STREAMS
from tests.sandbox.conformance.checking import compiles

PROGRAMS = {name: (source, given) for name, source, given in STREAMS}


def test_names_come_once_and_no_program_is_there_twice():
    assert len(PROGRAMS) == len(STREAMS) >= 70
    assert len(set(PROGRAMS.values())) == len(STREAMS)


def test_all_compile_so_that_what_differs_is_the_running():
    assert [name for name, (source, _) in PROGRAMS.items() if not compiles(source)] == []


@pytest.mark.parametrize(
    ("name", "output", "status"),
    [
        ("print-many", "1-2!\n", 0),
        ("writelines", "a\nb\n", 0),
        ("text-then-buffer", "1\n2\n", 0),  # the text waits in a buffer of its own
        ("os-write-first", "b\na\n", 0),
        ("none-before-print", "", 0),
        ("string-io-back", "3\n3\n\n", 0),
        ("open-1-and-print", "4\n3\n", 0),
    ],
)
def test_what_a_program_prints_is_known(name, output, status):
    assert _in_cpython(*PROGRAMS[name]) == (output, status)
