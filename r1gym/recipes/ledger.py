"""What the stages of a run were given and have made: ``artifacts.json`` in its folder.

    {"base": {"config": {...}, "given": {}, "made": {"base": "../base-1a/checkpoints/step-001000"}}}

Places stand relative to the run's folder, so that it can be moved with its neighbours; what is no
path, such as a hub id, stands as it was given. A stage has finished if it stands here with the same
configuration and all that it made is still there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from r1gym.core.errors import RunError
from r1gym.core.files import explained, write_text

FILE = "artifacts.json"


class Ledger:
    """The file of one run.

    Args:
        folder: The run's folder.

    Raises:
        RunError: If the file is broken.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._path = folder, folder / FILE
        self._stages: dict[str, dict[str, Any]] = {}
        if self._path.exists():
            self._stages = self._read()

    def begin(self, stage: str, config: Mapping[str, Any], given: Mapping[str, str]) -> None:
        """Notes that a stage has begun."""
        self._note(stage, {"config": config, "given": self._written(given), "made": None})

    def end(self, stage: str, made: Mapping[str, str]) -> None:
        """Notes what a stage has made, which finishes it."""
        self._note(stage, self._stages[stage] | {"made": self._written(made)})

    def made(self, stage: str, config: Mapping[str, Any] | None = None) -> dict[str, str] | None:
        """Returns what a finished stage has made; None if it has not, or not with this `config`."""
        entry = self._stages.get(stage, {})
        if entry.get("made") is None or (config is not None and entry["config"] != config):
            return None
        return self._found(entry["made"])

    def last(self) -> tuple[dict[str, str], dict[str, str]]:
        """Returns what the last stage that began was given, and what it has made."""
        if not self._stages:
            return {}, {}
        entry = list(self._stages.values())[-1]
        return self._found(entry["given"]), self._found(entry["made"] or {})

    def _note(self, stage: str, entry: dict[str, Any]) -> None:
        entry = json.loads(json.dumps(entry))
        if self._stages.get(stage) == entry:
            return
        self._stages[stage] = entry
        write_text(self._path, json.dumps(self._stages, indent=2) + "\n")

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
