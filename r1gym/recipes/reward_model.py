"""A reward model alone: from a model and a file of preferences, both brought.

r1gym train --recipe reward_model --given model=FOLDER pairs=pairs.jsonl
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from r1gym.envs.spec import TaskSpec
from r1gym.models.reward_training import RewardTrainingConfig
from r1gym.recipes.recipe import Recipe
from r1gym.recipes.reward_modelling import RewardModelling
from r1gym.recipes.stage import Stage


@dataclass(frozen=True)
class RewardModelRecipe(Recipe):
    """Train a reward model on pairs of responses, or on labelled ones, that are brought."""

    recipe: ClassVar[str] = "reward_model"
    title: ClassVar[str] = "A reward model"

    name: str = "reward-model"
    """Name of the run; its folder is runs/NAME, and the reward model's runs/NAME/model."""
    part: Literal["summary", "response"] = "summary"
    """What it sees of a response: what follows the thinking, or all."""
    template: str = ""
    """The prompt template of questions, where the tokenizer has no chat template; empty for the
    tokenizer's own."""
    training: RewardTrainingConfig = field(default_factory=RewardTrainingConfig)
    """How it is trained."""

    def tasks(self) -> Mapping[str, TaskSpec]:
        """Returns nothing: no problem is asked."""
        return {}

    def stages(self) -> Sequence[Stage]:
        """Returns the training."""
        for name in ("model", "pairs"):
            self.place(name)
        return [
            RewardModelling(
                start="model",
                part=self.part,
                template=self.template,
                training=self.training,
                seed=self.seed,
            )
        ]
