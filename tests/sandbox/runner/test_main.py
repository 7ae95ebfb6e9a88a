"""The worker's way to its caller, and the standard streams that its jobs find."""

import os
import socket

from r1gym.sandbox.runner import main, wire
from tests.sandbox.runner.separate import run


def test_a_caller_is_reached_by_its_path(tmp_path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        server.listen()
        with main._connect(str(tmp_path / "socket")) as channel:
            caller, _ = server.accept()
            channel.sendall(b"x")
            assert caller.recv(1) == b"x"
            caller.close()


def test_a_refusal_names_the_layer_and_a_caller_that_is_gone_is_no_fault():
    ours, theirs = socket.socketpair()
    main._refuse(ours, "mounts", OSError(1, "mount /proc: Operation not permitted"))
    header, _ = wire.receive(theirs)
    told = {"layer": "mounts", "error": "mount /proc: Operation not permitted"}
    assert header == {"op": "refused", **told}
    theirs.close()
    main._refuse(ours, "mounts", OSError("gone"))
    ours.close()


def test_the_standard_streams_are_as_the_interpreter_makes_them():
    script = (
        "from r1gym.sandbox.runner import main\n"
        "for name, ours in main._standard_streams().items():\n"
        "    theirs = getattr(sys, name)\n"
        "    for one in ('name', 'mode', 'errors', 'line_buffering'):\n"
        "        assert getattr(ours, one) == getattr(theirs, one), (name, one)\n"
        "    assert ours.buffer.raw.fileno() == theirs.fileno()\n"
        "    assert ours.encoding.replace('-', '').lower() == 'utf8'\n"
        "print('same')"
    )
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    assert run(script, env=environment, stdin=0) == "same\n"


def test_the_places_of_a_jobs_files_are_taken_before_any_is_opened():
    script = (
        "from r1gym.sandbox.runner import fence, main\n"
        "kept = os.dup(1)\n"
        "out = os.dup2(kept, 50)\n"
        "main._open_standard_streams()\n"
        "first = os.open('/dev/null', os.O_RDONLY)\n"
        "os.write(50, f'{first > fence.READY} {sys.stdout.fileno()}'.encode())\n"
    )
    assert run(script) == "True 1"
