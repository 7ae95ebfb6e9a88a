"""How a program's process ends: nothing that the interpreter would still do is lost."""

import io
import weakref

import pytest

from r1gym.sandbox.runner import python_end
from tests.sandbox.runner.separate import run_any

END = """
import sys, types
from r1gym.sandbox.runner.python_end import end

def run():
    sys.modules["__main__"] = types.ModuleType("__main__")
    exec({program!r}, sys.modules["__main__"].__dict__)

run()
end({status})
"""


class Plain:
    pass


class Loud:
    def __del__(self):
        pass


def handled():
    try:
        yield 1
    finally:
        pass


def plain():
    yield 1


def begun(generator):
    next(generator)
    return generator


def test_what_has_no_finaliser_is_left_as_it_is():
    objects = [[1], {"a": 1}, Plain(), Plain, len, plain, io.StringIO(), begun(plain())]
    assert not python_end._unfinished(objects)


def test_a_finaliser_counts_with_and_without_an_instance():
    assert python_end._unfinished([Loud()])
    assert python_end._unfinished([Loud])


def test_a_generator_counts_while_it_would_clean_up():
    assert python_end._unfinished([begun(handled())])
    done = handled()
    list(done)
    assert not python_end._unfinished([done])


def test_files_count_while_they_may_have_something_to_write(tmp_path):
    with open(tmp_path / "file", "w") as file:  # noqa: PTH123
        assert python_end._unfinished([file])
    assert not python_end._unfinished([file])
    with open(tmp_path / "file") as file:  # noqa: PTH123
        assert not python_end._unfinished([file])


def test_a_weak_reference_counts_by_its_callback():
    one = Plain()
    assert not python_end._unfinished([weakref.ref(one)])
    assert python_end._unfinished([weakref.ref(one, lambda _: None)])


@pytest.mark.parametrize(
    ("program", "asked", "output", "status"),
    [
        ("print('late')", 3, "late\n", 3),
        ("import atexit; atexit.register(print, 'bye')", 0, "bye\n", 0),
        ("class A:\n    def __del__(self): print('del')\na = A()", 0, "del\n", 0),
        ("out = open(1, 'w', closefd=False); out.write('kept')", 0, "kept", 0),
        ("import sys; sys.stdout.close()", 0, "", 0),
        ("import sys; sys.stdout = None", 4, "", 4),
        ("import threading, time\n"
         "def late(): time.sleep(0.1); print('thread')\n"
         "threading.Thread(target=late).start()", 0, "thread\n", 0),
        ("import sys\nclass Bad:\n    closed = False\n    def flush(self): raise OSError('full')\n"
         "sys.stdout = Bad()", 0, "", 120),
    ],
)  # fmt: skip
def test_a_program_ends_as_it_would(program, asked, output, status):
    done = run_any(END.format(program=program, status=asked))
    assert (done.stdout, done.returncode) == (output, status), done.stderr
