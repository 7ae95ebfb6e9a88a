"""vLLM's own server as a process: started, waited for, ended with all that it started."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from r1gym.core.errors import ConfigError
from r1gym.core.extras import install
from r1gym.rollout.vllm_base import QUIET

_PATIENCE = 900.0  # seconds until it must answer
_GRACE = 10.0  # seconds to end by itself
_DIE_WITH_PARENT = 1  # Linux: PR_SET_PDEATHSIG


def check_installed() -> None:
    """Raises ConfigError if there is no vLLM that a server could be started of."""
    if find_spec("vllm") is None:
        raise ConfigError(
            "The engine 'vllm_server' starts vLLM, which is not installed: "
            f"{install('vllm')}, or name a server that runs by "
            """--engine-options '{"url": "http://127.0.0.1:8000"}'."""
        )


class ServerProcess:
    """A vLLM server.

    Args:
        model: The folder that it loads.
        arguments: Its options, under the names that `vllm.EngineArgs` has for them.

    Raises:
        ConfigError: If vLLM is not installed.

    Attributes:
        log: What it writes.
    """

    def __init__(self, model: Path, arguments: Mapping[str, Any]) -> None:
        check_installed()
        handle, log = tempfile.mkstemp(prefix="vllm-of-r1gym-", suffix=".log")
        self.log = Path(log)
        # Not `vllm serve`: it looks for a package of that name, and the one for CPUs has another.
        command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model"]
        # In a session of its own, so that Ctrl-C lets the trainer end its step.
        with os.fdopen(handle, "w") as file:
            self._process = subprocess.Popen(
                [*command, str(model), *words(arguments)],
                env=QUIET | os.environ | {"VLLM_SERVER_DEV_MODE": "1"},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )
        print(f"vLLM's server starts; its log is {self.log}", flush=True)

    def wait(self, is_ready: Callable[[], bool]) -> None:
        """Returns when the server is ready.

        Args:
            is_ready: Tells.

        Raises:
            ConfigError: If it ends before that, or is not ready after a quarter of an hour.
        """
        started = time.monotonic()
        while not is_ready():
            if self._process.poll() is not None:
                raise ConfigError(f"vLLM's server has ended ({self.reason()}); see {self.log}.")
            if time.monotonic() - started > _PATIENCE:
                raise ConfigError(f"vLLM's server is not ready after {_PATIENCE:.0f} s: {self.log}")
            time.sleep(0.2)
        print(f"vLLM's server is ready after {time.monotonic() - started:.0f} s", flush=True)

    def end(self) -> None:
        """Ends the server and its workers; the log of one that failed stays."""
        if self._process.poll() is None:
            self._signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_GRACE)
            self.log.unlink(missing_ok=True)
        self._signal(signal.SIGKILL)
        self._process.wait()

    def reason(self) -> str:
        """Returns the last line of the log that names an error."""
        lines = [line.strip() for line in self.log.read_text("utf-8", "replace").splitlines()]
        named = [line for line in lines if "Error" in line] or lines or [""]
        last = named[-1].rpartition("] ")[2]  # behind time and file
        return last.rstrip(".")[:200] or f"exit code {self._process.returncode}"

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def words(arguments: Mapping[str, Any]) -> list[str]:
    """Returns arguments as words of a command line; flags that are off are left out."""
    found: list[str] = []
    for name, value in arguments.items():
        option = f"--{name.replace('_', '-')}"
        if value is not False:
            found += [option] if value is True else [option, str(value)]
    return found


def _end_with_parent() -> None:
    """A trainer that is killed leaves no server behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)
