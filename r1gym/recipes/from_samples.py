"""Two parts of the report's pipeline as recipes of their own: cold start and rejection sampling.

    model -> right samples, filtered and rewritten -> a file of examples -> SFT of a base model

Both are this (report sections 2.3.1 and 2.3.3), with other models, amounts and filters. What is
brought is not made: with a file of examples only the fine-tuning runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from r1gym.agents.sft import SFTConfig
from r1gym.core.checks import check_least, check_number
from r1gym.envs.spec import TaskSpec
from r1gym.recipes.recipe import Recipe
from r1gym.recipes.rejection_sampling import RejectionSampling, SamplingConfig
from r1gym.recipes.sft import FineTuning
from r1gym.recipes.stage import Stage
from r1gym.recipes.task_choice import DEFAULT_ENV, choose_tasks
from r1gym.verifiers.component import ComponentSpec

GENERAL = "general"


def _no_rewriter() -> dict[str, Any]:
    return {"type": "none"}


@dataclass(frozen=True)
class FromSamples(Recipe):
    """Fine-tune a model on right samples of another, or on a file of examples."""

    sampled: ClassVar[str] = ""
    """What the model is called that is sampled."""

    env: str = DEFAULT_ENV
    """The environment whose problems are asked, and whose reward says what is right."""
    problems: str = ""
    """Task families with their levels, or a .jsonl file; empty for the environment's own."""
    eval_problems: str = ""
    """A .jsonl file to evaluate on; empty for the test split of `problems`."""
    template: str = ""
    """Prompt template; empty for the tokenizer's own."""
    rewards: dict[str, ComponentSpec] | None = None
    """Reward components with their weights; if not given the environment's own. A judge scores what
    rules cannot, see the page on recipes."""
    max_tokens: int = 64
    """The most tokens of a sample."""
    sampling: SamplingConfig = field(default_factory=SamplingConfig)
    """How samples are drawn and which are kept."""
    filters: dict[str, Any] = field(default_factory=dict)
    """What drops right samples, by name with options."""
    rewriter: dict[str, Any] = field(default_factory=_no_rewriter)
    """What rewrites them: its type with options."""
    general: int = 0
    """How many examples of the file that is given as general are added; 0 for all."""
    sft: SFTConfig = field(default_factory=SFTConfig)
    """How the model is fine-tuned."""
    epochs: float = 0.0
    """Passes over the examples, in place of sft.steps; 0 for those."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_least(self, {"max_tokens": 1, "general": 0})
        check_number("epochs", self.epochs, least=0)

    def tasks(self) -> Mapping[str, TaskSpec]:
        """Returns what is sampled and evaluated on, in the tokens of the model that is tuned."""
        brought = self.brought()
        return self._tasks(brought.get("model") or brought.get(self.sampled) or self.place("model"))

    def stages(self) -> Sequence[Stage]:
        """Returns the sampling, and the fine-tuning."""
        brought, tasks = self.brought(), self.tasks()
        asked = self._tasks(brought[self.sampled]) if self.sampled in brought else tasks
        sampling = RejectionSampling(
            start=self.sampled, seed=self.seed, task=asked["train"], config=self.sampling,
            filters=self.filters, rewriter=self.rewriter,
            added={GENERAL: self.general} if GENERAL in brought else {},
        )  # fmt: skip
        tuning = FineTuning(
            start="model", result="tuned", seed=self.seed, config=self.sft, epochs=self.epochs,
            template=self.template or None, tasks={"test": tasks["test"]},
        )  # fmt: skip
        return [sampling, tuning]

    def _tasks(self, model: str) -> dict[str, TaskSpec]:
        return choose_tasks(
            self.env, self.problems, self.eval_problems, self.rewards, self.template, model,
            self.max_tokens, self.seed,
        )  # fmt: skip


def _few() -> SamplingConfig:
    return SamplingConfig(prompts=2000, samples=4, keep=1)


def _many() -> SamplingConfig:
    return SamplingConfig(prompts=4000, samples=4, keep=2)


def _cold_sft() -> SFTConfig:
    return SFTConfig(
        steps=30, batch_size=32, warmup_steps=3, matrix_learning_rate=0.004, learning_rate=1e-3
    )


def _long_sft() -> SFTConfig:
    return replace(_cold_sft(), steps=160, batch_size=64)


def _readable() -> dict[str, Any]:
    return {"format": {}, "repetition": {}, "mixing": {}}


def _fit_to_learn() -> dict[str, Any]:
    return {"format": {}, "mixing": {}, "long_paragraphs": {}, "code_blocks": {}}


@dataclass(frozen=True)
class ColdStart(FromSamples):
    """Fine-tune a base model on a few readable examples, those of R1-Zero or your own."""

    recipe: ClassVar[str] = "cold_start"
    title: ClassVar[str] = "Cold start"
    sampled: ClassVar[str] = "zero"

    name: str = "cold-start"
    """Name of the run; its folder is runs/NAME."""
    sampling: SamplingConfig = field(default_factory=_few)
    filters: dict[str, Any] = field(default_factory=_readable)
    sft: SFTConfig = field(default_factory=_cold_sft)


@dataclass(frozen=True)
class RejectionSampled(FromSamples):
    """Fine-tune a base model on a policy's right samples, and on general data."""

    recipe: ClassVar[str] = "rejection_sampling"
    title: ClassVar[str] = "Rejection sampling and fine-tuning"
    sampled: ClassVar[str] = "policy"

    name: str = "rejection-sampling"
    """Name of the run; its folder is runs/NAME."""
    sampling: SamplingConfig = field(default_factory=_many)
    filters: dict[str, Any] = field(default_factory=_fit_to_learn)
    sft: SFTConfig = field(default_factory=_long_sft)
