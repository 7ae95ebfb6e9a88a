"""What the stages of a run were given and have made: ``artifacts.json`` in its folder.

    {"base": {"config": {...}, "given": {}, "made": {"base": "../base-1a/checkpoints/step-001000"}}}

Places stand relative to the run's folder, so that it can be moved with its neighbours; what is no
path, such as a hub id, stands as it was given. A stage has finished if it stands here with the same
configuration and all that it made is still there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from r1gym.core.errors import RunError
from r1gym.core.files import explained, write_text

FILE = "artifacts.json"


@dataclass(frozen=True)
class Entry:
    """A stage that has begun.

    Attributes:
        config: Its configuration, as plain values.
        given: Where the artifacts lie that it was given.
        made: Where those lie that it has made; None until it has finished.
        kinds: What all of them are; older runs do not say.
        keys: What each was that it was given, see `r1gym.recipes.plan`; older runs do not say.
        settings: Those of the run's settings that change what it makes; older runs do not say.
        seconds: How long it took, without parts that were killed.
        on: When, on which machine and with which versions it began or went on last; older runs do
            not say.
        aside: Where what it made is being moved, since it is to run again; empty if it is not.
    """

    config: Mapping[str, Any]
    given: Mapping[str, str] = field(default_factory=dict)
    made: Mapping[str, str] | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] | None = None
    settings: Mapping[str, Any] | None = None
    seconds: float = 0.0
    on: Mapping[str, str] = field(default_factory=dict)
    aside: str = ""

    def models(self, places: Mapping[str, str]) -> list[str]:
        """Returns those of the places at which a model lies."""
        return [
            place
            for name, place in places.items()
            if self.kinds.get(name, "model") == "model" and not place.endswith((".json", ".jsonl"))
        ]


class Ledger:
    """The file of one run.

    Args:
        folder: The run's folder.
        order: The names of the recipe's stages, in order; others stand before them.

    Raises:
        RunError: If the file is broken.
    """

    def __init__(self, folder: Path, order: Sequence[str] = ()) -> None:
        self._folder, self._path, self._order = folder, folder / FILE, list(order)
        self._stages: dict[str, dict[str, Any]] = {}
        if self._path.exists():
            self._stages = self._read()

    def entries(self) -> dict[str, Entry]:
        """Returns the stages that have begun, in order."""
        return {name: self._entry(plain) for name, plain in self._stages.items()}

    def write(self, stage: str, entry: Entry) -> None:
        """Writes a stage's entry in place of the one that it had."""
        plain: dict[str, Any] = json.loads(json.dumps(vars(entry)))
        plain["given"] = self._written(entry.given)
        plain["made"] = None if entry.made is None else self._written(entry.made)
        self._save(self._stages | {stage: plain})

    def end(self, stage: str, made: Mapping[str, str], seconds: float) -> None:
        """Notes what a stage has made, which finishes it."""
        entry = self.entries()[stage]
        self.write(stage, replace(entry, made=made, seconds=entry.seconds + seconds))

    def drop(self, stage: str) -> None:
        """Forgets a stage."""
        self._save({name: plain for name, plain in self._stages.items() if name != stage})

    def made(self, stage: str) -> dict[str, str] | None:
        """Returns what a finished stage has made; None if it has not."""
        entry = self.entries().get(stage)
        return None if entry is None or entry.made is None else dict(entry.made)

    def last(self) -> Entry | None:
        """Returns the last stage that has begun; None if there is none."""
        return next(reversed(self.entries().values()), None)

    def _save(self, stages: Mapping[str, dict[str, Any]]) -> None:
        known = [name for name in self._order if name in stages]
        others = [name for name in stages if name not in known]
        found = {name: stages[name] for name in (*others, *known)}
        if list(found.items()) != list(self._stages.items()):
            self._stages = found
            write_text(self._path, json.dumps(found, indent=2) + "\n")

    def _entry(self, plain: Mapping[str, Any]) -> Entry:
        known = {name: plain[name] for name in vars(Entry({})) if name in plain}
        given, made = self._found(plain["given"]), plain["made"]
        return Entry(**known | {"given": given, "made": made and self._found(made)})

    def _written(self, places: Mapping[str, str]) -> dict[str, str]:
        return {
            name: os.path.relpath(place, self._folder) if Path(place).exists() else place
            for name, place in places.items()
        }

    def _found(self, places: Mapping[str, str]) -> dict[str, str]:
        return {
            name: str(here) if (here := self._folder / place).exists() else place
            for name, place in places.items()
        }

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            with explained(self._path):
                stages: dict[str, dict[str, Any]] = json.loads(self._path.read_text("utf-8"))
            for entry in stages.values():
                _ = entry["config"], entry["given"].items(), (entry["made"] or {}).items()
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise RunError(
                f"{self._path} is broken ({error!r:.80}): delete it and run the same command "
                "again, which looks for what the stages have made."
            ) from error
        return stages
