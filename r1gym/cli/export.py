"""`r1gym export`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import tyro

from r1gym.inspection import export as recipe


@dataclass(frozen=True)
class Export:
    """Write a run's model as a clean folder that transformers and vLLM load."""

    run: tyro.conf.Positional[Path]
    """The run's folder."""
    folder: tyro.conf.Positional[Path]
    """Where to write the model; a new folder."""
    dtype: Literal["", "float32", "bfloat16"] = ""
    """Type of the weights; the model's own, if not given."""
    push_to_hub: str = ""
    """Upload it to this hub id as well, OWNER/NAME, as a private repository if there is none."""


def export(options: Export) -> recipe.Exported:
    """Writes the model."""
    return recipe.export(options.run, options.folder, options.dtype, options.push_to_hub)


def show(exported: recipe.Exported) -> None:
    """Prints where it is."""
    print(f"{exported.model} is now in {exported.folder}")
    if exported.address:
        print(f"and in {exported.address}")
