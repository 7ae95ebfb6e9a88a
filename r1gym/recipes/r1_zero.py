"""R1-Zero (report section 2.2): reinforcement learning straight on a base model, rewards by rule.

base model -> reinforcement learning, with an evaluation before and after
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.learner_config import LearnerConfig
from r1gym.core.errors import ConfigError
from r1gym.core.files import explained
from r1gym.core.run import find_checkpoints, newest_model
from r1gym.envs.spec import TaskSpec
from r1gym.recipes.base import BaseConfig
from r1gym.recipes.pretraining import Pretraining, base_folder
from r1gym.recipes.recipe import Recipe
from r1gym.recipes.rl import ReinforcementLearning
from r1gym.recipes.stage import Artifacts, Stage
from r1gym.recipes.task_choice import DEFAULT_ENV, TINY, choose_tasks
from r1gym.verifiers.component import ComponentSpec


def tiny_grpo() -> GRPOConfig:
    """Returns how the tiny base model is trained."""
    return GRPOConfig(steps=120, questions=16, learning_rate=1.2e-4)


@dataclass(frozen=True)
class R1Zero(Recipe):
    """Train a base model by reinforcement learning from rule rewards alone (R1-Zero)."""

    recipe: ClassVar[str] = "r1_zero"
    title: ClassVar[str] = "R1-Zero"
    # Its one stage of work is the whole run: nothing would be kept, and two are to be compared.
    reruns: ClassVar[bool] = False

    name: str = "r1-zero"
    """Name of the run; its folder is runs/NAME."""
    model: str = TINY
    """The base model: tiny (made here), a local folder, a GGUF file, or a Hugging Face id."""
    env: str = DEFAULT_ENV
    """The environment that is trained against. It brings problems and rewards, for another than the
    default give a --model that can read them and the max-tokens that its answers take."""
    problems: str = ""
    """Task families with their levels, or a .jsonl file with problem, answer and level; empty for
    the environment's own, of which the tiny model gets those that it is pretrained on,
    arithmetic:2-5 equations:1-3."""
    eval_problems: str = ""
    """A .jsonl file to evaluate on; empty for the test split of `problems`. With two files all of
    `problems` is trained on, and the quick evaluations use this file too."""
    template: str = ""
    """Prompt template: r1 (the report's Table 1), short, chat (the model's chat template),
    chat:TEXT with what the system says, or a text with {question}; empty for the tokenizer's own,
    which is short for the tiny model, chat where there is one, and else r1."""
    rewards: dict[str, ComponentSpec] | None = None
    """Reward components with their weights, or with JSON: {"weight": 0.2, "target": "en"}; if not
    given the environment's own, which for the default are accuracy auto and format 0.1."""
    learner: LearnerConfig = field(default_factory=tiny_grpo)
    """How it is trained."""
    base: BaseConfig = field(default_factory=BaseConfig)
    """The tiny base model; unused with another model."""

    def tasks(self) -> Mapping[str, TaskSpec]:
        """Returns what is trained and evaluated on."""
        return choose_tasks(
            self.env, self.problems, self.eval_problems, self.rewards, self.template, self.model,
            self.learner.max_tokens, self.seed,
        )  # fmt: skip

    def brought(self) -> Artifacts:
        """Returns the base model, if one is brought.

        Raises:
            ConfigError: If two are.
        """
        brought = super().brought()
        if self.model == TINY:
            return brought
        if "base" in brought:
            raise ConfigError("--model and --given base=... are two base models: leave one out.")
        return {"base": newest_model(self.model), **brought}

    def stages(self) -> Sequence[Stage]:
        """Returns pretraining, where the tiny model is trained, and reinforcement learning."""
        tasks = self.tasks()
        learning = ReinforcementLearning(seed=self.seed, learner=self.learner, tasks=tasks)
        if self.model != TINY:
            return [learning]
        return [Pretraining(config=self.base, tasks=tasks), learning]

    @classmethod
    def upgrade(cls, plain: dict[str, Any]) -> dict[str, Any]:
        """Names what runs had before recipes had versions."""
        return {"version": 0, "algorithm": "grpo", "engine": "embedded"} | plain

    @classmethod
    def started_from(cls, folder: Path, config: Self) -> str | None:
        """Returns the base model of a run from before there were stages."""
        if config.model != TINY:
            return config.model
        train, note = config.tasks()["train"], folder / "base.txt"
        home = base_folder(config.base, train.problems, folder.parent, config.device, config.dtype)
        if note.exists():
            with explained(note):
                home = folder.parent / note.read_text("utf-8").strip()
        found = find_checkpoints(home)
        return str(found[-1]) if found else None
