"""Names to things: built-ins named by string, what is registered at run time, installed plugins.

Built-ins have the form of entry points and are loaded the same way, but stand in a table of ours:
entry points proper exist only once a package is installed, and reading them costs milliseconds.
So nothing is imported before it is asked for, and entry points are read only for foreign names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any, Generic, TypeVar

from r1gym.core.errors import ConfigError, R1GymError, UnknownNameError
from r1gym.core.extras import install

T = TypeVar("T")


class Registry(Generic[T]):
    """A mapping from names to objects of one kind, extended by installed packages.

    Args:
        kind: What the names stand for, used in error messages (``"reward"``).
        group: The entry-point group that plugins use (``"r1gym.verifiers"``).
        source: Gives the function or class that an entry was made from; None if it is the entry.
        built_in: Our own names, as ``"module:object"`` or ``"module:object [extra]"`` where it
            needs one of r1gym's optional dependencies.
    """

    def __init__(
        self,
        kind: str,
        group: str,
        source: Callable[[T], object] | None = None,
        built_in: Mapping[str, str] | None = None,
    ) -> None:
        self.kind = kind
        self.group = group
        self._source = source
        self._built_in = {
            name: EntryPoint(name, value, group) for name, value in (built_in or {}).items()
        }
        self._entries: dict[str, T] = {}

    def register(self, name: str) -> Callable[[T], T]:
        """Returns a decorator that registers an object under `name`.

        The same definition may come again: notebooks run a cell twice and modules are reloaded.

        Raises:
            ConfigError: If another object has the name (raised by the decorator).
        """

        def add(entry: T) -> T:
            taken_by = self._taken_by(name)
            if taken_by and self._entries.get(name) is not entry and taken_by != self._place(entry):
                raise ConfigError(
                    f"The {self.kind} {name!r} is already {taken_by}; "
                    "register yours under another name."
                )
            self._entries[name] = entry
            return entry

        return add

    def names(self) -> list[str]:
        """Returns all known names, sorted, those of installed plugins included."""
        plugins = {point.name for point in entry_points(group=self.group)}
        return sorted({*self._entries, *self._built_in, *plugins})

    def get(self, name: str) -> T:
        """Returns the object registered under `name`.

        Raises:
            UnknownNameError: If neither r1gym nor an installed plugin has the name.
            ConfigError: If it cannot be loaded, or two plugins have the name.
        """
        if name not in self._entries:
            loaded = self._load(self._find(name))
            # A module that registers by decorator has done so by now, with the right object.
            self._entries.setdefault(name, loaded)
        return self._entries[name]

    def _find(self, name: str) -> EntryPoint:
        if name in self._built_in:
            return self._built_in[name]
        points = list(entry_points(group=self.group, name=name))
        if not points:
            hint = "A plugin brings more: pip install the package that has it."
            raise UnknownNameError(self.kind, name, self.names(), hint)
        if len(points) > 1:
            packages = " and ".join(sorted(_package(point) for point in points))
            raise ConfigError(f"The {self.kind} {name!r} is in {packages}: uninstall all but one.")
        return points[0]

    def _load(self, point: EntryPoint) -> Any:
        try:
            loaded = point.load()
        except R1GymError:
            raise
        except Exception as error:  # a plugin's code may fail in any way
            what = f"The {self.kind} {point.name!r}"
            why = " ".join(f"{type(error).__name__}: {error}".split())
            if point.name not in self._built_in:
                raise ConfigError(
                    f"{what} of the package {_package(point)} cannot be loaded ({why}): "
                    "install what it lacks, or another version of it."
                ) from error
            if not isinstance(error, ImportError) or not point.extras:
                raise
            raise ConfigError(
                f"{what} cannot be loaded ({why}): {install(point.extras[0])}."
            ) from error
        if isinstance(loaded, ModuleType) and point.name not in self._entries:
            raise ConfigError(
                f"The package {_package(point)} promises the {self.kind} {point.name!r}, but its "
                f"module {loaded.__name__} does not register it."
            )
        return loaded

    def _taken_by(self, name: str) -> str | None:
        if name in self._entries:
            return self._place(self._entries[name]) or repr(self._entries[name])
        if name in self._built_in:
            return f"{self._built_in[name].module}.{self._built_in[name].attr}"
        return None

    def _place(self, entry: T) -> str | None:
        """Returns where an entry is defined, ``"module.name"``, or None if it has no name."""
        made_from = entry if self._source is None else self._source(entry)
        name = getattr(made_from, "__qualname__", None)
        return None if name is None else f"{made_from.__module__}.{name}"


def _package(point: EntryPoint) -> str:
    """Returns the name and version of the package that an entry point belongs to."""
    distribution = getattr(point, "dist", None)
    return f"{distribution.name} {distribution.version}" if distribution else point.value
