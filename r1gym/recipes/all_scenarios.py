"""The stage of RL for all scenarios (report section 2.3.4): rules and reward models in one sum.

    model, reward models -> reinforcement learning on a mixture -> model

Reasoning is paid by rules, general requests by reward models that earlier stages have made. What
they pay for is not what is wanted, only near it: trained for long, a policy finds the difference
(B.5 of the report's second version). So the true quality, where it is known, is watched beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from r1gym.core.errors import ConfigError
from r1gym.envs.spec import TaskSpec
from r1gym.recipes.rl import ReinforcementLearning
from r1gym.recipes.stage import Artifacts, Kind, Kinds


@dataclass(frozen=True)
class AllScenarios(ReinforcementLearning):
    """Trains a model on rules and reward models."""

    title: ClassVar[str] = "Reinforcement learning for all scenarios"

    reward_models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Reward components by name, as in the rewards of a task, each with the ``artifact`` that its
    model is, in place of the model."""

    @property
    def needs(self) -> Kinds:
        """The model, and the reward models."""
        artifacts = (spec["artifact"] for spec in self.reward_models.values())
        return {**super().needs, **dict.fromkeys(artifacts, Kind.REWARD_MODEL)}

    def __post_init__(self) -> None:
        for name, spec in self.reward_models.items():
            if "artifact" not in spec:
                raise ConfigError(f"The reward model {name!r} needs the name of an artifact.")
            for task in self.tasks.values():
                if name in (task.rewards or {}):
                    raise ConfigError(f"The task has a reward {name!r} already: rename one.")

    def run(self, at: Any, given: Artifacts) -> Artifacts:
        """Trains, or goes on training."""
        tasks = {split: self.filled(spec, given) for split, spec in self.tasks.items()}
        return ReinforcementLearning.run(replace(self, reward_models={}, tasks=tasks), at, given)

    def filled(self, spec: TaskSpec, given: Artifacts) -> TaskSpec:
        """Returns a task with the reward models that were made.

        Args:
            spec: The task with the rewards that are no reward models.
            given: Where the artifacts lie.
        """
        made = {
            name: {k: v for k, v in one.items() if k != "artifact"}
            | {"type": "reward_model", "model": given[one["artifact"]]}
            for name, one in self.reward_models.items()
        }
        return replace(spec, rewards={**(spec.rewards or {}), **made})
