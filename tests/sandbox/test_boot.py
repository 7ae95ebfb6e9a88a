import os
import socket
import subprocess
import sys

import pytest

from r1gym.sandbox import boot
from r1gym.sandbox.runner import wire


def start(text, stdin, **more):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
    command = boot.command(text) if text else boot.command()
    return subprocess.Popen(command, stdin=stdin, env=boot.ENVIRONMENT, **quiet, **more)


@pytest.mark.parametrize("over", ["stdin", "path"])
def test_a_runner_calls_back_over_its_stdin_or_a_path(local, tmp_path, over):
    config = {"name": f"r1gym-{os.getpid()}-boot-{over}"}
    if over == "stdin":
        channel, theirs = socket.socketpair()
        process = start(None, theirs)
        channel.sendall(boot.source(config).encode())
        theirs.close()
    else:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(tmp_path / "socket"))
            listener.listen(1)
            config["socket"] = str(tmp_path / "socket")
            process = start(boot.source(config), subprocess.DEVNULL)
            listener.settimeout(20)
            channel, _ = listener.accept()
    channel.settimeout(20)
    header, _ = wire.receive(channel)
    assert header["op"] == "ready"
    assert "python" in header["layers"]["languages"]
    channel.close()
    process.wait(10)


def test_a_copy_of_the_folder_is_enough(tmp_path):
    """The runner needs nothing of this package, and no package at all."""
    (tmp_path / "runner").symlink_to(boot.RUNNER)
    text = boot.source({"name": "x"}, str(tmp_path)).replace("main({", "print({")
    done = subprocess.run(boot.command(text, sys.executable), capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("{'name': 'x'}\n", "")


def test_the_confined_runner_has_a_main_of_its_own():
    assert "from runner.main import" in boot.source({})
    assert "from runner.confined_main import" in boot.source({}, confined=True)
