"""A stage of a recipe: a frozen configuration that runs, from artifacts to artifacts.

    class Tidy(Stage):       needs {"base": MODEL}       makes {"tidy": MODEL}

An artifact has a name in its recipe and lies somewhere: a model's folder (or its hub id, where it
is brought), a file of examples, an evaluation's summary.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from r1gym.core.checks import check_run_name
from r1gym.core.errors import ConfigError, MissingPackageError, RunError
from r1gym.core.extras import install
from r1gym.recipes.settings import Settings
from r1gym.recipes.workplace import Workplace

_TAKEN = ("checkpoints", "evals", "replaced", "tensorboard")


class Kind(StrEnum):
    """What an artifact is."""

    MODEL = "model"
    EXAMPLES = "examples"
    EVALUATION = "evaluation"
    PAIRS = "pairs"
    REWARD_MODEL = "reward_model"

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder, or a hub id where it is brought, and not a file."""
        return self.value.endswith("model")


Artifacts = Mapping[str, str]
"""Where artifacts lie, by their names."""
Kinds = Mapping[str, Kind]
"""What artifacts are, by their names."""


@dataclass(frozen=True)
class Stage(ABC):
    """One stage. A subclass is a frozen dataclass whose fields are JSON values or dataclasses.

    A stage that is run again with the same fields in the same folder goes on where it stopped, and
    ends with the same artifacts, to the bit on a CPU.
    """

    title: ClassVar[str] = ""
    """What it is called on a run's page; empty for its name."""
    uses: ClassVar[tuple[str, ...]] = ("dtype", "engine", "engine_options", "eval", "quick_eval")
    """The run's settings that change what it makes: with other values it is another stage."""

    heeds: ClassVar[tuple[str, ...]] = ("eval_every", "quick_eval", "show_every")
    """The run's settings on what is looked at on the way that it heeds. One that is given and that
    no stage of a recipe heeds is refused."""

    name: str
    """The stage's name in its recipe; its folder in the run's is called so."""

    @property
    def needs(self) -> Kinds:
        """The artifacts that it is given."""
        return {}

    @property
    @abstractmethod
    def makes(self) -> Kinds:
        """The artifacts that it makes."""

    def check_problems(self, at: Workplace) -> None:  # noqa: B027  nothing to check is the default
        """Finds wrong names and problems before any stage of the recipe runs. It writes nothing.

        Raises:
            R1GymError: With one line that says what to do.
        """

    def check(self, at: Workplace) -> None:  # noqa: B027  nothing to check is the default
        """Finds what else is wrong before any stage runs, at more cost; the doctor does without.

        Raises:
            R1GymError: With one line that says what to do.
        """

    @abstractmethod
    def run(self, at: Workplace, given: Artifacts) -> Artifacts:
        """Makes the artifacts, or goes on making them.

        Args:
            at: The stage's folder, with all that it works with.
            given: Where the artifacts lie that it needs.

        Returns:
            Where those lie that it makes.
        """

    def found(self, at: Workplace) -> Artifacts | None:
        """Returns artifacts that lie there from another run; None if there are none."""
        return None

    def against(self, changed: Mapping[str, str], folder: Path) -> str:
        """Returns why it cannot go on from what lies in its folder; empty if it can.

        Args:
            changed: What is other than when that was made, each as ``name: old -> new`` by its
                name; a stage that goes on nevertheless leaves it out.
            folder: Its folder.
        """
        return "; ".join(changed.values())

    def describe(self) -> str:
        """Returns some sentences on what it does, for the run's page; empty for none."""
        return ""


def check_names(stages: Sequence[Stage]) -> None:
    """Checks that there are stages, and that each has a name of its own.

    Raises:
        ConfigError: If there are none, one is no stage, or two have one name.
    """
    if not stages:
        raise ConfigError("A recipe needs at least one stage.")
    names: set[str] = set()
    for stage in stages:
        if not isinstance(stage, Stage):
            raise ConfigError(f"{stage!r:.60} is no stage: derive its class from Stage.")
        check_run_name(stage.name)
        if stage.name in _TAKEN:
            raise ConfigError(f"A stage cannot be called {stage.name!r}, as a run's own folder is.")
        if stage.name in names:
            raise ConfigError(f"Two stages are called {stage.name!r}: give each its own name.")
        names.add(stage.name)


def check_stages(stages: Sequence[Stage], given: Artifacts) -> None:
    """Checks that every stage is given what it needs, before anything runs.

    Args:
        stages: The stages, in order.
        given: The artifacts that are brought.

    Raises:
        ConfigError: If a stage needs what no stage before it makes, or a name stands twice.
    """
    check_names(stages)
    known: dict[str, Kind | None] = dict.fromkeys(given)
    for stage in stages:
        for name, kind in stage.needs.items():
            if name not in known:
                made = ", ".join(known) or "none"
                raise ConfigError(
                    f"The stage {stage.name!r} needs {name!r}, which no stage before it makes; "
                    f"there are: {made}. Bring it with --given {name}=PLACE."
                )
            if (found := known[name]) is not None and found is not kind:
                raise ConfigError(
                    f"The stage {stage.name!r} needs {name!r} as {kind}, and it is {found}."
                )
        for name, kind in stage.makes.items():
            if name in known:
                raise ConfigError(
                    f"The stage {stage.name!r} makes {name!r}, which is there already: give it "
                    "another name."
                )
            known[name] = kind


def check_adapters(settings: Settings, stages: Sequence[Stage]) -> None:
    """Checks that adapters and gradient checkpointing are asked for only where a stage has them.

    Raises:
        ConfigError: If no stage has.
        MissingPackageError: If peft is not installed.
    """
    if settings.lora.rank and find_spec("peft") is None:
        raise MissingPackageError(f"--lora.rank needs peft: {install('lora')}.")
    asked = "--lora.rank" if settings.lora.rank else "--gradient-checkpointing"
    is_asked = settings.lora.rank or settings.gradient_checkpointing
    if is_asked and stages and not any("lora" in stage.uses for stage in stages):
        raise ConfigError(
            f"{asked} is for fine-tuning and reinforcement learning, and this recipe has no "
            f"such stage ({', '.join(stage.name for stage in stages)}): leave it out."
        )


def check_heeded(settings: Settings, stages: Sequence[Stage]) -> None:
    """Checks that looks on the way are asked for only where a stage takes them.

    Raises:
        ConfigError: If a setting is given that no stage heeds.
    """
    own = type(settings)()
    for name in Stage.heeds:
        is_given = getattr(settings, name) != getattr(own, name)
        if is_given and not any(name in stage.heeds for stage in stages):
            raise ConfigError(
                f"--{name.replace('_', '-')} is for reinforcement learning, and this recipe has no "
                f"such stage ({', '.join(stage.name for stage in stages)}): leave it out."
            )


def check_made(stage: Stage, made: Artifacts) -> None:
    """Checks that a stage has made what it promised.

    Raises:
        RunError: If an artifact is missing or is no such thing.
    """
    for name, kind in stage.makes.items():
        if name not in made:
            raise RunError(f"The stage {stage.name!r} did not make {name!r}.")
        if not is_there(kind, made[name]):
            raise RunError(
                f"The stage {stage.name!r} made {name!r}, but {made[name]} is no {kind}."
            )


def is_there(kind: Kind, place: str) -> bool:
    """Returns whether an artifact of a kind lies at a place."""
    path = Path(place)
    if kind.is_folder:
        return (path / "config.json").is_file()
    if kind is Kind.EVALUATION:
        return path.is_file() and _is_object(path.read_text("utf-8"))
    return path.is_file() and path.stat().st_size > 0


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
