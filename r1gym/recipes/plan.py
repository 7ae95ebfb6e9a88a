"""Which stages of a run are done, go on or run again, and why; and where they work.

A stage is known by its configuration, the settings of the run that it uses, and the keys of what it
is given. An artifact's key is made of its maker's, or of its content if it is brought. So a changed
setting changes the keys of its stage and of those behind it, and of no other. What a stage had made
before it runs again is moved aside, never deleted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, is_dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from r1gym.core.config import to_plain
from r1gym.core.files import explained
from r1gym.core.run import differences
from r1gym.recipes.ledger import FILE, Entry, Ledger
from r1gym.recipes.run_view import TASKS
from r1gym.recipes.settings import Settings
from r1gym.recipes.stage import Stage, is_there

REPLACED = "replaced"
_RUNS_OWN = {FILE, TASKS, REPLACED, "config.json", "report.html", "curves.png"}


class State(StrEnum):
    """How a stage stands."""

    DONE = "done"
    BEGINS = "to run"
    GOES_ON = "goes on"
    AGAIN = "runs again"


@dataclass(frozen=True)
class Planned:
    """A stage, and how it stands.

    Attributes:
        stage: The stage.
        home: The folder that it works in.
        entry: What it is known by, for the ledger; what it is given is not known yet.
        state: How it stands.
        why: Why it goes on or runs again, if something has changed.
    """

    stage: Stage
    home: Path
    entry: Entry
    state: State
    why: str = ""


def make_plan(
    stages: Sequence[Stage],
    keys: Mapping[str, str],
    settings: Settings,
    folder: Path,
    order: Sequence[str],
    lost: Mapping[str, str] | None,
) -> list[Planned]:
    """Returns how each stage stands; it changes nothing.

    Args:
        stages: The stages that are left to run, in order.
        keys: The keys of the artifacts that are brought.
        settings: The run's settings.
        folder: The run's folder.
        order: The names of all stages of the recipe.
        lost: What has changed in the run's configuration, for stages of which the ledger knows
            nothing and whose folder holds something nevertheless. None if nothing has that was
            not allowed to, so that no stage runs again for it.
    """
    known, entries, found = dict(keys), Ledger(folder, order).entries(), []
    for stage in stages:
        home, old = home_of(folder, stage.name, order), entries.get(stage.name)
        entry = _entry(stage, known, settings)
        known |= {name: f"{_digest(entry)}/{name}" for name in stage.makes}
        has_work = any(path.name != "config.json" for path in _owned(home, folder, order))
        changed = _changed(old, entry, lost is not None) if old is not None else lost or {}
        if _is_done(stage, old, changed):
            state, why = State.DONE, ""
        elif old is None and not has_work:
            state, why = State.BEGINS, ""
        elif against := stage.against({} if lost is None else changed, home):
            state, why = State.AGAIN, against
        else:
            state, why = State.GOES_ON, "; ".join(changed.values())
        found.append(Planned(stage, home, entry, state, why))
    return found


def home_of(folder: Path, stage: str, order: Sequence[str]) -> Path:
    """Returns the folder that a stage works in: the last one of a recipe in the run's own."""
    return folder if stage == order[-1] else folder / stage


def set_aside(planned: Planned, folder: Path, order: Sequence[str], ledger: Ledger) -> Path:
    """Moves what a stage has made aside. Returns where to; a kill in between loses nothing."""
    name, home = planned.stage.name, planned.home
    old = ledger.entries().get(name, planned.entry)
    place = folder / (old.aside or _free(name, folder))
    ledger.write(name, replace(old, aside=str(place.relative_to(folder))))
    with explained(place):
        place.mkdir(parents=True, exist_ok=True)
        for path in _owned(home, folder, order):
            path.replace(place / path.name)
        if home == folder and (config := home / "config.json").exists():
            (place / "config.json").write_bytes(config.read_bytes())
    ledger.drop(name)
    return place


def _entry(stage: Stage, keys: Mapping[str, str], settings: Settings) -> Entry:
    known = to_plain(settings)  # without newer settings that are as by default
    used = {name: known[name] for name in stage.uses if name in known}
    classes = {
        name: type(value).__name__ for name, value in vars(stage).items() if is_dataclass(value)
    }
    plain: dict[str, Any] = json.loads(json.dumps(to_plain(stage)))
    return Entry(
        config=plain,
        kinds={name: kind.value for name, kind in (*stage.needs.items(), *stage.makes.items())},
        keys={name: keys[name] for name in stage.needs},
        settings=used | {"class": type(stage).__name__, **classes},
    )


def _is_done(stage: Stage, old: Entry | None, changed: Mapping[str, str]) -> bool:
    if old is None or old.made is None or changed:
        return False
    return all(name in old.made and is_there(k, old.made[name]) for name, k in stage.makes.items())


def _changed(old: Entry, new: Entry, with_keys: bool) -> dict[str, str]:
    """Returns in what two entries of a stage differ, each difference as ``name: old -> new``."""
    changed = differences(old.config, new.config)
    if old.aside:
        changed["aside"] = "it was being moved aside"
    if with_keys and old.settings is not None and old.keys is not None:
        changed |= differences(old.settings, new.settings)
        others = [name for name, key in (new.keys or {}).items() if old.keys.get(name) != key]
        changed |= {name: f"its {name} is another" for name in others}
    return changed


def _owned(home: Path, folder: Path, order: Sequence[str]) -> list[Path]:
    """Returns the files and folders of a stage."""
    if not home.is_dir():
        return []
    kept = {*_RUNS_OWN, *order} if home == folder else set()
    # A name with a dot is a lock, or a draft that a kill has left.
    return sorted(p for p in home.iterdir() if p.name not in kept and not p.name.startswith("."))


def _free(name: str, folder: Path) -> str:
    number = 1
    while (folder / (place := f"{REPLACED}/{name}-{number}")).exists():
        number += 1
    return place


def _digest(entry: Entry) -> str:
    text = json.dumps([entry.config, entry.settings, entry.keys], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
