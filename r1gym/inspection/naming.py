"""What a model's name means, for every command: a run, a checkpoint, a model or an endpoint.

No torch here: what was evaluated is found by the same names. `r1gym.inspection.targets` opens them.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from r1gym.core.errors import R1GymError, RunError
from r1gym.core.run import find_checkpoints
from r1gym.envs.packed import is_endpoint
from r1gym.envs.spec import TaskSpec
from r1gym.recipes.run_view import load_run


def is_run(given: str) -> bool:
    """Returns whether a text is the folder of a run, or of something that began as one."""
    folder = Path(given).expanduser()
    return (folder / "metrics.jsonl").exists() or "recipe" in _config(folder / "config.json")


def means_a_run(given: str) -> bool:
    """Returns whether a text is a run, a checkpoint of one, or a folder without a model, if any."""
    if is_endpoint(given):
        return False
    folder = Path(given).expanduser()
    if folder.exists():
        has_model = (folder / "config.json").exists() or any(folder.glob("*.gguf"))
        is_one = is_run(given) and not _is_base(folder)
        return is_one or (folder.is_dir() and not has_model) or bool(run_of(given)[1])
    return given.startswith((".", "/", "~", "runs/")) or given.count("/") > 1


def run_meant(given: str) -> str:
    """Returns a sentence if a name without its folder is that of a run here, else nothing."""
    place = Path("runs") / given
    return f" A run of that name is here: write {place}." if is_run(str(place)) else ""


def run_of(given: str) -> tuple[Path, str]:
    """Returns the folder of a run, and which of its checkpoints is meant; empty for the newest.

    Raises:
        RunError: If the run has no such checkpoint.
    """
    folder = Path(given).expanduser()
    if folder.name == "checkpoints" and (found := find_checkpoints(folder.parent)):
        raise RunError(f"{folder} holds {len(found)} checkpoints: name one, such as {found[-1]}.")
    home = folder.parent.parent
    if folder.parent.name != "checkpoints":
        return folder, ""
    if not folder.exists() and (found := find_checkpoints(home)):
        there = ", ".join(one.name for one in found[-3:])
        raise RunError(f"{home} has no checkpoint {folder.name}; its newest are {there}.")
    if folder.is_dir() and not _is_base(home):
        with suppress(R1GymError):
            load_run(home)
            return home, str(folder)
    return folder, ""


def task_of_run(given: str, split: str = "test") -> TaskSpec:
    """Returns the task that a run, or a checkpoint's run, was trained and evaluated on."""
    return load_run(run_of(given)[0]).task(split)


def _is_base(folder: Path) -> bool:
    """Returns whether a folder is that of an embedded base model, which runs share."""
    return '"recipe": "base"' in _config(folder / "config.json") and bool(find_checkpoints(folder))


def home_of(given: str, model: str = "") -> Path:
    """Returns where evaluations of a target are kept if nobody says.

    Args:
        given: The target.
        model: The model's name, of an endpoint.
    """
    if is_endpoint(given):
        return _home(f"{given.partition('://')[2]}-{model}")
    return run_of(given)[0] if means_a_run(given) else _home(given)


def _config(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError):
        return ""


def _home(name: str) -> Path:
    path = Path(name).expanduser()
    name = path.resolve().name if path.exists() else name
    return Path("runs") / f"eval-{re.sub(r'[^A-Za-z0-9.]+', '-', name).strip('-.')}"
