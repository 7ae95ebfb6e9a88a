from dataclasses import is_dataclass
from pathlib import Path

from r1gym.recipes.recipe import Recipe
from r1gym.recipes.registry import RECIPES


def test_the_table_names_recipes_that_exist():
    assert "r1_zero" in RECIPES.names()
    for name in RECIPES.names():
        kind = RECIPES.get(name)
        assert issubclass(kind, Recipe) and is_dataclass(kind)
        assert kind.recipe == name and kind.title
        assert kind.from_plain(kind().to_plain(), Path("config.json")) == kind()
