"""The names of the experiments, and how one is run on its own."""

from __future__ import annotations

import hashlib
import inspect
import json
import math
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from r1gym.core.errors import RunError, UnknownNameError
from r1gym.core.files import explained
from r1gym.core.objects import load_object
from r1gym.core.registry import Registry

Found = Mapping[str, float | Sequence[float]]
"""What an experiment returns: numbers by name, and curves."""
Experiment = Callable[..., Found]
"""Called with the folder that it may keep files in, a seed, and settings by name."""

_HERE = "r1gym.claims.experiments"
_NAMES = (
    "codeforces_rating", "distillation", "distillation_sizes", "kl", "language", "noise",
    "noise_kinds", "ppo", "prm_hacking", "prm_labels", "prm_rerank", "r1", "r1_zero",
    "reflection", "search_cost", "search_self_training", "search_simulations",
    "search_throughput", "spurious",
)  # fmt: skip

EXPERIMENTS: Registry[Experiment] = Registry(
    "experiment",
    group="r1gym.experiments",
    wants="a function of a folder and a seed that returns numbers by name",
    fits=callable,
    built_in={name: f"{_HERE}.{name}:run [train]" for name in _NAMES},
)
"""Experiments by name."""


@dataclass(frozen=True)
class Cell:
    """One run of an experiment.

    Attributes:
        experiment: Its name.
        settings: Its settings.
        seed: Its seed.
        home: The folder of all claims.
    """

    experiment: str
    settings: Mapping[str, Any]
    seed: int
    home: Path

    @property
    def file(self) -> str:
        """The name of the file of its result, one for claims that share it."""
        plain = json.dumps(dict(self.settings), sort_keys=True)
        mark = f"-{hashlib.sha256(plain.encode()).hexdigest()[:6]}" if self.settings else ""
        name = self.experiment.replace(":", ".")
        return f"{name}{mark}-{self.seed}.json"

    def __str__(self) -> str:
        return f"{self.experiment}, seed {self.seed}"


def find_experiment(name: str) -> Experiment:
    """Returns an experiment by its name, or by its place, ``"module:function"``.

    Raises:
        UnknownNameError: If there is none of that name.
        ConfigError: If there is nothing to call at that place.
    """
    return load_object(name, "experiment") if ":" in name else EXPERIMENTS.get(name)


def run_cell(cell: Cell) -> dict[str, Any]:
    """Runs an experiment in this process. Returns what it found, and its seconds of a core.

    Raises:
        RunError: If it returned something else than numbers by name.
    """
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    started = time.process_time()
    folder = cell.home / "work" / cell.file.removesuffix(".json")
    experiment = find_experiment(cell.experiment)
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log.txt").open("a") as log, redirect_stdout(log), redirect_stderr(log):
        found = experiment(folder, cell.seed, **cell.settings)
    plain = {name: _numbers(cell, name, value) for name, value in found.items()}
    return {
        "experiment": cell.experiment, "settings": dict(cell.settings), "seed": cell.seed,
        "seconds": time.process_time() - started, "found": plain,
    }  # fmt: skip


def check_settings(experiment: str, settings: Mapping[str, Any]) -> None:
    """Finds settings that an experiment does not have.

    Raises:
        UnknownNameError: If there is no such experiment or setting.
    """
    known = list(inspect.signature(find_experiment(experiment)).parameters)[2:]
    for name in settings:
        if name not in known:
            raise UnknownNameError(f"setting of the experiment {experiment!r}", name, known)


def find_picture(name: str) -> Callable[[Sequence[Found], Path], None] | None:
    """Returns what draws an experiment's results of all seeds: ``draw`` in its module, if any."""
    module = sys.modules.get(find_experiment(name).__module__)
    draw: Callable[[Sequence[Found], Path], None] | None = getattr(module, "draw", None)
    return draw


def explain(experiment: str) -> str:
    """Returns the first sentence of what an experiment says of itself."""
    text = inspect.getdoc(find_experiment(experiment)) or ""
    return " ".join(text.split("\n\n")[0].split())


def _numbers(cell: Cell, name: str, value: Any) -> float | list[float]:
    try:
        if isinstance(value, Sequence):
            return [float(one) for one in value]
        number = float(value)
    except (TypeError, ValueError):
        raise RunError(f"{cell} returned {value!r:.40} as {name!r}, which is no number.") from None
    if not math.isfinite(number):
        raise RunError(f"{cell} returned {number} as {name!r}.")
    return number
