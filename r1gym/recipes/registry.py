"""Recipes by name. Apart from what a recipe is, so that looking at a run loads no torch."""

from __future__ import annotations

from typing import Any

from r1gym.core.registry import Registry

RECIPES: Registry[Any] = Registry(
    "recipe",
    group="r1gym.recipes",
    wants="a subclass of r1gym.recipes.recipe.Recipe",
    fits=lambda entry: isinstance(entry, type) and hasattr(entry, "stages"),
    built_in={
        "cold_start": "r1gym.recipes.from_samples:ColdStart [train]",
        "distillation": "r1gym.recipes.distillation:Distillation [train]",
        "r1": "r1gym.recipes.r1:R1 [train]",
        "r1_zero": "r1gym.recipes.r1_zero:R1Zero [train]",
        "rejection_sampling": "r1gym.recipes.from_samples:RejectionSampled [train]",
        "reward_model": "r1gym.recipes.reward_model:RewardModelRecipe [train]",
        "sft_rl": "r1gym.recipes.sft_rl:SFTThenRL [train]",
    },
)
"""Recipes, subclasses of `r1gym.recipes.recipe.Recipe`, by the names that they bear."""
