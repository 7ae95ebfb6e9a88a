"""What a job stands on: namespaces of its own (`namespaces`), or fences alone (`confined`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from .landlock import Fence


class Ground(Protocol):
    """The ground of one job.

    Attributes:
        flags: What its process 1 is cloned with.
        counts: Whether the supervisor counts processes and files, which nothing else limits.
        tmp: The job's folder.
        code: The folder of its source, and of what is compiled from it.
    """

    flags: int
    counts: bool
    tmp: str
    code: str

    def enter(self, outside: int) -> None:
        """Makes this process the first of its job; `outside` is the worker's user and group."""

    def fresh_tmp(self, megabytes: int) -> None:
        """Gives the next test an empty folder, and moves into it."""

    def open_code(self, megabytes: int) -> None:
        """Makes an empty folder for the source and what is compiled from it."""

    def close_code(self) -> None:
        """Makes that folder read-only."""

    def limit_of_tasks(self, pids: int) -> int:
        """Returns the limit on the tasks of the job's user that leaves it `pids`."""

    def full(self, megabytes: int) -> bool:
        """Tells whether the job's files are more than they may be."""

    def members(self) -> Iterable[str]:
        """Gives the ids of the job's processes, without this one."""

    def kill_all(self, leader: int) -> None:
        """Kills the job's processes, of which `leader` was the first."""

    def leave(self) -> None:
        """Cleans up once the job has ended."""


class Lasting(Ground, Protocol):
    """The ground of all jobs of one worker, where no namespace goes with a job."""

    def give_to(self, user: int) -> None:
        """Makes the worker's folders another user's."""

    def fence(self) -> Fence:
        """Returns what jobs may open."""

    def end(self) -> None:
        """Ends what the worker left."""
