"""`r1gym train` and `r1gym doctor`, with any recipe and any algorithm.

The options are those of the recipe that ``--recipe`` names, the algorithm's those of the one that
``--algorithm`` names. So both are looked for before the rest is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import tyro

from r1gym.agents.learner_config import LearnerConfig
from r1gym.agents.ranks import leading
from r1gym.core.errors import ConfigError
from r1gym.core.settings_file import read_settings
from r1gym.envs.packed import is_endpoint
from r1gym.evaluation.preflight import Check, is_fit
from r1gym.inspection import doctor
from r1gym.inspection.naming import means_a_run, run_of
from r1gym.recipes import recipe as recipes
from r1gym.recipes.config_files import find_config
from r1gym.recipes.recipe import Recipe
from r1gym.recipes.registry import RECIPES
from r1gym.recipes.run_view import load_run
from r1gym.report.page import write_report
from r1gym.report.table import print_run
from r1gym.report.verdicts import print_checks

DEFAULT = "r1_zero"
_DOCTOR = (
    "Check what a training run with the same options would stand on; exits with 1 on a failure."
)
_RECIPE = "What is run; its settings are options here. `r1gym list` has the names."
_CONFIG = (
    "A JSON or YAML file of settings, named as in a run's config.json, which is one; or a name, "
    "such as smollm2. Options win."
)
_UNTIL = "The stage at which to end: only those run that it needs. Empty for all."
_PRINT_CONFIG = "Print the settings as a file for --config, and end."
_TARGET = (
    "A run, to be checked with its own settings and its newest model; or a model to start from, as "
    "with --model. It comes first."
)
_ALGORITHM = (
    "What trains: grpo, rloo, reinforce, ppo, expert_iteration, distill, or an agent of yours. Its "
    "settings are options here, under its name."
)


def train_options(words: Sequence[str]) -> type[Any]:
    """Returns the options of `r1gym train`, given the words behind it.

    Raises:
        UnknownNameError: If there is no such recipe or algorithm.
        ConfigError: If the recipe has no choice of algorithm.
    """
    extra = {"print_config": Annotated[bool, tyro.conf.arg(help=_PRINT_CONFIG)]}
    return _options(words, extra=extra, defaults={"print_config": False})


def doctor_options(words: Sequence[str]) -> type[Any]:
    """Returns the options of `r1gym doctor`, which are those of `r1gym train`, behind a target.

    A run stands for its configuration, so that options win over that.
    """
    target = words[0] if words and not words[0].startswith("-") else ""
    extra = {"target": tyro.conf.Positional[Annotated[str, tyro.conf.arg(help=_TARGET)]]}
    if is_endpoint(target):
        raise ConfigError(
            f"{target} is an endpoint, whose weights nobody can train: the doctor checks what a "
            "training run would stand on. `r1gym eval` and `r1gym play` ask endpoints."
        )
    if target and means_a_run(target) and not run_of(target)[1]:
        config = load_run(Path(target).expanduser()).folder / "config.json"
        if _value(words, "--config", ""):
            raise ConfigError(f"{target} brings its own settings: leave --config out.")
        words = [*words, "--config", str(config)]
    return _options(words, _DOCTOR, extra, {"target": ""})


def train(options: Any) -> Path | None:
    """Runs the recipe. Returns the run's folder, or None if only its settings were wanted."""
    with leading() as world:
        recipe = _recipe(options)
        if options.print_config:
            print(json.dumps(recipe.to_plain(whole=True), indent=2, ensure_ascii=False))
            return None
        return recipes.run(recipe, until=options.until, world=world)


def diagnose(options: Any) -> list[Check]:
    """Returns the doctor's checks: of a recipe, of a run, or of a recipe on a model."""
    recipe, target = _recipe(options), options.target
    if not target:
        return doctor.diagnose(recipe, until=options.until)
    if means_a_run(target) and not run_of(target)[1]:
        view = load_run(Path(target).expanduser())
        return doctor.diagnose(recipe, view.folder.parent, options.until, view.model()[0])
    given: Any = recipe
    if not hasattr(given, "model"):
        raise ConfigError(
            f"The recipe {options.recipe_name!r} starts from no model of that kind: bring {target} "
            "with --given NAME=PLACE."
        )
    return doctor.diagnose(replace(given, model=target), until=options.until)


def show_run(folder: Path | None) -> None:
    """Writes a finished run's page and prints its table, if there was a run."""
    if folder is not None:
        print_run(folder, write_report(folder))


def show_checks(checks: list[Check]) -> int:
    """Prints the doctor's checks. Returns 1 if one failed."""
    print_checks(checks)
    return int(not is_fit(checks))


def _options(
    words: Sequence[str],
    summary: str = "",
    extra: Mapping[str, Any] | None = None,
    defaults: Mapping[str, Any] | None = None,
) -> type[Any]:
    """Returns the recipe's class with two options more, the learner's named as its algorithm."""
    file = _value(words, "--config", "")
    path = find_config(file) if file else Path()
    settings = read_settings(path) if file else {}
    name = _value(words, "--recipe", str(settings.pop("recipe", DEFAULT)))
    kind: type[Recipe] = RECIPES.get(name)
    like = kind.changed(settings, path)
    hints: dict[str, Any] = {
        "recipe_name": Annotated[str, tyro.conf.arg(name="recipe", help=_RECIPE)],
        "config": Annotated[str, tyro.conf.arg(help=_CONFIG)],
        "until": Annotated[str, tyro.conf.arg(help=_UNTIL)],
    }
    values: dict[str, Any] = {"recipe_name": name, "config": "", "until": ""}
    hints |= extra or {}
    values |= defaults or {}
    known, own = get_type_hints(kind, include_extras=True), kind()
    for one in fields(like):
        if getattr(like, one.name) != getattr(own, one.name):
            hints[one.name] = known[one.name]
            values[one.name] = _default(getattr(like, one.name))
    chosen = _value(words, "--algorithm", "")
    if chosen:
        like = like.with_algorithm(chosen)
    learner = getattr(like, "learner", None)
    if isinstance(learner, LearnerConfig):
        hints["algorithm"] = Annotated[str, tyro.conf.arg(help=_ALGORITHM)]
        values["algorithm"] = learner.prefix
        hints["learner"] = Annotated[type(learner), tyro.conf.arg(name=learner.prefix)]
        values["learner"] = _default(learner)
    about = {"__annotations__": hints, "__doc__": summary or kind.__doc__, "__module__": __name__}
    made: type[Any] = type("Options", (kind,), about | values)
    made = dataclass(frozen=True, kw_only=True)(made)
    return made


def _default(value: Any) -> Any:
    return field(default_factory=lambda: value)


def _recipe(options: Any) -> Recipe:
    """Returns the recipe that the options stand for."""
    kind: type[Recipe] = RECIPES.get(options.recipe_name)
    return kind(**{one.name: getattr(options, one.name) for one in fields(kind)})


def _value(words: Sequence[str], option: str, default: str) -> str:
    """Returns the value of an option, the last one if it is given twice."""
    before = words[: words.index("--")] if "--" in words else words
    found = default
    for place, word in enumerate(before):
        if word.startswith(f"{option}="):
            found = word.partition("=")[2]
        elif word == option and place + 1 < len(before):
            found = before[place + 1]
    return found
