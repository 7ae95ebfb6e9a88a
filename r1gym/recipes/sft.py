"""The stage of supervised fine-tuning: a model and a file of examples to a model.

The cold start and the third stage (report sections 2.3.1 and 2.3.3) are this one, of the base model
both times; and so is distillation, of a smaller one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from r1gym.agents.sft import SFT, SFTConfig
from r1gym.core.checks import check_number
from r1gym.core.errors import ConfigError
from r1gym.core.run import find_checkpoints
from r1gym.envs.spec import TaskSpec
from r1gym.envs.templates import check_template, load_template
from r1gym.models.fit import check_fit, context_length
from r1gym.models.policy import Policy
from r1gym.recipes.examples import ExampleCorpus, read_examples
from r1gym.recipes.stage import Artifacts, Kind, Kinds, Stage
from r1gym.recipes.workplace import Workplace


@dataclass(frozen=True)
class FineTuning(Stage):
    """Fine-tunes a model on examples; evaluates it before and after if it is told on what."""

    title: ClassVar[str] = "Supervised fine-tuning"

    uses: ClassVar[tuple[str, ...]] = ("dtype", "lora")
    heeds: ClassVar[tuple[str, ...]] = ()

    name: str = "sft"
    start: str = "base"
    """The artifact that it starts from, a model."""
    examples: str = "examples"
    """The artifact that it learns from, a file of examples."""
    result: str = "sft"
    """The artifact that it makes, a model."""
    seed: int = 0
    """The seed of the examples' order."""
    config: SFTConfig = field(default_factory=SFTConfig)
    """How it is trained."""
    epochs: float = 0.0
    """Passes over the examples, in place of the configuration's steps; 0 for those."""
    template: str | None = None
    """The prompt template; None for the tokenizer's own."""
    tasks: Mapping[str, TaskSpec] = field(default_factory=dict)
    """Tasks by split: it is evaluated on ``test``; on nothing without one."""

    def __post_init__(self) -> None:
        check_number("epochs", self.epochs, least=0)

    @property
    def needs(self) -> Kinds:
        """The model and the examples."""
        return {self.start: Kind.MODEL, self.examples: Kind.EXAMPLES}

    @property
    def makes(self) -> Kinds:
        """The model, and its evaluation if there is a task for that."""
        evaluation = {f"{self.result}/test": Kind.EVALUATION} if "test" in self.tasks else {}
        return {self.result: Kind.MODEL, **evaluation}

    def check_problems(self, at: Workplace) -> None:
        """Finds a template that is none."""
        if self.template is not None:
            check_template(self.template)

    def run(self, at: Workplace, given: Artifacts) -> Artifacts:
        """Trains, or goes on training."""
        policy = at.trainable(given[self.start], self.seed)
        corpus = self.corpus(policy, given[self.examples])
        config = self.config_for(len(corpus.lengths))
        task = at.task(self.tasks["test"]) if "test" in self.tasks else None
        if task is not None:
            check_fit(policy, task)
            if not find_checkpoints(at.folder):
                at.evaluate(policy, task, 0)
        at.fine_tune(SFT(policy, corpus, config), "Fine-tuning")
        made = {self.result: str(find_checkpoints(at.folder)[-1])}
        if task is not None:
            at.engine(policy).sync(policy, config.steps)
            made[f"{self.result}/test"] = str(at.evaluate(policy, task, config.steps))
        return made

    def corpus(self, policy: Policy, examples: str) -> ExampleCorpus:
        """Returns the examples in a policy's tokens.

        Args:
            policy: The policy.
            examples: Where they lie.

        Raises:
            ProblemFileError: If the file cannot be read, or a line of it is bad.
            ConfigError: If the tokenizer cannot write one, or the model's context is too short.
        """
        tokenizer = policy.tokenizer
        template = load_template(self.template, tokenizer)
        rows = read_examples(examples)
        corpus = ExampleCorpus(rows, tokenizer, template, self.seed)
        context = context_length(policy.model)
        if context is not None and (longest := max(corpus.lengths)) > context:
            raise ConfigError(
                f"{sum(length > context for length in corpus.lengths)} of the {len(rows)} examples "
                f"in {examples} are longer than the model's context of {context} tokens, the "
                f"longest with {longest}: take those out, or give a model with a longer one."
            )
        return corpus

    def config_for(self, count: int) -> SFTConfig:
        """Returns the configuration with the steps that the passes over the examples take."""
        if not self.epochs:
            return self.config
        steps = max(1, math.ceil(self.epochs * count / self.config.batch_size))
        return replace(self.config, steps=steps)

    def describe(self) -> str:
        """Returns how it is trained."""
        config = self.config
        much = (
            f"{self.epochs:g} passes over the examples" if self.epochs else f"{config.steps} steps"
        )
        muon = f"{config.matrix_learning_rate:g} (Muon) and " if config.matrix_learning_rate else ""
        return (
            f"{much} in batches of {config.batch_size}, learning rates "
            f"{muon}{config.learning_rate:g} (AdamW), seed {self.seed}. The "
            "loss counts the tokens of the responses alone."
        )
