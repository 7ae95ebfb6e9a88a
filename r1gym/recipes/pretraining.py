"""The stage that makes the embedded base model, which all runs with the same settings share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from r1gym.core.run import checkpoint_name, find_checkpoints
from r1gym.envs.spec import TaskSpec
from r1gym.models.fit import check_context
from r1gym.recipes.base import BaseConfig
from r1gym.recipes.embedded_base import CONTEXT, EmbeddedBase, Families, make_base
from r1gym.recipes.stage import Artifacts, Kind, Kinds, Stage
from r1gym.recipes.task_choice import tiny_families
from r1gym.recipes.workplace import Workplace


@dataclass(frozen=True)
class Pretraining(Stage):
    """Pretrains the tiny model on solutions of mixed quality, see `r1gym.recipes.embedded_base`."""

    title: ClassVar[str] = "The base model"
    uses: ClassVar[tuple[str, ...]] = ("dtype",)
    heeds: ClassVar[tuple[str, ...]] = ()

    name: str = "base"
    config: EmbeddedBase = field(default_factory=BaseConfig)
    """The model and its corpus."""
    tasks: Mapping[str, TaskSpec] = field(default_factory=dict)
    """What it is to play afterwards."""
    families: Mapping[str, Any] = field(default_factory=dict)
    """The families of its corpus, with their levels; empty for those of the training split."""

    @property
    def makes(self) -> Kinds:
        """The base model."""
        return {self.name: Kind.MODEL}

    def check_problems(self, at: Workplace) -> None:
        """Finds problems that the tiny model has no solutions of."""
        self.config.corpus(self._families())

    def check(self, at: Workplace) -> None:
        """Finds problems that are longer than it reads."""
        for spec in self.tasks.values():
            check_context(CONTEXT, at.task(spec))

    def run(self, at: Workplace, given: Artifacts) -> Artifacts:
        """Makes the model, or finds it."""
        steps, folder, stopper = self.config.sft.steps, self.folder(at), at.stopper
        with ExitStack() as stack:
            make_base(
                self.config, self._families(), folder,
                at.show_fine_tuning(stack, "Pretraining", steps),
                device=at.settings.device, dtype=at.settings.dtype,
                wait=lambda: stopper.check("the wait for the base model"),
            )  # fmt: skip
        return {self.name: str(find_checkpoints(folder)[-1])}

    def found(self, at: Workplace) -> Artifacts | None:
        """Returns the model if another run has made it."""
        found = find_checkpoints(self.folder(at))
        if not found or found[-1].name != checkpoint_name(self.config.sft.steps):
            return None
        return {self.name: str(found[-1])}

    def folder(self, at: Workplace) -> Path:
        """Returns where the model lies."""
        settings = at.settings
        families = self.families or self.tasks["train"].problems
        return base_folder(self.config, families, at.runs, settings.device, settings.dtype)

    def describe(self) -> str:
        """Returns how it is made, and how much of its corpus is wrong."""
        return self.config.describe(self._families())

    def _families(self) -> Families:
        return self.families or tiny_families(self.tasks["train"])


def base_folder(
    config: EmbeddedBase, problems: object, runs: Path, device: str = "cpu", dtype: str = "float32"
) -> Path:
    """Returns where a tiny base model lives among the runs that share it."""
    plain = json.dumps([asdict(config), problems, device, dtype], sort_keys=True)
    return runs / f"base-{hashlib.sha256(plain.encode()).hexdigest()[:8]}"
