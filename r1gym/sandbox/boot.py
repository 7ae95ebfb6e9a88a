"""How a runner is started, on this machine or inside anything: what a backend needs to know.

The runner (`r1gym.sandbox.runner`) is a folder of plain Python files. Any CPython from 3.11 on
Linux runs them, without site-packages; it takes its orders from a stream socket.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from r1gym.sandbox.runner import namespaces

RUNNER = Path(__file__).parent / "runner"
# Submissions see this environment, and hash as in every other run.
ENVIRONMENT = namespaces.ENVIRONMENT | {"PYTHONHASHSEED": "0"}
OPTIONS = ("-s", "-S", "-P", "-B", "-X", "utf8", "-c")
# The command line is visible to jobs, so what it would tell may come over the channel, as stdin.
FROM_STDIN = "import os; exec(os.read(0, 4096))"


def command(text: str = FROM_STDIN, interpreter: str = "") -> list[str]:
    """Returns the command that starts a runner.

    Args:
        text: What it executes: a `source`, or by default one that comes first over its stdin.
        interpreter: The interpreter; by default this one, without its virtual environment.
    """
    return [interpreter or namespaces.interpreter(), *OPTIONS, text]


def source(config: dict[str, Any], folder: str = str(RUNNER.parent), confined: bool = False) -> str:
    """Returns the source that becomes a runner.

    Args:
        config: ``name``, which begins with ``r1gym-`` and the id of this process and is no other
            runner's; ``socket``, the path of the caller's Unix socket, if the channel is not the
            runner's stdin.
        folder: Where the folder `RUNNER` lies, as the runner sees it.
        confined: Whether it does without namespaces.
    """
    main = "confined_main" if confined else "main"
    return (
        f"import sys; sys.path.append({folder!r}); from runner.{main} import main; "
        f"sys.path.remove({folder!r}); main({config!r})"
    )
