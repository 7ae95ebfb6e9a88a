"""Names to things: built-ins named by string, what is registered at run time, installed plugins.

Built-ins have the form of entry points and are loaded the same way, but stand in a table of ours:
entry points proper exist only once a package is installed, and reading them costs milliseconds.
So nothing is imported before it is asked for, and entry points are read only for foreign names.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any, Generic, TypeVar

from r1gym.core.checks import shown
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
        wants: What an entry must be, for a person whose package brings something else.
        fits: Whether a loaded object is one.
    """

    def __init__(
        self,
        kind: str,
        group: str,
        source: Callable[[T], object] | None = None,
        built_in: Mapping[str, str] | None = None,
        wants: str = "",
        fits: Callable[[Any], bool] = lambda entry: True,
    ) -> None:
        self.kind = kind
        self.group = group
        self._source = source
        self._built_in = {
            name: EntryPoint(name, value, group) for name, value in (built_in or {}).items()
        }
        self._wants, self._fits = wants, fits
        self._entries: dict[str, T] = {}
        self._loaded: set[str] = set()  # those of `_entries` that came by import
        self._left_out: set[str] = set()

    def register(self, name: str) -> Callable[[T], T]:
        """Returns a decorator that registers an object under `name`.

        The same definition may come again: notebooks run a cell twice and modules are reloaded.

        Raises:
            ConfigError: If the name is no text; or, raised by the decorator, if another object has
                it, or the object is none of this kind.
        """
        self.check_name(name)

        def add(entry: T) -> T:
            if not self._fits(entry):
                raise ConfigError(
                    f"The {self.kind} {name!r} is {_described(entry)}: it must be {self._wants}."
                )
            taken_by = self._taken_by(name)
            if taken_by and self._entries.get(name) is not entry and taken_by != self._place(entry):
                raise ConfigError(
                    f"The {self.kind} {name!r} is already {taken_by}; "
                    "register yours under another name."
                )
            self._entries[name] = entry
            return entry

        return add

    def check_name(self, name: object) -> None:
        """Refuses what cannot be a name, such as a function that a decorator without one is given.

        Raises:
            ConfigError: If it is no text, or an empty one.
        """
        if not isinstance(name, str) or not name.strip():
            raise ConfigError(
                f'A {self.kind} is registered under a name, such as @register("mine"), and not '
                f"under {shown(name)}."
            )

    @contextmanager
    def scoped(self) -> Iterator[None]:
        """Forgets at its end the names that were registered within, for tests.

        What was imported meanwhile, because somebody asked for its name, stays: its module will
        not run again.

        Example:
            >>> fruit: Registry[str] = Registry("fruit", group="r1gym.fruits")
            >>> with fruit.scoped():
            ...     _ = fruit.register("apple")("an apple")
            >>> fruit.names()
            []
        """
        before = dict(self._entries)
        try:
            yield
        finally:
            loaded = {name: self._entries[name] for name in self._loaded - before.keys()}
            self._entries = before | loaded

    def names(self) -> list[str]:
        """Returns all known names, sorted, those of installed plugins included."""
        plugins = {point.name for point in entry_points(group=self.group)}
        return sorted({*self._entries, *self._built_in, *plugins})

    def working(self, prefix: str = "") -> list[str]:
        """Returns the names that begin with a prefix, without those of plugins that do not work.

        Somebody else's broken package must not stop what does not use it: each such name costs one
        warning, and an error once it is asked for.
        """
        return [name for name in self.names() if name.startswith(prefix) and self._works(name)]

    def _works(self, name: str) -> bool:
        if name in self._entries or name in self._built_in:
            return True
        try:
            self.get(name)
        except R1GymError as error:
            if name not in self._left_out:
                self._left_out.add(name)
                warnings.warn(f"The {self.kind} {name!r} is left out. {error}", stacklevel=3)
            return False
        return True

    def get(self, name: str) -> T:
        """Returns the object registered under `name`.

        Raises:
            UnknownNameError: If neither r1gym nor an installed plugin has the name.
            ConfigError: If it cannot be loaded, or two plugins have the name.
        """
        if name not in self._entries:
            before = set(self._entries)
            loaded = self._load(self._find(name))
            # A module that registers by decorator has done so by now, with the right object.
            self._entries.setdefault(name, loaded)
            self._loaded |= self._entries.keys() - before
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
        except (Exception, SystemExit) as error:  # a plugin's code may fail in any way
            what = f"The {self.kind} {point.name!r}"
            why = " ".join(f"{type(error).__name__}: {error}".split())
            if point.name not in self._built_in:
                raise ConfigError(
                    f"{what} of the package {_package(point)} cannot be loaded ({why}): "
                    "install what it lacks, or another version of it."
                ) from error
            if not isinstance(error, ImportError) or not point.extras:
                raise
            # `EntryPoint.extras` splits at hyphens.
            extra = point.value.partition("[")[2].rstrip("] ")
            raise ConfigError(f"{what} cannot be loaded ({why}): {install(extra)}.") from error
        if isinstance(loaded, ModuleType) and point.name not in self._entries:
            raise ConfigError(
                f"The package {_package(point)} promises the {self.kind} {point.name!r}, but its "
                f"module {loaded.__name__} does not register it."
            )
        if point.name not in self._entries and not self._fits(loaded):
            raise ConfigError(
                f"The {self.kind} {point.name!r} of the package {_package(point)} is "
                f"{_described(loaded)}: its entry point must name {self._wants}."
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


def _described(loaded: object) -> str:
    """Returns what an object is, with its name if it has one, in a few words."""
    name = getattr(loaded, "__qualname__", None)
    return f"the {type(loaded).__name__} {name}" if name else f"of type {type(loaded).__name__}"


def _package(point: EntryPoint) -> str:
    """Returns the name and version of the package that an entry point belongs to."""
    distribution = getattr(point, "dist", None)
    return f"{distribution.name} {distribution.version}" if distribution else point.value
