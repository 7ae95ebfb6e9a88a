"""The stage of on-policy distillation: a student's own samples, scored by a teacher."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar

from r1gym.agents.distill import DistillConfig
from r1gym.recipes.rl import ReinforcementLearning
from r1gym.recipes.stage import Artifacts, Kind, Kinds
from r1gym.recipes.workplace import Workplace


@dataclass(frozen=True)
class Distilling(ReinforcementLearning):
    """Trains a model on what a teacher, an artifact of the recipe, says of its completions."""

    title: ClassVar[str] = "On-policy distillation"

    name: str = "distill"
    start: str = "student"
    teacher: str = "teacher"
    """The artifact that is imitated, a model."""
    learner: DistillConfig = field(default_factory=DistillConfig)
    """How; it names a teacher only where that is brought."""

    @property
    def needs(self) -> Kinds:
        """The model that it starts from, and the teacher."""
        return {**super().needs, self.teacher: Kind.MODEL}

    def check_algorithm(self, at: Workplace) -> None:
        """Finds a teacher that does not fit, unless it is still to be made."""
        if self.learner.teacher:
            super().check_algorithm(at)

    def run(self, at: Workplace, given: Artifacts) -> Artifacts:
        """Trains, or goes on training."""
        learner = replace(self.learner, teacher=given[self.teacher])
        return ReinforcementLearning.run(replace(self, learner=learner), at, given)
