"""The stage of reinforcement learning, by any algorithm that learns from its own completions.

model -> evaluation -> training, with quick evaluations on the way -> evaluation
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.learner_config import LearnerConfig
from r1gym.agents.learner_task import check_staleness
from r1gym.agents.ranks import check_cuts_up
from r1gym.agents.trained import find_algorithm
from r1gym.core.config import NEWER
from r1gym.core.errors import ConfigError
from r1gym.core.run import checkpoint_step, find_checkpoints
from r1gym.envs.spec import TaskSpec
from r1gym.evaluation.preflight.data import shared_questions
from r1gym.evaluation.results import take_over
from r1gym.models.fit import check_fit
from r1gym.recipes.stage import Artifacts, Kind, Kinds, Stage
from r1gym.recipes.workplace import Workplace, few_prompts
from r1gym.rollout.agreement import check_agreement
from r1gym.rollout.engine import ENGINES

_CHECKED_TOKENS = 12  # of a completion


@dataclass(frozen=True)
class ReinforcementLearning(Stage):
    """Trains a model on the rewards of its completions, and evaluates it before and after."""

    title: ClassVar[str] = "Reinforcement learning"
    # Its evaluations are looks at it: those that were made stay as they are.
    uses: ClassVar[tuple[str, ...]] = ("dtype", "engine", "engine_options", "lora")

    name: str = "rl"
    start: str = "base"
    """The artifact that it starts from, a model."""
    result: str = "policy"
    """The artifact that it makes of it."""
    before: str = field(default="", kw_only=True, metadata=NEWER)
    """The artifact that is its evaluation before training, if another stage has made that."""
    seed: int = 0
    """The seed of sampling and shuffling."""
    learner: LearnerConfig = field(default_factory=GRPOConfig)
    """The algorithm's configuration, whose class says which algorithm it is."""
    tasks: Mapping[str, TaskSpec] = field(default_factory=dict)
    """Tasks for ``train``, ``validation`` and ``test``."""

    @property
    def needs(self) -> Kinds:
        """The model that it starts from, and perhaps the evaluation of that."""
        known = {self.before: Kind.EVALUATION} if self.before else {}
        return {self.start: Kind.MODEL, **known}

    @property
    def makes(self) -> Kinds:
        """The trained model, and the evaluation after training."""
        return {self.result: Kind.MODEL, f"{self.result}/test": Kind.EVALUATION}

    def check_problems(self, at: Workplace) -> None:
        """Finds questions that are trained on and evaluated on, where both are files."""
        if not {"train", "test"} <= self.tasks.keys():
            raise ConfigError(f"The stage {self.name!r} needs tasks for train and test.")
        self.check_algorithm(at)
        train, test = (self.tasks[split] for split in ("train", "test"))
        if train.problems == test.problems:
            return
        sets = at.task(train).problem_set, at.task(test).problem_set
        are_files = all(one.stored() for one in sets)
        if are_files and (shared := shared_questions(*sets)):
            raise ConfigError(
                f"{len(shared)} questions of {test.problems} stand in {train.problems} as well, "
                f"{shared[0][:60]!r} for one: take them out of one file."
            )

    def check_algorithm(self, at: Workplace) -> None:
        """Finds what is wrong with the algorithm's configuration."""
        algorithm = find_algorithm(self.learner.prefix).algorithm
        check_cuts_up(algorithm, at.settings.parallel)
        check_staleness(self.learner, ENGINES.get(at.settings.engine))
        algorithm.check(self.learner, at.task(self.tasks["train"]))

    def check(self, at: Workplace) -> None:
        """Makes the doctor's checks that need no model."""
        at.preflight(self.tasks["train"])

    def against(self, changed: Mapping[str, str], folder: Path) -> str:
        """Goes on to more steps: no learning rate depends on their number."""
        found = find_checkpoints(folder)
        done = checkpoint_step(found[-1]) if found else 0
        if self.learner.steps < done:
            return (
                f"it has done {done} steps already and is to end at {self.learner.prefix}.steps "
                f"{self.learner.steps}"
            )
        return super().against({n: t for n, t in changed.items() if n != "learner.steps"}, folder)

    def run(self, at: Workplace, given: Artifacts) -> Artifacts:
        """Trains, or goes on training."""
        policy, config = at.trainable(given[self.start], self.seed), self.learner
        tasks = {split: at.task(spec) for split, spec in self.tasks.items()}
        for task in tasks.values():
            check_fit(policy, task)
        engine = at.engine(policy, config.rollout_rows)
        tokens = min(_CHECKED_TOKENS, config.max_tokens)
        check_agreement(policy, few_prompts(tasks["train"]), tokens, engine)
        algorithm = find_algorithm(config.prefix).algorithm
        trainer = algorithm(policy, tasks["train"], config, self.seed, engine)
        trainer.resume(at.record)
        engine.sync(policy, trainer.step)  # it may hold weights of its own, those from the start
        if trainer.step == 0 and not self._knows(at, given):
            at.evaluate(policy, tasks["test"], 0, config.rollout_rows)
        at.train(trainer, tasks.get("validation"))
        after = at.evaluate(policy, tasks["test"], trainer.step, config.rollout_rows)
        return {
            self.result: str(find_checkpoints(at.folder)[-1]),
            f"{self.result}/test": str(after),
        }

    def _knows(self, at: Workplace, given: Artifacts) -> bool:
        """Returns whether the evaluation before training is there, of the same questions."""
        if not self.before:
            return False
        return take_over(Path(given[self.before]), at.folder, "test", 0, at.settings.eval)

    def describe(self) -> str:
        """Returns how the model is trained."""
        config = self.learner
        loss = f" ({loss} loss)" if (loss := getattr(config, "loss", "")) else ""
        kl = getattr(config, "kl_coef", None)
        penalty = "" if kl is None else f", KL coefficient {kl:g}"
        algorithm = find_algorithm(config.prefix).algorithm
        return (
            f"{algorithm.__name__}{loss} for {config.steps} steps of {config.questions} questions "
            f"x {config.group_size} completions, learning rate {config.learning_rate:g}{penalty}, "
            f"seed {self.seed}. The model learnt from {algorithm.learns_from}."
        )
