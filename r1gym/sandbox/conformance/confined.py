"""What the backend ``confined`` cannot hold: cases of the suite, each with the reason.

All are programs that it refuses what another backend gives them, or shows them what is no secret of
another submission or of the caller. A case that is not here must be right there too.
"""

from __future__ import annotations

_NO_TMP = "a job's folder is $TMPDIR, where it begins; it has no /tmp of its own"
_NO_PROC = "no /proc: it would show every process of the container"

CONFINED: dict[str, str] = {
    "setsid-and-spin": "os.setsid is refused, so that one signal to the group ends all of a job",
    "right-once": _NO_TMP,
    "file-from-last-test": _NO_TMP,
    "sqlite": _NO_TMP,
    "os-facts": _NO_TMP,
    "bash-temporary-file": _NO_TMP,
    "own-memory": _NO_PROC,
    "process-from-last-test": _NO_PROC,
    "host-name": "the container's name is seen: only a namespace could give another",
    "processes": "multiprocessing's locks and pools need /dev/shm, which all jobs would share",
}

# What is right there beside what is right everywhere: its supervisor counts processes, and ends a
# program that has too many.
ALSO_CONFINED: dict[str, tuple[str, ...]] = {
    "fork-bomb": ("runtime_error",),
    "c-fork-bomb": ("runtime_error",),
}
