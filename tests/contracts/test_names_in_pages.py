"""Every name that a user can write stands on a page, and the reference has every public class."""

import re
import tomllib
from pathlib import Path

import gymnasium as gym
import pytest

import r1gym  # noqa: F401  registers the environments
from r1gym.agents.protocol import AGENTS
from r1gym.cli.commands import COMMANDS
from r1gym.evaluation.suites import SUITES
from r1gym.models.step_scorer import STEP_SCORERS
from r1gym.recipes.filters import FILTERS
from r1gym.recipes.registry import RECIPES
from r1gym.recipes.rewriting import REWRITERS
from r1gym.sandbox.backends import BACKENDS
from r1gym.verifiers import VERIFIERS
from r1gym.verifiers.graders import GRADERS

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = "\n".join(page.read_text("utf-8") for page in PAGES)
REFERENCE = (ROOT / "docs/reference.md").read_text("utf-8")
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
    "optional-dependencies"
]
NAMES = {
    "rewards": list(VERIFIERS._built_in),
    "agents": list(AGENTS._built_in),
    "graders": list(GRADERS._built_in),
    "backends": list(BACKENDS._built_in),
    "recipes": list(RECIPES._built_in),
    "filters": list(FILTERS._built_in),
    "rewriters": list(REWRITERS._built_in),
    "step scorers": list(STEP_SCORERS._built_in),
    "suites": SUITES.names(),
    "ids": [name for name in gym.registry if name.startswith("r1/")],
}


@pytest.mark.parametrize("kind", NAMES)
def test_every_registered_name_stands_on_a_page(kind):
    assert NAMES[kind]
    missing = [n for n in NAMES[kind] if not re.search(rf"[`\"]{re.escape(n)}[`\"]", TEXT)]
    assert missing == []


def test_every_command_stands_on_a_page():
    assert [name for name in COMMANDS if f"r1gym {name}" not in TEXT] == []


def test_every_extra_stands_on_a_page():
    written = re.compile(r"\[([a-z0-9,-]+)\]'|^\| `([a-z0-9-]+)` \|", re.MULTILINE)
    found = {n for m in written.findall(TEXT) for part in m for n in part.split(",")}
    assert [name for name in EXTRAS if name not in found] == []


@pytest.mark.parametrize("registry", [VERIFIERS, AGENTS], ids=["rewards", "agents"])
def test_every_built_in_class_stands_in_the_reference(registry):
    missing = []
    for name, point in registry._built_in.items():
        if not re.search(rf"\b{re.escape(point.attr)}\b", REFERENCE):
            missing.append(f"{name}: {point.value}")
    assert missing == []


def test_pages_name_no_verifier_or_agent_that_does_not_exist():
    """The tables of rewards and agents, and theirs alone, begin their rows with such names."""
    for page, registry in (("rewards.md", VERIFIERS), ("agents.md", AGENTS)):
        text = (ROOT / "docs" / page).read_text("utf-8")
        header = r"\| (?:component|name) \|.*\n\|[-| :]*\n((?:\|.*\n)*)"
        rows = re.search(header, text)[1].splitlines()
        named = [n for row in rows for n in re.findall(r"`([\w-]+)`", row.split("|")[1])]
        assert set(named) == set(registry._built_in)
