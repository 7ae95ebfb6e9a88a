"""A reward model alone: a model and its preferences, which are brought or made of its responses.

    model -> responses, judged -> a file of preferences -> the model with a scalar head

With a file of preferences nothing is sampled: ``--given model=FOLDER pairs=FILE``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from r1gym.core.checks import check_least
from r1gym.core.errors import ConfigError
from r1gym.envs.spec import TaskSpec
from r1gym.models.reward_training import RewardTrainingConfig
from r1gym.recipes.preferences import Preferences
from r1gym.recipes.recipe import Recipe
from r1gym.recipes.reward_modelling import RewardModelling
from r1gym.recipes.stage import Stage
from r1gym.recipes.task_choice import DEFAULT_ENV, choose_tasks


@dataclass(frozen=True)
class RewardModelRecipe(Recipe):
    """Train a reward model on pairs of responses, or on labelled ones."""

    recipe: ClassVar[str] = "reward_model"
    title: ClassVar[str] = "A reward model"

    name: str = "reward-model"
    """Name of the run; its folder is runs/NAME, and the reward model's runs/NAME/model."""
    part: Literal["summary", "response"] = "summary"
    """What it sees of a response: what follows the thinking, or all."""
    template: str = ""
    """The prompt template of questions; empty for the tokenizer's chat template, or else its
    own."""
    training: RewardTrainingConfig = field(default_factory=RewardTrainingConfig)
    """How it is trained."""
    problems: str = ""
    """What the model is asked, where preferences are made: task families with their levels, or a
    .jsonl file."""
    judge: dict[str, Any] = field(default_factory=dict)
    """Who judges its responses, such as {"type": "endpoint", "model": "Qwen/Qwen3-32B"}."""
    kind: Literal["pairs", "labels"] = "pairs"
    """Two responses of each question are compared, or each is called good or bad."""
    questions: int = 512
    """Questions that are asked."""
    samples: int = 4
    """Responses to each."""
    temperature: float = 1.0
    """Sampling temperature."""
    max_tokens: int = 64
    """The most tokens of a response."""
    judgements: int = 4
    """How often a pair is judged."""
    margin: float = 1.0
    """A pair is kept if the mean judgement, from -2 to 2, is further from 0 than this."""
    length_tolerance: float = 0.1
    """The mean lengths of chosen and rejected responses may differ by this share."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_least(self, {"max_tokens": 1})

    def tasks(self) -> Mapping[str, TaskSpec]:
        """Returns what the model is asked; nothing where preferences are brought."""
        if "pairs" in self.brought():
            return {}
        found = choose_tasks(
            DEFAULT_ENV, self.problems, "", None, self.template, self.place("model"),
            self.max_tokens, self.seed,
        )  # fmt: skip
        return {"train": found["train"]}

    def stages(self) -> Sequence[Stage]:
        """Returns the judging, and the training.

        Raises:
            ConfigError: If preferences are neither brought nor to be made.
        """
        self.place("model")
        training = RewardModelling(
            start="model", part=self.part, template=self.template, training=self.training,
            seed=self.seed,
        )  # fmt: skip
        tasks = self.tasks()
        if not tasks:
            return [training]
        if not (self.problems and self.judge):
            raise ConfigError(
                "A reward model learns from preferences: bring them with --given pairs=FILE, or "
                "say with --problems and --judge how they are made."
            )
        judging = Preferences(
            start="model", task=tasks["train"], judge=self.judge, kind=self.kind, part=self.part,
            questions=self.questions, samples=self.samples, temperature=self.temperature,
            judgements=self.judgements, margin=self.margin,
            length_tolerance=self.length_tolerance, seed=self.seed,
        )  # fmt: skip
        return [judging, training]
