"""`r1gym train` and `r1gym doctor`, with any recipe and any algorithm.

The options are those of the recipe that ``--recipe`` names, the algorithm's those of the one that
``--algorithm`` names. So both are looked for before the rest is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any

import tyro

from r1gym.agents.learner_config import LearnerConfig
from r1gym.evaluation.preflight import Check, is_fit
from r1gym.inspection import doctor
from r1gym.recipes import recipe as recipes
from r1gym.recipes.recipe import Recipe
from r1gym.recipes.registry import RECIPES
from r1gym.report.page import write_report
from r1gym.report.table import print_run
from r1gym.report.verdicts import print_checks

DEFAULT = "r1_zero"
_DOCTOR = (
    "Check what a training run with the same options would stand on; exits with 1 on a failure."
)
_RECIPE = "What is run; its settings are options here. `r1gym list` has the names."
_UNTIL = "The stage at which to end: only those run that it needs. Empty for all."
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
    return _options(words, RECIPES.get(_value(words, "--recipe", DEFAULT)).__doc__)


def doctor_options(words: Sequence[str]) -> type[Any]:
    """Returns the options of `r1gym doctor`, which are those of `r1gym train`."""
    return _options(words, _DOCTOR)


def train(options: Any) -> Path:
    """Runs the recipe. Returns the run's folder."""
    return recipes.run(_recipe(options), until=options.until)


def diagnose(options: Any) -> list[Check]:
    """Returns the doctor's checks."""
    return doctor.diagnose(_recipe(options), until=options.until)


def show_run(folder: Path) -> None:
    """Writes a finished run's page and prints its table."""
    print_run(folder, write_report(folder))


def show_checks(checks: list[Check]) -> int:
    """Prints the doctor's checks. Returns 1 if one failed."""
    print_checks(checks)
    return int(not is_fit(checks))


def _options(words: Sequence[str], summary: str | None) -> type[Any]:
    """Returns the recipe's class with two options more, the learner's named as its algorithm."""
    name = _value(words, "--recipe", DEFAULT)
    kind: type[Recipe] = RECIPES.get(name)
    like = kind()
    hints: dict[str, Any] = {
        "recipe_name": Annotated[str, tyro.conf.arg(name="recipe", help=_RECIPE)],
        "until": Annotated[str, tyro.conf.arg(help=_UNTIL)],
    }
    values: dict[str, Any] = {"recipe_name": name, "until": ""}
    chosen = _value(words, "--algorithm", "")
    if chosen:
        like = like.with_algorithm(chosen)
    learner = getattr(like, "learner", None)
    if isinstance(learner, LearnerConfig):
        hints["algorithm"] = Annotated[str, tyro.conf.arg(help=_ALGORITHM)]
        values["algorithm"] = learner.prefix
        hints["learner"] = Annotated[type(learner), tyro.conf.arg(name=learner.prefix)]
        values["learner"] = field(default_factory=lambda: learner)
    body = {"__annotations__": hints, "__doc__": summary, "__module__": __name__, **values}
    made: type[Any] = dataclass(frozen=True, kw_only=True)(type("Options", (kind,), body))
    return made


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
