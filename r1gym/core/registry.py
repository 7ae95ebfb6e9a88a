"""Names to things: a registry that packages can extend through an entry-point group.

Entry points are read only when a name is not found among our own, and only the one that is asked
for is imported, so that an installed plugin costs nothing until it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Generic, TypeVar

from r1gym.core.errors import UnknownNameError

T = TypeVar("T")


class Registry(Generic[T]):
    """A mapping from names to objects of one kind, extended by installed packages.

    Args:
        kind: What the names stand for, used in error messages (``"reward"``).
        group: The entry-point group that plugins use (``"r1gym.verifiers"``).
    """

    def __init__(self, kind: str, group: str) -> None:
        self.kind = kind
        self.group = group
        self._entries: dict[str, T] = {}

    def register(self, name: str) -> Callable[[T], T]:
        """Returns a decorator that registers an object under `name`."""

        def add(entry: T) -> T:
            self._entries[name] = entry
            return entry

        return add

    def names(self) -> list[str]:
        """Returns all known names, sorted, those of installed plugins included."""
        return sorted({*self._entries, *(point.name for point in entry_points(group=self.group))})

    def get(self, name: str) -> T:
        """Returns the object registered under `name`.

        Raises:
            UnknownNameError: If neither r1gym nor an installed plugin has the name.
        """
        if name not in self._entries:
            for point in entry_points(group=self.group, name=name):
                self._entries[name] = point.load()
        if name not in self._entries:
            raise UnknownNameError(self.kind, name, self.names())
        return self._entries[name]
