"""A run's folder: its configuration, its metrics and its samples, all plain JSON.

    config.json      what was asked for
    metrics.jsonl    one line a step, names as in Stable-Baselines3
    samples.jsonl    completions through training
    groups.jsonl     a whole group of them now and then, with its rewards and advantages
    checkpoints/     what `r1gym.models.checkpoint` writes

Opening a folder again with the same configuration goes on with its run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from r1gym.core.errors import RunError, RunExistsError
from r1gym.core.files import explained, write_text

CONFIG = "config.json"
_MOST_SHOWN = 5  # runs, in one line
Metrics = dict[str, float]
Sink = Callable[[Mapping[str, float], int], None]
Upgrade = Callable[[dict[str, Any]], dict[str, Any]]


class Run:
    """A run's folder, open for writing.

    Args:
        folder: Where the run lives; made if it is not there.
        config: The run's configuration, as plain data.
        may_change: Settings, by names such as ``"grpo.steps"``, that may be others than those the
            run began with, since what was done with them stays as it is.
        upgrade: Gives the settings of a run of an older version their names of today.

    Raises:
        RunExistsError: If the folder holds a run with another configuration.
        RunError: If the folder cannot be written.
    """

    def __init__(
        self,
        folder: Path,
        config: Mapping[str, Any],
        may_change: Collection[str] = (),
        upgrade: Upgrade = dict,
    ) -> None:
        self.folder = folder
        self.sinks: list[Sink] = []
        if check_same_run(folder, config, may_change, upgrade):
            write_config(folder, config)

    @property
    def checkpoints(self) -> Path:
        """The folder of the run's checkpoints."""
        return self.folder / "checkpoints"

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        """Appends a line to metrics.jsonl and hands it to the sinks."""
        self._append("metrics.jsonl", {"step": step, **metrics})
        for sink in self.sinks:
            sink(metrics, step)

    def log_sample(self, step: int, **fields: Any) -> None:
        """Appends a completion to samples.jsonl."""
        self._append("samples.jsonl", {"step": step, **fields})

    def log_group(self, step: int, **fields: Any) -> None:
        """Appends a group of completions of one question to groups.jsonl."""
        self._append("groups.jsonl", {"step": step, **fields})

    def rewind(self, step: int) -> None:
        """Drops what was logged after `step`, when a run goes on from its checkpoint."""
        for name in ("metrics.jsonl", "samples.jsonl", "groups.jsonl"):
            path = self.folder / name
            if path.exists():
                kept = [row for row in _read_rows(path) if row["step"] <= step]
                write_text(path, "".join(json.dumps(row) + "\n" for row in kept))

    def _append(self, name: str, row: Mapping[str, Any]) -> None:
        path = self.folder / name
        with explained(path), path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def check_same_run(
    folder: Path,
    config: Mapping[str, Any],
    may_change: Collection[str] = (),
    upgrade: Upgrade = dict,
) -> bool:
    """Returns whether the configuration in a folder is to be written, anew or for the first time.

    It takes what `Run` takes, and writes nothing.

    Raises:
        RunExistsError: If the folder holds a run with another configuration.
    """
    if not (folder / CONFIG).exists():
        return True
    # As JSON reads it back, so that a tuple equals the list that it was written as.
    changed = differences(upgrade(read_config(folder)), json.loads(json.dumps(config)))
    if _has_work(folder):  # else nothing came of it: a wrong name, say
        _refuse(folder, [text for name, text in changed.items() if name not in may_change])
    return bool(changed)


def check_same_recipe(
    folder: Path,
    config: Mapping[str, Any],
    may_change: Collection[str] = (),
    upgrade: Upgrade = dict,
) -> dict[str, str]:
    """Returns what is other in a folder's configuration, each as ``name: old -> new``.

    It takes what `Run` takes, and writes nothing.

    Raises:
        RunExistsError: If the folder holds a run of another recipe, or of another version of it.
    """
    if not (folder / CONFIG).exists():
        return {}
    old, new = upgrade(read_config(folder)), json.loads(json.dumps(config))
    changed = {n: text for n, text in differences(old, new).items() if n not in may_change}
    if _has_work(folder):
        _refuse(folder, [changed[name] for name in ("recipe", "version") if name in changed])
    return changed


def _refuse(folder: Path, changed: Sequence[str]) -> None:
    if changed:
        raise RunExistsError(
            f"{folder} holds a run with another configuration ({'; '.join(changed[:3])}). "
            "Choose another --name, or delete the folder to start anew."
        )


def write_config(folder: Path, config: Mapping[str, Any]) -> None:
    """Writes a run's configuration, unless it stands there already."""
    path, text = folder / CONFIG, json.dumps(config, indent=2) + "\n"
    if not path.exists() or path.read_text("utf-8") != text:
        write_text(path, text)


def _has_work(folder: Path) -> bool:
    """Returns whether a run has come to anything, in its folder or in that of a stage."""
    names = ("metrics.jsonl", "samples.jsonl", "checkpoints", "evals", "cells")
    return any((folder / n).exists() or any(folder.glob(f"*/{n}")) for n in names)


def checkpoint_name(step: int) -> str:
    """Returns what a checkpoint's folder is called."""
    return f"step-{step:06d}"


def checkpoint_step(path: Path) -> int:
    """Returns the number of finished steps of a checkpoint."""
    return int(path.name.removeprefix("step-"))


def find_checkpoints(folder: Path) -> list[Path]:
    """Returns the checkpoints in a run's folder, oldest first."""
    return sorted((folder / "checkpoints").glob("step-*"))


def newest_model(name: str) -> str:
    """Returns the newest checkpoint of a run, if a model's name is a run's folder.

    Any other name is returned as it is. A run whose last stage trains nothing has none of its own,
    see `r1gym.recipes.run_view.RunView.model`.
    """
    found = find_checkpoints(Path(name).expanduser())
    return str(found[-1]) if found else name


def read_config(folder: Path) -> dict[str, Any]:
    """Returns the configuration of the run in `folder`.

    Raises:
        RunError: If the folder holds no run, or its configuration is broken.
    """
    path = folder / CONFIG
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        raise RunError(
            f"{folder} holds no run: there is no config.json in it.{_runs_near(folder)}"
        ) from None
    except (OSError, ValueError, TypeError) as error:
        raise RunError(
            f"{path} cannot be read ({error}): bring it back, or delete {folder} to start anew."
        ) from error


def _runs_near(folder: Path) -> str:
    """Returns which runs there are instead: in the folder, beside it, or in runs/."""
    for home in (folder, folder.parent, Path("runs")):
        files = sorted(home.glob(f"*/{CONFIG}"))
        # A model's folder has a file of that name, too.
        found = [str(path.parent) for path in files if b'"recipe"' in path.read_bytes()]
        if found:
            more = len(found) - _MOST_SHOWN
            rest = f" and {more} more" if more > 0 else ""
            return f" There is {', '.join(found[:_MOST_SHOWN])}{rest}."
    return " `r1gym train` makes one."


def read_metrics(folder: Path) -> list[dict[str, float]]:
    """Returns the lines of metrics.jsonl in order; none if there are none yet.

    Raises:
        RunError: If a line is broken.
    """
    path = folder / "metrics.jsonl"
    return _read_rows(path) if path.exists() else []


def _read_rows(path: Path) -> list[dict[str, Any]]:
    """Returns the file's lines; a last line that a kill cut short is left out.

    Raises:
        RunError: If another line is broken.
    """
    with explained(path):
        lines = path.read_bytes().split(b"\n")[:-1]
    rows = []
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            row["step"] + 0
        except (ValueError, TypeError, KeyError) as error:
            raise RunError(
                f"Line {number} of {path} is broken: delete this line, or the file, and run the "
                "same command again."
            ) from error
        rows.append(row)
    return rows


def differences(old: Any, new: Any, name: str = "") -> dict[str, str]:
    """Returns the settings that differ by their names, each as ``name: old -> new``."""
    if isinstance(old, dict) and isinstance(new, dict):
        prefix = f"{name}." if name else ""
        found: dict[str, str] = {}
        for key in sorted({*old, *new}):
            found |= differences(old.get(key), new.get(key), f"{prefix}{key}")
        return found
    return {} if old == new else {name: f"{name}: {old} -> {new}"}
