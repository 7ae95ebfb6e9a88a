"""Trackers: where a run's metrics are sent beside its own files.

All stand behind one protocol, and a run opens those that ``--track`` names. They are sent what
metrics.jsonl holds. Left out: media and weights, which lie in the run's folder.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from r1gym.core.errors import ConfigError
from r1gym.core.extras import install
from r1gym.core.registry import Registry

PROJECT = "r1gym"


class Tracker(Protocol):
    """Takes metrics, step by step."""

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        """Takes the metrics of a step."""

    def close(self) -> None:
        """Hands over what it still holds."""


TRACKERS: Registry[Callable[[Path, Mapping[str, Any]], Tracker]] = Registry(
    "tracker",
    group="r1gym.trackers",
    built_in={
        name: f"r1gym.recipes.trackers:{kind}"
        for name, kind in {
            "tensorboard": "TensorBoard",
            "trackio": "Trackio",
            "wandb": "WandB",
        }.items()
    },
    wants="a class or a function that makes a tracker of a folder and a configuration",
    fits=callable,
)
"""Trackers by name. Each is called with the run's folder and its configuration as plain data."""


class TensorBoard:
    """Writes event files into the run's folder.

    Args:
        folder: The run's folder.
        config: Its configuration.

    Raises:
        ConfigError: If the package is missing.
    """

    def __init__(self, folder: Path, config: Mapping[str, Any]) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise _missing("tensorboard") from error
        self._writer: Any = SummaryWriter(str(folder / "tensorboard"))

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        """Takes the metrics of a step."""
        for name, value in metrics.items():
            self._writer.add_scalar(name, value, step)
        self._writer.flush()

    def close(self) -> None:
        """Closes the file."""
        self._writer.close()


class _Sent:
    """Sends by a run of a package's, as Weights & Biases has made them and others have them."""

    _run: Any

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        """Takes the metrics of a step."""
        self._run.log(dict(metrics), step=step)

    def close(self) -> None:
        """Hands over what it still holds."""
        self._run.finish()


class Trackio(_Sent):
    """Sends to trackio, which keeps its runs on this machine unless it is told of a Space.

    It is set up by its own variables, such as ``TRACKIO_DIR`` and ``TRACKIO_SPACE_ID``. Arguments
    are those of `TensorBoard`.

    Raises:
        ConfigError: If the package is missing.
    """

    def __init__(self, folder: Path, config: Mapping[str, Any]) -> None:
        try:
            import trackio
        except ImportError as error:
            raise _missing("trackio") from error
        settings: dict[str, Any] = {"space_id": os.environ.get("TRACKIO_SPACE_ID"), "embed": False}
        self._run = trackio.init(
            project=PROJECT, name=_name(folder), config=dict(config), resume="allow", **settings
        )


class WandB(_Sent):
    """Sends to Weights & Biases; ``WANDB_MODE=offline`` keeps all in the run's folder.

    It is set up by its own variables. A run that goes on goes on there, too. Arguments are those of
    `TensorBoard`.

    Raises:
        ConfigError: If the package is missing, or nobody is logged in.
    """

    def __init__(self, folder: Path, config: Mapping[str, Any]) -> None:
        try:
            import wandb
        except ImportError as error:
            raise _missing("wandb") from error
        number = hashlib.blake2b(str(folder.resolve()).encode(), digest_size=8).hexdigest()
        try:
            self._run = wandb.init(
                project=os.environ.get("WANDB_PROJECT", PROJECT), name=_name(folder), id=number,
                dir=str(folder), config=dict(config), resume="allow",
            )  # fmt: skip
        except wandb.Error as error:
            reason = " ".join(str(error).split())[:160]
            raise ConfigError(
                f"Weights & Biases takes no run ({reason}): log in by `wandb login`, or set "
                "WANDB_MODE=offline."
            ) from error


def _name(folder: Path) -> str:
    """Returns the run's name, with the stage's if it is one of several."""
    is_stage = (folder.parent / "config.json").exists()
    return f"{folder.parent.name}/{folder.name}" if is_stage else folder.name


def _missing(name: str) -> ConfigError:
    return ConfigError(f"--track {name} needs a package: {install(name)}.")
