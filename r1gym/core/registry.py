"""Names to things: a registry that packages can extend through an entry-point group.

Entry points are read only when a name is not found among our own, and only the one that is asked
for is imported, so that an installed plugin costs nothing until it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Generic, TypeVar

from r1gym.core.errors import ConfigError, UnknownNameError

T = TypeVar("T")


class Registry(Generic[T]):
    """A mapping from names to objects of one kind, extended by installed packages.

    Args:
        kind: What the names stand for, used in error messages (``"reward"``).
        group: The entry-point group that plugins use (``"r1gym.verifiers"``).
        source: Gives the function or class that an entry was made from; None if it is the entry.
    """

    def __init__(self, kind: str, group: str, source: Callable[[T], object] | None = None) -> None:
        self.kind = kind
        self.group = group
        self._source = source
        self._entries: dict[str, T] = {}

    def register(self, name: str) -> Callable[[T], T]:
        """Returns a decorator that registers an object under `name`.

        The same definition may come again: notebooks run a cell twice and modules are reloaded.

        Raises:
            ConfigError: If another object has the name (raised by the decorator).
        """

        def add(entry: T) -> T:
            old = self._entries.get(name, entry)
            place = self._place(old)
            if old is not entry and (place is None or place != self._place(entry)):
                raise ConfigError(
                    f"The {self.kind} {name!r} is already {place or repr(old)}; "
                    "register yours under another name."
                )
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
                loaded = point.load()
                # A module that registers by decorator has done so by now, with the right object.
                self._entries.setdefault(name, loaded)
        if name not in self._entries:
            raise UnknownNameError(self.kind, name, self.names())
        return self._entries[name]

    def _place(self, entry: T) -> str | None:
        """Returns where an entry is defined, ``"module.name"``, or None if it has no name."""
        made_from = entry if self._source is None else self._source(entry)
        name = getattr(made_from, "__qualname__", None)
        return None if name is None else f"{made_from.__module__}.{name}"
