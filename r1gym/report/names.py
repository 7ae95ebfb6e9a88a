"""The names that can be used: environments, rewards, task families, data sets, agents."""

from __future__ import annotations

from gymnasium.envs.registration import registry
from rich.console import Console
from rich.table import Table

from r1gym.agents.protocol import AGENTS
from r1gym.envs.templates import CHAT, TEMPLATES
from r1gym.evaluation.suites import SUITES
from r1gym.models.step_scorer import STEP_SCORERS
from r1gym.problems import problem_set as _problem_set  # noqa: F401  registers the built-in families
from r1gym.problems.data_sets import HUB
from r1gym.problems.families import FAMILIES
from r1gym.recipes.config_files import config_names
from r1gym.recipes.filters import FILTERS
from r1gym.recipes.registry import RECIPES
from r1gym.recipes.rewriting import REWRITERS
from r1gym.verifiers import VERIFIERS


def print_names() -> None:
    """Prints a table of all registered names, those of installed plugins included."""
    families = [f"{name}:1-{FAMILIES.get(name).levels}" for name in FAMILIES.working()]
    table = Table(show_header=False)
    for kind, names in (
        ("environments", [name for name in registry if name.startswith("r1/")]),
        ("rewards", VERIFIERS.names()),
        ("task families, levels", families),
        ("data sets", [f"hf:{name}" for name in HUB]),
        ("suites", SUITES.working()),
        ("agents", AGENTS.names()),
        ("step scorers", STEP_SCORERS.names()),
        ("recipes", RECIPES.names()),
        ("configurations", config_names()),
        ("filters", FILTERS.names()),
        ("rewriters", REWRITERS.names()),
        ("templates", [*TEMPLATES, CHAT]),
    ):
        table.add_row(kind, "  ".join(names))
    Console().print(table)
