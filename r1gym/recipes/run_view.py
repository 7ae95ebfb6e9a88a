"""A run of any recipe, as every tool looks at it: its tasks, its models, its configuration.

No tool names a recipe: what a run trained and was evaluated on stands in its folder, and its recipe
is found by name where its settings are asked for. No torch here: rescoring does without.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from r1gym.core.errors import ConfigError, R1GymError, RunError, UnknownNameError
from r1gym.core.files import explained
from r1gym.core.run import checkpoint_step, find_checkpoints, read_config
from r1gym.envs.embedded_tokenizers import EMBEDDED
from r1gym.envs.spec import TaskSpec
from r1gym.recipes.ledger import Entry, Ledger
from r1gym.recipes.registry import RECIPES

TASKS = "tasks.json"


@dataclass(frozen=True)
class RunView:
    """A run's folder, open for reading.

    Attributes:
        folder: The folder.
        recipe: The name of its recipe.
        settings: Its configuration as plain values, under today's names.
    """

    folder: Path
    recipe: str
    settings: Mapping[str, Any]

    @cached_property
    def config(self) -> Any:
        """The configuration, an instance of the recipe's class.

        Raises:
            RunError: If the settings are broken, or those of another version.
        """
        return recipe_class(self.folder, self.recipe).from_plain(
            self.settings, self.folder / "config.json"
        )

    @cached_property
    def tasks(self) -> Mapping[str, TaskSpec]:
        """What was trained and evaluated on: a task for each split.

        Raises:
            RunError: If the file that says so is broken.
        """
        path = self.folder / TASKS
        if not path.exists():  # of an older version
            return {split: as_it_was(spec) for split, spec in self.config.tasks().items()}
        try:
            with explained(path):
                found = json.loads(path.read_text("utf-8"))
            return {split: as_it_was(TaskSpec.from_json(spec)) for split, spec in found.items()}
        except (ValueError, TypeError, AttributeError, ConfigError, UnknownNameError) as error:
            raise RunError(
                f"{path} is broken ({error}): run the command that made the run again, which "
                "writes it anew."
            ) from error

    def task(self, split: str) -> TaskSpec:
        """Returns the task of a split.

        Raises:
            UnknownNameError: If the run has no such split.
        """
        if split not in self.tasks:
            raise UnknownNameError("split", split, self.tasks)
        return self.tasks[split]

    def model(self) -> tuple[str, int]:
        """Returns the run's model, and the number of steps that it was trained for.

        It is the newest checkpoint of the last stage; if that trains nothing, what the recipe calls
        its result, or else the newest model of a stage before.

        Raises:
            RunError: If there is none yet.
        """
        if found := find_checkpoints(self.folder):
            return str(found[-1]), checkpoint_step(found[-1])
        for entry in (*filter(None, [self._result()]), *self._finished()):
            for place in entry.models(entry.made or {}):
                if (Path(place) / "config.json").is_file():
                    return place, _steps(place)
        raise RunError(f"{self.folder} has no checkpoint yet; train it first: r1gym train.")

    def start(self) -> str:
        """Returns what the run's model was trained from: a folder, or a hub id.

        It is the first model that its stage needs; while there is none, that the last stage needs.

        Raises:
            RunError: If there is none yet.
        """
        last = self._result() or Ledger(self.folder).last()
        models = last.models(last.given) if last else []
        kind = recipe_class(self.folder, self.recipe)
        start = models[0] if models else kind.started_from(self.folder, self.config)
        if start is None:
            raise RunError(f"{self.folder} has not begun to train yet: r1gym train.")
        return str(start)

    def _finished(self) -> list[Entry]:
        """Returns the stages, the last one first; none if that trains, and its model is not there.

        A model that another stage has made is not what was asked for then.
        """
        entries = list(Ledger(self.folder).entries().values())[::-1]
        is_done = bool(entries) and entries[0].made is not None
        return entries if is_done and not entries[0].models(entries[0].made or {}) else []

    def _result(self) -> Entry | None:
        """Returns the stage that has made what the recipe calls its result; None if none has."""
        name = getattr(recipe_class(self.folder, self.recipe), "result", "")
        entries = Ledger(self.folder).entries().values()
        return next((e for e in entries if name in (e.made or {})), None)


def as_it_was(spec: TaskSpec) -> TaskSpec:
    """Returns a task as a run's folder has it, with the template that was meant by none.

    Before chat templates a model's tokenizer stood for `r1`, and no name was written down.
    """
    tokenizer = spec.filled().tokenizer
    if spec.filled().template is not None or tokenizer in EMBEDDED:
        return spec
    return replace(spec, template="r1")


def _steps(model: str) -> int:
    """Returns the number of steps that a model was trained for, as its folder is called."""
    name = Path(model).name
    return checkpoint_step(Path(model)) if name.startswith("step-") else 0


def load_run(folder: Path) -> RunView:
    """Returns a run of any recipe.

    Args:
        folder: Its folder.

    Raises:
        RunError: If the folder holds no run.
        ConfigError: If it holds something else, or its recipe is not installed.
    """
    plain = read_config(folder)
    name = plain.get("recipe")
    if not isinstance(name, str):
        raise ConfigError(f"{folder} holds no run of `r1gym train`.")
    if "version" not in plain and (folder / TASKS).exists():
        raise RunError(
            f"{folder / 'config.json'} is broken: version is missing. Bring the file back, or "
            "delete the folder to start anew."
        )
    if "version" not in plain:  # of an older version, or something else
        plain = recipe_class(folder, name).upgrade(plain)
    return RunView(folder, name, plain)


def recipe_class(folder: Path, name: str) -> Any:
    """Returns the class of a run's recipe.

    Raises:
        ConfigError: If there is none of that name.
    """
    try:
        return RECIPES.get(name)
    except UnknownNameError as error:
        raise ConfigError(f"{folder} holds no run of `r1gym train`. {error}") from error
    except R1GymError as error:
        raise ConfigError(f"The run in {folder} cannot be read. {error}") from error
