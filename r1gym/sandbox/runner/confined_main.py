"""The worker without namespaces, for the backend ``confined``.

Apart from `main`, since each job of the others would pay for what is imported here.
"""

from __future__ import annotations

import os
from typing import Any, NoReturn

from . import landlock
from . import main as worker
from .confined import Confined


def main(config: dict[str, Any]) -> NoReturn:
    """Runs a worker without namespaces; `config` is that of `runner.main.main`."""
    worker.main(config, _confine)


def _confine(name: str) -> Confined:
    """Returns the ground of a worker without namespaces.

    Raises:
        OSError: If the kernel offers too little for it.
    """
    abi = landlock.abi()
    if not abi:
        raise OSError(38, "no Landlock: it needs Linux 5.13, with landlock among the kernel's lsm")
    if abi < landlock.HOLDS_ROOT and os.geteuid() == 0:
        raise OSError(1, "before Linux 6.2, Landlock does not hold root: be an ordinary user")
    if not os.path.exists(f"/proc/self/task/{os.getpid()}/children"):  # noqa: PTH110
        raise OSError(38, "no /proc that lists a process's children: a job's could not be found")
    return Confined(name)
