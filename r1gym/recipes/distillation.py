"""Distillation (report sections 2.4 and 4.1): a teacher's reasoning for a smaller student.

    teacher -> samples, kept if right -> fine-tuning of the student      off_policy
               the student's own samples, scored by the teacher          on_policy
               one after the other                                       both

The report distills by fine-tuning alone. With ``--algorithm grpo`` the student's own samples are
scored by the rewards alone, which is what the report compares with: on_policy is then reinforcement
learning without a teacher, and both is reinforcement learning after distillation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from r1gym.agents.distill import DistillConfig
from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.learner_config import LearnerConfig
from r1gym.agents.sft import SFTConfig
from r1gym.core.errors import ConfigError
from r1gym.core.run import newest_model
from r1gym.envs.spec import TaskSpec
from r1gym.recipes.base import BaseConfig
from r1gym.recipes.distilling import Distilling
from r1gym.recipes.pretraining import Pretraining
from r1gym.recipes.r1_zero import tiny_grpo
from r1gym.recipes.recipe import Recipe
from r1gym.recipes.rejection_sampling import RejectionSampling, SamplingConfig
from r1gym.recipes.rl import ReinforcementLearning
from r1gym.recipes.sft import FineTuning
from r1gym.recipes.stage import Artifacts, Stage
from r1gym.recipes.task_choice import DEFAULT_ENV, TINY, TINY_PROBLEMS, choose_tasks
from r1gym.verifiers.component import ComponentSpec


def small_base(width: int = 32, layers: int = 2, seed: int = 0) -> BaseConfig:
    """Returns a base model like that of R1-Zero in all but its size; it has 64 and 3."""
    heads = 2 if width < 32 else 4
    return BaseConfig(
        hidden_size=width, layers=layers, heads=heads, feed_forward=3 * width, seed=seed
    )


def _samples() -> SamplingConfig:
    return SamplingConfig(prompts=40_000, samples=1, chunk=2000, rows=2000)


def _sft() -> SFTConfig:
    return SFTConfig(steps=500, batch_size=64, warmup_steps=20)


def _distill() -> DistillConfig:
    return DistillConfig(steps=80, learning_rate=3e-3, warmup_steps=5)


@dataclass(frozen=True)
class Distillation(Recipe):
    """Teach a small student what a teacher can: by its samples, by its scores, or by both."""

    recipe: ClassVar[str] = "distillation"
    title: ClassVar[str] = "Distillation"

    name: str = "distillation"
    """Name of the run; its folder is runs/NAME."""
    teacher: str = TINY
    """Who is imitated: a local folder, a Hugging Face id, or tiny, which is trained here as
    R1-Zero is."""
    student: str = TINY
    """Who learns: a local folder, a Hugging Face id, or tiny, which is pretrained here."""
    method: Literal["off_policy", "on_policy", "both"] = "off_policy"
    """off_policy fine-tunes on the teacher's right samples, as the report does; on_policy learns
    from the student's own samples, by --algorithm; both does one after the other."""
    env: str = DEFAULT_ENV
    """The environment that the questions and rewards come from."""
    problems: str = ""
    """Task families with their levels, or a .jsonl file; empty for the environment's own, as in the
    recipe r1_zero."""
    eval_problems: str = ""
    """A .jsonl file to evaluate on; empty for the test split of `problems`."""
    template: str = ""
    """Prompt template; empty for the tokenizer's own."""
    rewards: dict[str, ComponentSpec] | None = None
    """Reward components with their weights, which say what is right; if not given the
    environment's own."""
    sampling: SamplingConfig = field(default_factory=_samples)
    """The teacher's samples."""
    filters: tuple[str, ...] = ("format",)
    """What drops right samples: format, repetition, mixing, code_blocks, long_paragraphs, length,
    or filters of yours."""
    sft: SFTConfig = field(default_factory=_sft)
    """Fine-tuning on them; the report's batches have 64 examples."""
    epochs: float = 0.0
    """Passes over the samples, in place of sft.steps; the report makes 2 to 3. 0 for the steps."""
    learner: LearnerConfig = field(default_factory=_distill)
    """How the student learns from its own samples: distill for the teacher's scores, grpo and its
    like for the rewards alone."""
    base: BaseConfig = field(default_factory=small_base)
    """The tiny student; unused with another one."""
    teacher_base: BaseConfig = field(default_factory=BaseConfig)
    """What the tiny teacher starts from; unused with another one."""
    teacher_learner: GRPOConfig = field(default_factory=tiny_grpo)
    """How the tiny teacher is trained; unused with another one."""

    def tasks(self) -> Mapping[str, TaskSpec]:
        """Returns what the student is trained and evaluated on."""
        return self._tasks_of("student")

    def brought(self) -> Artifacts:
        """Returns the models that are brought, and what else is.

        Raises:
            ConfigError: If two models are brought as one.
        """
        brought = dict(super().brought())
        for name in ("teacher", "student"):
            if (model := getattr(self, name)) == TINY:
                continue
            if name in brought:
                raise ConfigError(f"--{name} and --given {name}=... are two models: leave one out.")
            brought[name] = newest_model(model)
        return brought

    def stages(self) -> Sequence[Stage]:
        """Returns the stages that the method takes."""
        tasks, steps = self.tasks(), []
        start = "student"
        if self.method != "on_policy":
            steps += [self._sampling(), self._fine_tuning(tasks)]
            start = "sft"
        if self.method != "off_policy":
            steps.append(self._learning(tasks, start))
        return [*self._models(tasks), *steps]

    def _made_here(self) -> list[str]:
        """Returns which of the two models are needed and not brought."""
        brought = self.brought()
        samples = self.method != "on_policy" and "examples" not in brought
        scores = self.method != "off_policy" and isinstance(self.learner, DistillConfig)
        needed = [*(["teacher"] if samples or scores else []), "student"]
        return [name for name in needed if name not in brought]

    def _models(self, tasks: Mapping[str, TaskSpec]) -> list[Stage]:
        """Returns the stages that make those two."""
        made: list[Stage] = []
        if "teacher" in (here := self._made_here()):
            own = self._tasks_of("teacher")
            made += [
                Pretraining(name="teacher_base", config=self.teacher_base, tasks=own),
                ReinforcementLearning(
                    "teacher", "teacher_base", "teacher", self.seed, self.teacher_learner, own
                ),
            ]
        if "student" in here:
            made.append(Pretraining(name="student", config=self.base, tasks=tasks))
        return made

    def _sampling(self) -> Stage:
        filters: dict[str, dict[str, object]] = {name: {} for name in self.filters}
        return RejectionSampling(
            start="teacher", seed=self.seed, task=self._tasks_of("teacher")["train"],
            config=self.sampling, filters=filters,
        )  # fmt: skip

    def _fine_tuning(self, tasks: Mapping[str, TaskSpec]) -> Stage:
        return FineTuning(
            start="student", seed=self.seed, config=self.sft, epochs=self.epochs,
            template=self.template or None, tasks=tasks,
        )  # fmt: skip

    def _learning(self, tasks: Mapping[str, TaskSpec], start: str) -> Stage:
        learner = self.learner
        before = "sft/test" if start == "sft" and start not in self.brought() else ""
        if not isinstance(learner, DistillConfig):
            return ReinforcementLearning(
                "rl", start, "policy", self.seed, learner, tasks, before=before
            )
        if learner.teacher:
            raise ConfigError("Here the teacher is --teacher: leave out --distill.teacher.")
        learner = replace(learner, teacher=self.brought().get("teacher", ""))
        return Distilling(start=start, seed=self.seed, learner=learner, tasks=tasks, before=before)

    def _tasks_of(self, name: str) -> Mapping[str, TaskSpec]:
        """Returns the tasks in the tokens of one of the models: the same questions for both."""
        problems = self.problems
        if not problems and self.env == DEFAULT_ENV and self._made_here():
            problems = TINY_PROBLEMS  # all that a model knows which is made here
        return choose_tasks(
            self.env, problems, self.eval_problems, self.rewards, self.template,
            self.brought().get(name, TINY), self.learner.max_tokens, self.seed,
        )  # fmt: skip
