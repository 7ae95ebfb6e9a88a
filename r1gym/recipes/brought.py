"""Artifacts that are brought, and which stages are left to run with them.

    stages  a -> x,  b(x) -> y,  c(y) -> z       brought y=FILE       left  c

A stage that makes what is brought is not run, nor one that nobody is left to need; so any stage of
a recipe runs alone. Left out: artifacts from another run by its name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.files import explained
from r1gym.envs.packed import packed_file
from r1gym.recipes.examples import read_examples
from r1gym.recipes.preference_files import read_preferences
from r1gym.recipes.run_view import TASKS
from r1gym.recipes.stage import Artifacts, Kind, Kinds, Stage, is_there

_LARGE = 2**26  # bytes
_HUB_ID = re.compile(r"\w[\w.-]*(/[\w.-]+)?")


def check_brought(stages: Sequence[Stage], brought: Artifacts) -> None:
    """Checks that all that is brought is an artifact of the recipe's, lies there and is its kind.

    Args:
        stages: All stages of the recipe.
        brought: What is brought.

    Raises:
        UnknownNameError: If no stage needs or makes an artifact of that name.
        ConfigError: If it is not there, or something else.
        ProblemFileError: If a line of a file of examples is bad.
    """
    kinds = kinds_of(stages)
    for name, place in brought.items():
        if name not in kinds:
            listed = ", ".join(f"{known} is {_a(kind)}" for known, kind in kinds.items())
            raise UnknownNameError("artifact", name, kinds, f"Of them {listed}.")
        if why := _wrong(kinds[name], place):
            raise ConfigError(f"{name} is to be {_a(kinds[name])}, and {place} {why}.")
        if kinds[name] is Kind.EXAMPLES:
            read_examples(place)
        if kinds[name] is Kind.PAIRS:
            read_preferences(place)


def key_of(place: str) -> str:
    """Returns what tells an artifact that is brought from another one: a hash of its content.

    Of large files size and time of change stand for the content; of a hub id its name.
    """
    path = Path(place)
    if not path.exists():
        return place
    found = hashlib.blake2b(digest_size=12)
    with explained(path):
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                name = str(file.relative_to(path)) if path.is_dir() else ""
                found.update(f"{name}\0".encode() + _content(file))
    return found.hexdigest()


def _content(file: Path) -> bytes:
    stat = file.stat()
    if stat.st_size > _LARGE:
        return f"{stat.st_size} {stat.st_mtime_ns}".encode()
    return hashlib.blake2b(file.read_bytes()).digest()


def kinds_of(stages: Sequence[Stage]) -> Kinds:
    """Returns all artifacts that stages need or make, with their kinds."""
    kinds: dict[str, Kind] = {}
    for stage in stages:
        kinds |= {**stage.needs, **stage.makes}
    return kinds


def left_to_run(stages: Sequence[Stage], brought: Artifacts, until: str = "") -> list[Stage]:
    """Returns the stages that are to run, in order.

    Args:
        stages: All stages of the recipe.
        brought: The artifacts that are brought: who makes them is not run.
        until: The stage at which to end: only those run that it needs, directly or not.

    Raises:
        UnknownNameError: If there is no stage `until`.
        ConfigError: If that stage makes what is brought, or a stage that makes something brought
            makes something else that is needed.
    """
    named = {stage.name: stage for stage in stages}
    if until and until not in named:
        raise UnknownNameError("stage", until, named)
    kept = [stage for stage in stages if not stage.makes.keys() & brought.keys()]
    if until and named[until] not in kept:
        raise ConfigError(f"The stage {until!r} makes what is brought: leave one of both out.")
    if not kept:
        raise ConfigError("All that the stages make is brought: nothing is left to run.")
    kept = _ancestors(kept, named[until]) if until else _needed(stages, kept)
    for stage in kept:
        for name in stage.needs:
            maker = next((one for one in stages if name in one.makes), None)
            if maker is not None and maker not in kept and name not in brought:
                first = next(iter(maker.makes.keys() & brought.keys()))
                raise ConfigError(
                    f"{first} is brought, so the stage {maker.name!r} does not run, which makes "
                    f"{name} as well, and {stage.name!r} needs that: bring {name} too."
                )
    return kept


def _ancestors(stages: Sequence[Stage], last: Stage) -> list[Stage]:
    """Returns a stage with those that it needs, directly or not."""
    wanted, kept = set(last.needs), [last]
    for stage in reversed(stages[: stages.index(last)]):
        if wanted & stage.makes.keys():
            wanted |= stage.needs.keys()
            kept.insert(0, stage)
    return kept


def _needed(stages: Sequence[Stage], kept: Sequence[Stage]) -> list[Stage]:
    """Returns those of `kept` that are needed, or whose products no stage ever needed."""
    left = list(kept)
    for stage in reversed(kept):
        users = [one for one in stages if one.needs.keys() & stage.makes.keys()]
        if users and not any(one in left for one in users):
            left.remove(stage)
    return left


def _wrong(kind: Kind, place: str) -> str:
    """Returns what is wrong with a place for an artifact; empty if nothing is."""
    path = Path(place)
    if kind is Kind.MODEL and packed_file(place) is not None:
        return ""
    if not path.exists():
        may_be_id = kind.is_folder and _HUB_ID.fullmatch(place) is not None
        # A wrong folder looks like an id; that of a folder that is here is none.
        return "" if may_be_id and not _starts_here(path) else "is not there"
    if path.is_dir() != kind.is_folder:
        return f"is a {'folder' if path.is_dir() else 'file'}"
    if kind.is_folder and (path / TASKS).exists():
        return "is a run without a model of its own yet: train it first, or give the model's folder"
    return "" if is_there(kind, place) else "holds none"


def _starts_here(path: Path) -> bool:
    return len(path.parts) > 1 and Path(path.parts[0]).is_dir()


def _a(kind: Kind) -> str:
    what = kind.value.replace("_", " ")
    if kind.is_folder:
        return f"a {what}"
    return "an evaluation" if kind is Kind.EVALUATION else f"a file of {what}"
