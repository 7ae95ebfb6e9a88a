"""Fine-tuning on a few worked examples, then reinforcement learning, for a model that is brought.

    worked examples -> fine-tuning of the model -> reinforcement learning

It is the report's cold start in small (section 2.3.1): a model that does not know the form of an
answer, or is too seldom right to be paid for anything, is shown some first. The model is evaluated
as it comes, after the examples and at the end, always on the same questions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.learner_config import LearnerConfig
from r1gym.agents.sft import SFTConfig
from r1gym.core.checks import check_least, check_number
from r1gym.core.errors import ConfigError
from r1gym.core.run import newest_model
from r1gym.envs.spec import TaskSpec
from r1gym.recipes.recipe import Recipe
from r1gym.recipes.rl import ReinforcementLearning
from r1gym.recipes.sft import FineTuning
from r1gym.recipes.stage import Artifacts, Stage
from r1gym.recipes.task_choice import DEFAULT_ENV, choose_tasks
from r1gym.recipes.worked_examples import WorkedExamples
from r1gym.verifiers.component import ComponentSpec


def _sft() -> SFTConfig:
    """Fine-tuning of a pretrained model: AdamW for all, and gently."""
    return SFTConfig(
        steps=10, batch_size=16, matrix_learning_rate=0.0, learning_rate=5e-5, warmup_steps=2
    )


@dataclass(frozen=True)
class SFTThenRL(Recipe):
    """Show a pretrained model some worked examples, then train it by reinforcement learning."""

    recipe: ClassVar[str] = "sft_rl"
    title: ClassVar[str] = "Fine-tuning, then RL"

    name: str = "sft-rl"
    """Name of the run; its folder is runs/NAME."""
    model: str = ""
    """The model: a local folder, a GGUF file, or a Hugging Face id."""
    env: str = DEFAULT_ENV
    """The environment that is trained against."""
    problems: str = ""
    """Task families with their levels, or a .jsonl file; empty for the environment's own. Worked
    examples are made of arithmetic and equations; for others bring --given examples=FILE."""
    eval_problems: str = ""
    """A .jsonl file to evaluate on; empty for the test split of `problems`."""
    template: str = ""
    """Prompt template; empty for the tokenizer's own."""
    rewards: dict[str, ComponentSpec] | None = None
    """Reward components with their weights; if not given the environment's own."""
    examples: int = 160
    """How many worked examples are made."""
    sft: SFTConfig = field(default_factory=_sft)
    """How the model is fine-tuned on them."""
    epochs: float = 1.0
    """Passes over the examples, in place of sft.steps; 0 for those."""
    learner: LearnerConfig = field(default_factory=GRPOConfig)
    """How it is trained afterwards."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_least(self, {"examples": 1})
        check_number("epochs", self.epochs, least=0)

    def tasks(self) -> Mapping[str, TaskSpec]:
        """Returns what is trained and evaluated on."""
        return choose_tasks(
            self.env, self.problems, self.eval_problems, self.rewards, self.template,
            self.place("model"), self.learner.max_tokens, self.seed,
        )  # fmt: skip

    def brought(self) -> Artifacts:
        """Returns the model, and what else is brought.

        Raises:
            ConfigError: If two models are.
        """
        brought = dict(super().brought())
        if self.model and "model" in brought:
            raise ConfigError("--model and --given model=... are two models: leave one out.")
        return ({"model": newest_model(self.model)} if self.model else {}) | brought

    def stages(self) -> Sequence[Stage]:
        """Returns the examples, the fine-tuning, and the reinforcement learning."""
        tasks = self.tasks()
        before = "" if "sft" in self.brought() else "sft/test"
        return [
            WorkedExamples(count=self.examples, task=tasks["train"], seed=self.seed),
            FineTuning(
                start="model", seed=self.seed, config=self.sft, epochs=self.epochs,
                template=self.template or None, tasks=tasks,
            ),
            ReinforcementLearning(
                "rl", "sft", "policy", self.seed, self.learner, tasks, before=before
            ),
        ]  # fmt: skip
