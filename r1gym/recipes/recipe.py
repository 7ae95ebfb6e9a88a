"""A recipe: a frozen configuration that says which stages run, one after the other.

    config -> checks of every stage -> stage -> artifacts -> stage -> ...

Everything lands in the run's folder, ``runs/NAME``. The last stage works in that folder itself, so
that tools find its metrics, checkpoints and evaluations there; each stage before it has a folder of
its name inside. Running the same configuration again goes on where it stopped, at any stage. Left
out: stages that run side by side.
"""

from __future__ import annotations

import json
import os
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from r1gym.agents.learner_config import LearnerConfig
from r1gym.agents.ranks import check_parallel
from r1gym.agents.trained import find_algorithm
from r1gym.core.config import NEWER, changed, from_plain, other_version, to_plain
from r1gym.core.errors import ConfigError, RunError, RunExistsError
from r1gym.core.files import only_process, write_text
from r1gym.core.run import Run, check_same_recipe, check_same_run, newest_model, write_config
from r1gym.envs.embedded_tokenizers import EMBEDDED
from r1gym.envs.spec import TaskSpec
from r1gym.models.fit import check_place
from r1gym.models.policy import check_device
from r1gym.models.world import World
from r1gym.recipes.brought import check_brought, key_of, left_to_run
from r1gym.recipes.ledger import Ledger
from r1gym.recipes.made_on import made_on
from r1gym.recipes.plan import Planned, State, make_plan, set_aside
from r1gym.recipes.progress import Stopper
from r1gym.recipes.run_view import TASKS, load_run
from r1gym.recipes.settings import Settings
from r1gym.recipes.stage import (
    Artifacts,
    Kind,
    Stage,
    check_adapters,
    check_heeded,
    check_made,
    check_names,
    check_stages,
)
from r1gym.recipes.task_choice import tokenizer_of
from r1gym.recipes.workplace import Workplace, memory_explained
from r1gym.rollout.engine import check_options

# They change nothing that a run has done. No learning rate depends on the number of steps.
_MAY_CHANGE = (
    "save_every",
    "keep",
    "eval_every",
    "show_every",
    "device",
    "threads",
    "tensorboard",
    "track",
    "parallel",
    "gradient_checkpointing",
)


@dataclass(frozen=True)
class Recipe(Settings, ABC):
    """A named list of stages with a configuration.

    A subclass is a frozen dataclass whose fields are its settings, each an option of `r1gym train`
    with the docstring below it as help. A field ``learner`` holds the configuration of whatever
    algorithm trains, and is chosen by ``--algorithm``; its options bear the algorithm's name.
    """

    recipe: ClassVar[str] = ""
    """The name that the recipe is registered under."""
    title: ClassVar[str] = ""
    """What it is called on a run's page."""
    version: ClassVar[int] = 1
    """Rises when a setting changes its meaning, or a run could not go on to the same bits."""
    result: ClassVar[str] = ""
    """The artifact that is the run's model for every tool, where the last stage trains none."""
    reruns: ClassVar[bool] = True
    """Whether a changed setting reruns the stages that it concerns, and those behind them. If not,
    a run with another setting is refused: it is another run, under another name."""
    may_change: ClassVar[tuple[str, ...]] = ()
    """Settings of its own that may be others when a run goes on that is refused otherwise."""

    given: dict[str, str] = field(default_factory=dict, metadata=NEWER)
    """Artifacts that are brought, by name, such as model=FOLDER examples=FILE. Stages that make
    them are not run."""

    @abstractmethod
    def stages(self) -> Sequence[Stage]:
        """Returns the stages, in order."""

    @abstractmethod
    def tasks(self) -> Mapping[str, TaskSpec]:
        """Returns what is trained and evaluated on: a task for each split."""

    def brought(self) -> Artifacts:
        """Returns where what is brought lies; of a run it is the newest checkpoint."""
        places = {name: os.path.expanduser(place) for name, place in self.given.items()}  # noqa: PTH111
        return {name: newest_model(place) for name, place in places.items()}

    def place(self, name: str) -> str:
        """Returns where an artifact lies that must be brought.

        Raises:
            ConfigError: If it is not.
        """
        if name not in (brought := self.brought()):
            raise ConfigError(
                f"The recipe {type(self).recipe!r} needs {name!r}: bring it with --given "
                f"{name}=PLACE."
            )
        return brought[name]

    @property
    def rows(self) -> int:
        """The most completions that are sampled side by side."""
        learner = getattr(self, "learner", None)
        return learner.rollout_rows if isinstance(learner, LearnerConfig) else 512

    def to_plain(self, whole: bool = False) -> dict[str, Any]:
        """Returns the settings as they stand in ``config.json``, named as on the command line.

        Args:
            whole: Also those that are left out there where they are as by default.
        """
        plain = {"recipe": type(self).recipe, "version": self.version, **to_plain(self, whole)}
        if isinstance(learner := getattr(self, "learner", None), LearnerConfig):
            plain |= {"algorithm": learner.prefix, learner.prefix: plain.pop("learner")}
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any], source: Path) -> Self:
        """Returns the configuration that `to_plain` wrote.

        Args:
            plain: The settings, upgraded.
            source: The file that they come from, for messages.

        Raises:
            RunError: If they are those of another version, or broken.
            ConfigError: If a value is not allowed.
        """
        settings = {n: v for n, v in plain.items() if n not in ("recipe", "version", "stage")}
        like = cls()
        if settings.pop("tensorboard", False):  # what it was called before there were others
            settings["track"] = ["tensorboard"]
        if isinstance(getattr(like, "learner", None), LearnerConfig):
            name = settings.pop("algorithm", None)
            if name not in settings:
                raise other_version(source, f"{name or 'algorithm'} is missing")
            like = like.with_algorithm(name)
            settings["learner"] = settings.pop(name)
        return from_plain(like, settings, source)

    @classmethod
    def changed(cls, plain: Mapping[str, Any], source: Path) -> Self:
        """Returns the recipe with the settings of a user's file, named as in ``config.json``.

        Args:
            plain: The settings; those that are not named stay as they are by default.
            source: The file that they come from, for messages.

        Raises:
            UnknownNameError: If there is no such setting, or no such algorithm.
            ConfigError: If a value is not allowed, or they are those of another version.
        """
        settings = {n: v for n, v in plain.items() if n not in ("recipe", "stage")}
        if (version := settings.pop("version", cls.version)) != cls.version:
            raise ConfigError(f"{source}: this is version {cls.version}, not {version!r:.20}.")
        like = cls()
        if "algorithm" in settings:
            like = like.with_algorithm(settings.pop("algorithm"))
        if isinstance(learner := getattr(like, "learner", None), LearnerConfig):
            given = settings.pop(learner.prefix, {})
            like = changed(like, {"learner": given}, source) if given else like
        return changed(like, settings, source)

    @classmethod
    def upgrade(cls, plain: dict[str, Any]) -> dict[str, Any]:
        """Returns the settings of a run of an older version under today's names.

        Its ``version`` stays, so that such a run can be looked at, and does not go on.
        """
        return plain

    def with_algorithm(self, name: str) -> Self:
        """Returns the recipe with another algorithm, as that is configured by default.

        Raises:
            UnknownNameError: If there is no such agent.
            ConfigError: If it trains no language model, or the recipe has no choice.
        """
        learner = getattr(self, "learner", None)
        if not isinstance(learner, LearnerConfig):
            raise ConfigError(f"The recipe {type(self).recipe!r} has no choice of algorithm.")
        if name == learner.prefix:
            return self
        changes: dict[str, Any] = {
            "learner": replace(find_algorithm(name).config, steps=learner.steps)
        }
        return replace(self, **changes)

    @classmethod
    def started_from(cls, folder: Path, config: Self) -> str | None:
        """Returns the model that a run of an older version began with, if that can be told."""
        return None


def run(
    recipe: Recipe, runs: Path = Path("runs"), until: str = "", world: World | None = None
) -> Path:
    """Runs a recipe, or goes on with it. Returns the run's folder.

    Args:
        recipe: What to run.
        runs: The folder of all runs.
        until: The stage at which to end: only those run that it needs. Empty for all.
        world: The processes that train; one if None.

    Raises:
        R1GymError: With one line that says what to do.
    """
    if not type(recipe).recipe:
        raise ConfigError(f"{type(recipe).__name__} has no name: set its class attribute recipe.")
    folder, given = runs / recipe.name, dict(recipe.brought())
    learner = getattr(recipe, "learner", None)
    with Stopper() as stopper, Workplace(recipe, folder, stopper, world) as at:
        check_parallel(recipe.parallel, at.world, recipe.device)
        left = check_recipe(recipe, at, until)
        check_models(recipe, at, left)
        for planned in plan_run(recipe, folder, left):
            at.folder = planned.home
            planned.stage.check(at)
        with only_process(folder), memory_explained(getattr(learner, "prefix", "")):
            _check_templates(recipe, at, folder)
            plan, order = plan_run(recipe, folder, left), _order(recipe)
            ledger = Ledger(folder, order)
            for planned in plan:
                _say(planned, folder, order, ledger)
            record = _open(recipe, folder)
            _write_tasks(recipe, at, folder)
            for planned in plan:
                home, name = planned.home, planned.stage.name
                at.move(record if home == folder else _open(recipe, home, name))
                given |= _run_stage(planned, at, given, ledger)
    return folder


def plan_run(recipe: Recipe, folder: Path, left: Sequence[Stage]) -> list[Planned]:
    """Returns how the stages that are left to run stand in a folder.

    Raises:
        RunExistsError: If the folder holds another run.
    """
    now, lost = recipe.to_plain(), None
    if recipe.reruns:
        lost = check_same_recipe(folder, now, _may_change(recipe), recipe.upgrade)
    else:
        check_same_run(folder, now, _may_change(recipe), recipe.upgrade)
    keys = {name: key_of(place) for name, place in recipe.brought().items()}
    plan = make_plan(left, keys, recipe, folder, _order(recipe), lost)
    for planned in plan:
        if planned.state is State.AGAIN and not recipe.reruns:
            raise RunExistsError(
                f"{planned.home} cannot go on: {planned.why}. Choose another --name, or delete "
                "the folder to start anew."
            )
    return plan


def check_recipe(recipe: Recipe, at: Workplace, until: str = "") -> list[Stage]:
    """Finds wrong names and problems before they cost any time. Returns the stages that would run.

    Raises:
        R1GymError: If there are any.
    """
    all_stages, brought = recipe.stages(), recipe.brought()
    check_names(all_stages)
    check_brought(all_stages, {name: brought[name] for name in recipe.given})
    stages = left_to_run(all_stages, brought, until)
    check_stages(stages, brought)
    check_adapters(recipe, stages)
    check_heeded(recipe, all_stages)
    check_device(recipe.device)
    check_options(recipe.engine, recipe.engine_options)
    for spec in recipe.tasks().values():
        at.task(spec)
    for stage in stages:
        stage.check_problems(at)
    return stages


def check_models(recipe: Recipe, at: Workplace, stages: Sequence[Stage]) -> None:
    """Finds a brought model whose context is too short for a task in its tokens.

    Raises:
        ConfigError: If there is one.
    """
    kinds = {name: kind for stage in stages for name, kind in stage.needs.items()}
    for name, place in recipe.brought().items():
        for spec in recipe.tasks().values() if kinds.get(name) is Kind.MODEL else ():
            if tokenizer_of(place) == spec.filled().tokenizer:
                check_place(place, at.task(spec))


def _say(planned: Planned, folder: Path, order: Sequence[str], ledger: Ledger) -> None:
    """Says what a change comes to; what a stage has made that runs again is moved aside."""
    name = planned.stage.name
    if planned.state is State.AGAIN:
        place = set_aside(planned, folder, order, ledger)
        print(f"Stage {name} runs again: {planned.why}. What it had made is in {place}.")
    elif planned.why:
        print(f"Stage {name} goes on: {planned.why}.")


def _run_stage(planned: Planned, at: Workplace, known: Artifacts, ledger: Ledger) -> Artifacts:
    """Returns what a stage makes, or has made before with the same configuration."""
    stage, name = planned.stage, planned.stage.name
    if planned.state is State.DONE:
        return ledger.made(name) or {}
    given = {needed: known[needed] for needed in stage.needs}
    before = ledger.entries().get(name)
    seconds = before.seconds if before else 0.0
    on = made_on(at.settings.device)
    ledger.write(name, replace(planned.entry, given=given, seconds=seconds, on=on))
    started = time.perf_counter()
    made = dict(stage.run(at, given))
    check_made(stage, made)
    ledger.end(name, made, time.perf_counter() - started)
    return made


def _order(recipe: Recipe) -> list[str]:
    return [stage.name for stage in recipe.stages()]


def _open(recipe: Recipe, folder: Path, stage: str = "") -> Run:
    plain = recipe.to_plain() | ({"stage": stage} if stage else {})
    if recipe.reruns:  # the plan has seen to it that nothing else is left in the folder
        write_config(folder, plain)
    return Run(folder, plain, _may_change(recipe), recipe.upgrade)


def _may_change(recipe: Recipe) -> tuple[str, ...]:
    learner = getattr(recipe, "learner", None)
    steps = [f"{learner.prefix}.steps"] if isinstance(learner, LearnerConfig) else []
    return (*_MAY_CHANGE, *recipe.may_change, *steps)


def _check_templates(recipe: Recipe, at: Workplace, folder: Path) -> None:
    """Refuses to go on in another template, where the default was another when the run began."""
    before: Mapping[str, TaskSpec] = {}
    if (folder / TASKS).exists():
        with suppress(RunError):  # a broken file is written anew
            before = load_run(folder).tasks
    for split, spec in recipe.tasks().items():
        was, now = before.get(split, spec).template, _with_template(spec, at).template
        if split in before and replace(before[split], template=None) == spec and was != now:
            raise RunExistsError(
                f"{folder} holds a run in the template {was}, which was the default then, and "
                f'would go on in {now}. Choose another --name, or write "template": "{was}" '
                f"into its config.json and give --template {was}."
            )


def _with_template(spec: TaskSpec, at: Workplace) -> TaskSpec:
    """Returns a task with the template of a model's tokenizer by name: it may change one day."""
    tokenizer = at.task(spec).tokenizer
    if spec.filled().template is not None or tokenizer.name in EMBEDDED:
        return spec
    return replace(spec, template=tokenizer.default_template)


def _write_tasks(recipe: Recipe, at: Workplace, folder: Path) -> None:
    tasks = {split: _with_template(spec, at).to_json() for split, spec in recipe.tasks().items()}
    text, path = json.dumps(tasks, indent=2) + "\n", folder / TASKS
    if not path.exists() or path.read_text("utf-8") != text:
        write_text(path, text)
