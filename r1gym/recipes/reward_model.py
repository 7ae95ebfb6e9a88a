"""A reward model alone: from a model and a file of preferences, both the user's.

r1gym train --recipe reward_model --model FOLDER --pairs pairs.jsonl
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from r1gym.core.errors import ConfigError
from r1gym.envs.spec import TaskSpec
from r1gym.models.reward_training import RewardTrainingConfig
from r1gym.recipes.preference_files import read_preferences
from r1gym.recipes.recipe import Recipe
from r1gym.recipes.reward_modelling import RewardModelling
from r1gym.recipes.stage import Artifacts, Stage


@dataclass(frozen=True)
class RewardModelRecipe(Recipe):
    """Train a reward model on pairs of responses, or on labelled ones."""

    recipe: ClassVar[str] = "reward_model"
    title: ClassVar[str] = "A reward model"

    name: str = "reward-model"
    """Name of the run; its folder is runs/NAME, and the reward model's runs/NAME/model."""
    model: str = ""
    """The model that it starts from: a folder, or a Hugging Face id."""
    pairs: str = ""
    """A file of pairs (question, chosen, rejected) or labels (question, response, label), one a
    line; Hugging Face's names prompt and completion and lists of messages are read as well."""
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

    def brought(self) -> Artifacts:
        """Returns the model and the preferences.

        Raises:
            ConfigError: If one of them is not named.
            RunError: If the file is broken.
        """
        for name in ("model", "pairs"):
            if not getattr(self, name):
                raise ConfigError(f"A reward model needs --{name}.")
        read_preferences(self.pairs)  # before anything is loaded
        return {**super().brought(), "base": self.model, "pairs": self.pairs}

    def stages(self) -> Sequence[Stage]:
        """Returns the training."""
        return [
            RewardModelling(
                part=self.part, template=self.template, training=self.training, seed=self.seed
            )
        ]
