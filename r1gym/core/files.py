"""Writing files so that a crash, a kill or a full disk never leaves half of one."""

from __future__ import annotations

import errno
import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from r1gym.core.errors import RunError

_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns an operating-system error inside the block into one clear line about `path`.

    Raises:
        RunError: If the block raises OSError, or another error that says the disk is full.
    """
    try:
        yield
    except Exception as error:
        if _says_full(error):
            raise RunError(
                f"The disk is full: {path} could not be written. Free some space and run the same "
                "command again; it goes on from the last checkpoint."
            ) from error
        if isinstance(error, OSError):
            raise RunError(f"{path} could not be used: {error.strerror or error}.") from error
        raise


def _says_full(error: BaseException | None) -> bool:
    """Returns whether a full disk is behind an error: itself, or one that it came from."""
    while error is not None:
        full = isinstance(error, OSError) and error.errno in _FULL
        if full or "No space left" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def write_text(path: Path, text: str) -> None:
    """Writes a whole file at once: readers see the old text or the new one."""
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.draft")
        draft.write_text(text, "utf-8")
        draft.replace(path)


@contextmanager
def only_process(folder: Path, wait: Callable[[], None] | None = None) -> Iterator[None]:
    """Keeps other processes out of a folder while the block runs; a kill lets go of it as well.

    Args:
        folder: The folder; made if it is not there.
        wait: Called again and again while another process is at work there, to say so and to
            sleep; it may raise. None does not wait.

    Raises:
        RunError: If another process is at work in the folder and nobody waits.
    """
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("a")
    with lock:
        while not _is_locked_by_us(lock, folder):
            if wait is None:
                raise RunError(
                    f"Another process is at work in {folder}. Wait for it, or choose another "
                    "--name."
                )
            wait()
        yield


def _is_locked_by_us(file: IO[str], folder: Path) -> bool:
    """Locks a file if nobody else has. Returns whether it could."""
    with explained(folder):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Yields an empty draft folder that becomes `path` when the block ends without an error."""
    draft = path.with_name(f".{path.name}.draft")
    with explained(path):
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        try:
            yield draft
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)  # on a full disk its room is needed
            raise
        shutil.rmtree(path, ignore_errors=True)
        draft.replace(path)
