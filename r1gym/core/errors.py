"""Every error that r1gym raises on purpose. Each message is one line that says what to do.

R1GymError
├── UnknownNameError     a name that no registry holds (also a KeyError)
├── ConfigError          a value that a configuration does not allow
│   └── MissingPackageError  an optional package that is not installed (also an ImportError)
├── ProblemFileError     a line of a file of problems or examples that cannot be used (a ValueError)
├── ModelNotFoundError   a model or tokenizer that cannot be loaded (also an OSError)
├── RunExistsError       a run folder that holds another run (also a FileExistsError)
├── RunError             a run folder that cannot be read or written
├── TrainingStopped      training cannot go on: NaN loss, or too many failed verdicts
└── Interrupted          the user asked to stop; everything is saved
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

_MOST_LISTED = 30  # names, in one line


class R1GymError(Exception):
    """The base of all errors that r1gym raises on purpose."""


class UnknownNameError(R1GymError, KeyError):
    """A name that is not registered; the message suggests the nearest one.

    Args:
        kind: What was looked up, for example ``"reward"``.
        name: The name that was not found.
        known: The names that exist.
        hint: One more sentence, for example which package brings the name.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], hint: str = "") -> None:
        self.name = name
        names = sorted(known)
        # Anything may be looked up, such as the None of a variable that was never set.
        near = _nearest(name, names) if isinstance(name, str) else None
        guess = f" Did you mean {near!r}?" if near else ""
        more = len(names) - _MOST_LISTED
        shown = ", ".join(names[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")
        listing = f" Known: {shown}." if names else ""
        super().__init__(
            f"There is no {kind} {name!r}.{guess}{listing}{' ' + hint if hint else ''}"
        )

    def __reduce__(self) -> tuple[Any, ...]:  # from its message, which is all a process sends
        return _unknown_name, (str(self), self.name)

    def __str__(self) -> str:  # KeyError would print the repr of the message
        return str(self.args[0])


def _nearest(name: str, names: list[str]) -> str | None:
    """Returns the name that was meant, perhaps in other letters; None if none is like it."""
    plain = {one.lower(): one for one in names}
    near = difflib.get_close_matches(name, names, n=1)
    near += difflib.get_close_matches(name.lower(), plain, n=1)
    return plain.get(near[0].lower(), near[0]) if near else None


def _unknown_name(message: str, name: str) -> UnknownNameError:
    error = UnknownNameError.__new__(UnknownNameError, message)
    error.args, error.name = (message,), name
    return error


class ConfigError(R1GymError):
    """A configuration value that is not allowed.

    Not a ValueError: the command line's parser would hide the line in a box of its own.
    """


class MissingPackageError(ConfigError, ImportError):
    """A module of ours whose optional package cannot be imported."""


class ProblemFileError(R1GymError, ValueError):
    """A file of problems or of examples with a line that cannot be used."""


class ModelNotFoundError(R1GymError, OSError):
    """A model or tokenizer that could not be loaded."""


class RunExistsError(R1GymError, FileExistsError):
    """A run folder that already holds a run with another configuration."""


class RunError(R1GymError):
    """A run folder that cannot be read or written."""


class TrainingStopped(R1GymError):
    """Training stopped because going on would only spoil the policy."""


class Interrupted(R1GymError):
    """The user asked to stop, and everything is saved."""
