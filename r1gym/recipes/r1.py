"""All of R1 (report section 2.3): Zero, cold start, reasoning RL, rejection sampling, preferences.

    base -> zero -> its right and readable samples -> dev1 = SFT(base) -> dev2 = RL + language
         -> dev2's right samples + general data -> dev3 = SFT(base)
         -> preferences -> reward models -> RL on reasoning, then for all scenarios -> r1
         -> the same for much longer, on purpose -> the stage table

On the embedded bilingual model as it comes, in minutes on two cores. With a model, problems, a
judge and reward models of one's own, from a configuration file, it is the same recipe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Literal

from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.sft import SFTConfig
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.run import newest_model
from r1gym.envs.spec import TaskSpec
from r1gym.models.reward_training import RewardTrainingConfig
from r1gym.problems.problem_text import parse_problems
from r1gym.recipes.all_scenarios import AllScenarios
from r1gym.recipes.bilingual import BilingualBase
from r1gym.recipes.preferences import Preferences
from r1gym.recipes.pretraining import Pretraining
from r1gym.recipes.r1_defaults import (
    BOUNDS,
    FAMILIES,
    GENERAL,
    HARMLESS,
    HELPFUL,
    MEASURES,
    READABLE,
    REASONING,
    REWRITER,
    cold_requests,
    cold_start,
    cold_start_sft,
    final_sft,
    general_samples,
    long_rl,
    mixed_rl,
    reasoning_rl,
    reasoning_samples,
    rules_rl,
    zero_rl,
)
from r1gym.recipes.recipe import Recipe
from r1gym.recipes.rejection_sampling import RejectionSampling, SamplingConfig
from r1gym.recipes.reward_modelling import RewardModelling
from r1gym.recipes.rl import ReinforcementLearning
from r1gym.recipes.sft import FineTuning
from r1gym.recipes.stage import Artifacts, Stage
from r1gym.recipes.stage_table import Bound, Row, StageTable
from r1gym.recipes.task_choice import DEFAULT_ENV, TINY, check_known, tokenizer_of
from r1gym.verifiers.component import ComponentSpec

Options = Mapping[str, Any]
_OWN = {"name", "start", "result", "task", "seed"}  # of the stages of preferences
_SPLITS = ("train", "validation", "test")
_COLUMNS = {
    "zero": "Zero", "dev1": "Dev1", "dev2": "Dev2", "dev3": "Dev3", "r1": "R1", "longer": "Longer",
}  # fmt: skip


@dataclass(frozen=True)
class R1(Recipe):
    """Train a base model by all stages of the report: R1-Zero, cold start, RL, sampling, SFT."""

    recipe: ClassVar[str] = "r1"
    title: ClassVar[str] = "R1"
    result: ClassVar[str] = "r1"

    name: str = "r1"
    """Name of the run; its folder is runs/NAME."""
    model: str = TINY
    """The base model: tiny (a bilingual one, made here), a local folder, or a Hugging Face id."""
    reasoning: str = REASONING
    """The problems that rules can score: task families with their levels, or a .jsonl file."""
    general: str = GENERAL
    """General requests: task families, or a .jsonl file."""
    template: str = ""
    """Prompt template; empty for the tokenizer's own."""
    language: str = "en"
    """The language of the thinking: a code, or question for that of each question."""
    accuracy: ComponentSpec = field(default_factory=lambda: {"type": "auto", "weight": 1.0})
    """What says whether an answer is right, in every stage."""
    quality: dict[str, ComponentSpec] = field(
        default_factory=lambda: {
            "quality": {"type": "small_talk", "measure": "quality", "weight": 0.0}
        }
    )
    """What is watched of general answers, by name, such as their true quality where it is known."""
    base: BilingualBase = field(default_factory=BilingualBase)
    """The bilingual base model; unused with another model."""
    zero: GRPOConfig = field(default_factory=zero_rl)
    """R1-Zero: reinforcement learning on accuracy and format."""
    cold_start: SamplingConfig = field(default_factory=cold_start)
    """The samples of R1-Zero."""
    cold_requests: SamplingConfig = field(default_factory=cold_requests)
    """General requests among them, so that the model does not forget how to answer those."""
    readable: dict[str, dict[str, Any]] = field(default_factory=lambda: dict(READABLE))
    """Filters of samples, for both kinds."""
    rewriter: dict[str, Any] = field(default_factory=lambda: dict(REWRITER))
    """What rewrites the cold start's."""
    dev1: SFTConfig = field(default_factory=cold_start_sft)
    """Fine-tuning of the base model on them."""
    dev2: GRPOConfig = field(default_factory=reasoning_rl)
    """Reinforcement learning with the language reward."""
    dev2_start: Literal["dev1", "zero", "base"] = "dev1"
    """What that starts from: dev1, or without the cold start zero or base."""
    language_weight: float = 1.0
    """Weight of the language reward."""
    samples: SamplingConfig = field(default_factory=reasoning_samples)
    """Rejection sampling of reasoning problems."""
    requests: SamplingConfig = field(default_factory=general_samples)
    """Rejection sampling of general requests."""
    dev3: SFTConfig = field(default_factory=final_sft)
    """Fine-tuning of the base model on both."""
    helpful: dict[str, Any] = field(default_factory=lambda: dict(HELPFUL))
    """How pairs of responses are made and judged, for the helpful reward model."""
    harmless: dict[str, Any] = field(default_factory=lambda: dict(HARMLESS))
    """How single responses are, for the harmless one."""
    reward_model: RewardTrainingConfig = field(
        default_factory=lambda: RewardTrainingConfig(batch_size=32)
    )
    """How both are trained."""
    preference_weights: dict[str, float] = field(
        default_factory=lambda: {"helpful": 1.0, "harmless": 0.3}
    )
    """What the reward models' values are multiplied by."""
    rules: GRPOConfig = field(default_factory=rules_rl)
    """The first part of the last stage: reasoning alone."""
    mixed: GRPOConfig = field(default_factory=mixed_rl)
    """The last part: general requests and preference rewards as well."""
    show_hacking: bool = True
    """Whether to go on for much longer, which shows how preference rewards are hacked."""
    longer: GRPOConfig = field(default_factory=long_rl)
    """How that is done."""
    general_families: tuple[str, ...] = ()
    """The families whose problems are general requests; empty for those named in `general`."""
    dev3_start: Literal["base", "dev2"] = "base"
    """What the second fine-tuning starts from; the report's starts from the base."""
    measures: tuple[Row, ...] = MEASURES
    """The rows of the stage table."""
    bounds: tuple[Bound, ...] = BOUNDS
    """What is expected of it, declared before."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if {*self.preference_weights} != {"helpful", "harmless"}:
            raise ConfigError(
                "preference_weights must have helpful and harmless and no others, not "
                f"{', '.join(self.preference_weights) or 'nothing'}."
            )
        for name in ("helpful", "harmless"):
            known = {one.name for one in fields(Preferences)} - _OWN
            for key in getattr(self, name):
                if key not in known:
                    raise UnknownNameError(f"setting of {name}", key, sorted(known))

    def tasks(self) -> Mapping[str, TaskSpec]:
        """Returns the tasks of R1-Zero."""
        return self._tasks(self.zero, {"format": 0.1, "language": self._language(0.0)})

    def brought(self) -> Artifacts:
        """Returns what is brought, the base model among it."""
        own = {} if self.model == TINY else {"base": newest_model(self.model)}
        return {**own, **super().brought()}

    def stages(self) -> Sequence[Stage]:
        """Returns the stages, in order."""
        dev2 = self._tasks(self.dev2, {"language": self._language(self.language_weight)})
        zero = self.tasks()
        return [
            *self._pretraining(zero),
            ReinforcementLearning(
                "zero", result="zero", seed=self.seed, learner=self.zero, tasks=zero
            ),
            RejectionSampling(
                "cold-requests", "zero", "cold_general", self.seed, self.requested("train"),
                self.cold_requests,
            ),
            RejectionSampling(
                "cold-start", "zero", "cold_start", self.seed, zero["train"], self.cold_start,
                self._filters(), self.rewriter,
                {"cold_general": 0},
            ),
            FineTuning(
                "dev1", "base", "cold_start", "dev1", self.seed, self.dev1, template=self._template
            ),
            ReinforcementLearning(
                "dev2", self.dev2_start, "dev2", self.seed, self.dev2, dev2
            ),
            RejectionSampling(
                "requests", "dev2", "general", self.seed, self.requested("train"), self.requests,
            ),
            RejectionSampling(
                "samples", "dev2", "examples", self.seed, dev2["train"], self.samples,
                self._filters(), added={"general": 0},
            ),
            FineTuning(
                "dev3", self.dev3_start, "examples", "dev3", self.seed, self.dev3,
                template=self._template,
            ),
            *self._preferences(),
            ReinforcementLearning("rules", "dev3", "rules", self.seed, self.rules, dev2),
            self._scenarios("r1", "rules", self.mixed),
            *([self._scenarios("longer", "r1", self.longer)] if self.show_hacking else []),
            StageTable(
                models={n: t for n, t in _COLUMNS.items() if n != "longer" or self.show_hacking},
                tasks={"reasoning": dev2["test"], "general": self.requested("test")},
                measures=self.measures, bounds=self.bounds, config=self.eval,
            ),
        ]  # fmt: skip

    def requested(self, split: str) -> TaskSpec:
        """Returns the task of general requests, in which nothing is paid but being right."""
        rewards = {"accuracy": self.accuracy, **self.quality}
        return self._task(self.general, split, rewards, self.dev2.max_tokens)

    def _preferences(self) -> list[Stage]:
        stages: list[Stage] = []
        for name, settings in (("helpful", self.helpful), ("harmless", self.harmless)):
            part = settings.get("part", "summary")
            stages += [
                Preferences(
                    f"{name}-preferences", "dev3", f"{name}_preferences", self.requested("train"),
                    seed=self.seed, **settings,
                ),
                RewardModelling(
                    f"{name}-model", "dev3", f"{name}_preferences", name, part,
                    training=self.reward_model, seed=self.seed,
                ),
            ]  # fmt: skip
        return stages

    def _scenarios(self, name: str, start: str, learner: GRPOConfig) -> AllScenarios:
        families = self._general_families()
        language = {**self._language(self.language_weight), "except": families}
        rewards: dict[str, ComponentSpec] = {
            "accuracy": {**_spec(self.accuracy), "except": families},
            "language": language,
            "general": {**_spec(self.accuracy), "type": "auto", "weight": 0.0, "for": families},
            **{n: {**_spec(one), "for": families} for n, one in self.quality.items()},
        }
        models = {
            name: {
                "artifact": name, "weight": self.preference_weights[name], "for": families,
                "part": settings.get("part", "summary"), "batch_size": 64,
            }
            for name, settings in (("helpful", self.helpful), ("harmless", self.harmless))
        }  # fmt: skip
        problems = f"{self.reasoning} {self.general}"
        tasks = {
            split: self._task(problems, split, rewards, learner.max_tokens) for split in _SPLITS
        }
        return AllScenarios(name, start, name, self.seed, learner, tasks, models)

    def _filters(self) -> dict[str, dict[str, Any]]:
        mixing = {"language": self.language, **self.readable.get("mixing", {})}
        return {**self.readable, "mixing": mixing}

    def _general_families(self) -> list[str]:
        return list(self.general_families or parse_problems(self.general))

    def _pretraining(self, tasks: Mapping[str, TaskSpec]) -> list[Stage]:
        if self.model != TINY:
            return []
        for option in ("reasoning", "general"):
            check_known(option, getattr(self, option), FAMILIES)
        return [Pretraining(config=self.base, tasks=tasks, families=FAMILIES)]

    def _tasks(self, learner: GRPOConfig, more: Mapping[str, ComponentSpec]) -> dict[str, TaskSpec]:
        rewards = {"accuracy": self.accuracy, **more}
        return {
            split: self._task(self.reasoning, split, rewards, learner.max_tokens)
            for split in _SPLITS
        }

    def _task(
        self, problems: str, split: str, rewards: Mapping[str, ComponentSpec], max_tokens: int
    ) -> TaskSpec:
        tokenizer = BilingualBase.tokenizer if self.model == TINY else tokenizer_of(self.model)
        return TaskSpec(
            env=DEFAULT_ENV, problems=problems, split=split,
            problem_seed=self.seed if split == "train" else 0, rewards=rewards,
            tokenizer=tokenizer, template=self._template, max_tokens=max_tokens,
        )  # fmt: skip

    def _language(self, weight: float) -> dict[str, Any]:
        return {"weight": weight, "target": self.language}

    @property
    def _template(self) -> str | None:
        return self.template or None


def _spec(component: ComponentSpec) -> dict[str, Any]:
    return dict(component) if isinstance(component, Mapping) else {"weight": component}
