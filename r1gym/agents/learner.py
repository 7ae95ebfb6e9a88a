"""The learning loop of every agent that learns from its own samples, with its state.

One step, top to bottom, is `Learner.learn`: draw, play and score (`collect`), the reference's view
(`look_back`), `advantages`, `update`, the engine's `sync`; then the callbacks log, evaluate and
save. An agent brings `advantages` and `update`. Of several processes each plays and trains its
share, see `r1gym.models.world`.
"""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Generic, Self, TypeVar

import gymnasium as gym
import numpy as np
import torch

from r1gym.agents.episodes import Rollout, check_failures, describe, graded_lengths
from r1gym.agents.learner_config import LearnerConfig
from r1gym.agents.learner_task import check_policy, check_staleness, find_task
from r1gym.agents.playing import Ahead, Played, Player
from r1gym.agents.progress import SHOW_EVERY, showing
from r1gym.core.errors import RunError, TrainingStopped
from r1gym.core.run import Run
from r1gym.core.types import Problem
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.batches import Batch
from r1gym.models.checkpoint import WEIGHTS, resume_run, save_checkpoint
from r1gym.models.fit import check_fit
from r1gym.models.masters import Masters
from r1gym.models.optimizers import make_optimizer
from r1gym.models.policy import Policy
from r1gym.models.reference import Reference
from r1gym.models.world import World
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import RolloutEngine, Sampling

ConfigT = TypeVar("ConfigT", bound=LearnerConfig)
ExperienceT = TypeVar("ExperienceT")


class Learner(ABC, Generic[ConfigT, ExperienceT]):
    """An agent that learns from the rewards of its own completions.

    Args:
        policy: The policy to train, in place.
        env: The environment to train against: an id, which is made for the policy's tokenizer
            and ``config.max_tokens``, or an environment, a task or a spec that has the same.
        config: The knobs; their defaults if None.
        seed: The seed of drawing, sampling and shuffling.
        engine: What samples the completions; the embedded engine if None.

    Raises:
        ConfigError: If policy, environment and configuration do not go together.

    Attributes:
        step: Finished steps.
        position: Problems drawn so far.
        tokens: Tokens sampled from the policy so far.
        reference: What the policy is kept near to; None for nothing.
        world: The processes that train together; one, unless `enter` was called.
        trained: The policy whose model is run forward and backward; the policy itself, unless
            processes cut its weights up.
    """

    default_config: Callable[[], ConfigT]  # the class of its configuration
    learns_from: ClassVar[str] = "rewards alone: no solution was shown to it"
    cuts_up: ClassVar[bool] = True  # whether all that it trains can be cut up between processes
    optimizer: torch.optim.Optimizer

    def __init__(
        self,
        policy: Policy,
        env: str | gym.Env[Any, Any] | TokenTask | TaskSpec,
        config: ConfigT | None = None,
        seed: int = 0,
        engine: RolloutEngine | None = None,
    ) -> None:
        check_policy(policy, type(self).__name__)
        self.config = config = config or self.default_config()
        self.policy, self.seed = policy, seed
        self.world, self.trained = World(), policy
        self.samples_here = True  # whether this process plays its share
        self._ahead = Ahead()
        self.task = find_task(env, policy, config, type(self).__name__)
        check_fit(policy, self.task)
        self.engine = engine or EmbeddedEngine(policy, config.rollout_rows)
        check_staleness(config, self.engine)
        self.sampling = Sampling(config.max_tokens, config.temperature)
        self.reference: Reference | None = None
        self.masters = Masters(policy.model)
        self.optimizer = make_optimizer(
            config.optimizer, self.masters.weights.values(), config.learning_rate,
            config.weight_decay,
        )  # fmt: skip
        self.masters.follow(self.optimizer)
        self.step = self.position = self.tokens = 0

    @classmethod
    def check(cls, config: ConfigT, task: TokenTask) -> None:
        """Finds what is wrong with a configuration before there is a policy to train.

        Args:
            config: The configuration.
            task: What is trained on.

        Raises:
            R1GymError: With one line that says what to do.
        """

    def learn(
        self,
        callbacks: Sequence[Callable[[Self, Rollout, dict[str, float]], None]] = (),
        *,
        progress_bar: bool = True,
        show_every: int = SHOW_EVERY,
    ) -> Self:
        """Trains until ``config.steps``, from where the trainer stands. Returns this trainer.

        Args:
            callbacks: Called in order after each step with this trainer, the step's rollout and
                its metrics; logging, evaluation and checkpoints are the stage's to plug in.
            progress_bar: Show a bar with each step's reward, accuracy and length, on standard
                error.
            show_every: Steps between samples that are shown above the bar; 0 for none.

        Raises:
            TrainingStopped: If the loss is not finite, if too many completions go ungraded, or if
                the engine does not follow the policy.
        """
        steps, title = self.config.steps, type(self).__name__
        if self.step >= steps:
            return self
        self.engine.sync(self.policy, self.step)
        with showing(progress_bar, title, steps, self.step, show_every) as show:
            while self.step < steps:
                self.world.tell("advance")
                with self.world.watched():
                    rollout, metrics = self.advance()
                show(self.step, rollout.episodes, metrics)
                for callback in callbacks:  # log, evaluate, save
                    callback(self, rollout, metrics)
        return self

    def advance(self) -> tuple[Rollout, dict[str, float]]:
        """Takes one step, all processes together. Returns its rollout and its metrics.

        Raises:
            TrainingStopped: See `learn`.
        """
        started = time.perf_counter()
        rollout = self.collect()  # draw, play, score
        trained_from = time.perf_counter()
        if self.config.staleness:
            self._look_ahead()
        reference = self.look_back(rollout)
        experience = self.advantages(rollout, reference)
        metrics = rollout.metrics | self.update(rollout, experience)
        rollout = replace(rollout, advantages=self.worth(experience))
        self.world.spread()
        self.step += 1
        self.tokens += rollout.sampled_tokens
        if self.reference is not None:
            self.reference.follow(self.step)
        self._ahead.wait()
        gap = self.engine.sync(self.policy, self.step)
        ended = time.perf_counter()
        if gap:
            metrics["train/sync_gap"] = gap
        metrics["time/training_seconds"] = ended - trained_from
        metrics["time/fps"] = rollout.sampled_tokens / (ended - started)
        metrics["time/total_timesteps"] = self.tokens
        return rollout, metrics

    def collect(self) -> Rollout:
        """Samples and scores the trajectories of one step.

        Raises:
            TrainingStopped: If too many completions could not be graded.
        """
        return self.sample(self.draw(self.config.questions))

    def look_back(self, rollout: Rollout) -> list[list[float]] | None:
        """Returns the reference policy's log-probs of what was written; None without one."""
        if self.reference is None:
            return None
        return self.shared_logprobs(self.reference.logprobs, rollout)

    def shared_logprobs(
        self, logprobs: Callable[..., list[list[float]]], rollout: Rollout
    ) -> list[list[float]]:
        """Returns what a policy makes of all that was written; each process computes its share.

        Args:
            logprobs: Computes it; called as `r1gym.models.reference.Reference.logprobs`.
            rollout: What was written.
        """
        config, share = self.config, self.world.share
        mine = logprobs(
            share(rollout.prompts), share(rollout.token_ids), share(rollout.masks),
            config.temperature, config.microbatch_tokens,
        )  # fmt: skip
        return [tokens for part in self.world.gather(mine) for tokens in part]

    def batches(self, rollout: Rollout, rows: Sequence[int]) -> list[Batch]:
        """Returns this process's share of some of the trajectories, by row, as batches."""
        config, size = self.config, self.world.size
        if size > 1 and rows:  # a batch for each, even where one would hold them all
            lengths = [len(rollout.prompts[row]) + len(rollout.token_ids[row]) for row in rows]
            most = max(max(lengths), -(-sum(lengths) // size))
            config = replace(config, microbatch_tokens=min(config.microbatch_tokens, most))
        return self.world.deal(rollout.batches(rows, config, self.policy))

    @abstractmethod
    def advantages(self, rollout: Rollout, reference: list[list[float]] | None) -> ExperienceT:
        """Returns what `update` learns from, as data.

        Args:
            rollout: What was said, and what it was paid.
            reference: The reference policy's log-probs of the policy's tokens.
        """

    @abstractmethod
    def update(self, rollout: Rollout, experience: ExperienceT) -> dict[str, float]:
        """Takes the optimiser steps that one rollout allows. Returns metrics.

        Raises:
            TrainingStopped: If the loss or a gradient is not finite.
        """

    def worth(self, experience: ExperienceT) -> list[float] | None:
        """Returns what each trajectory was worth to the update, to be shown; None if unknown."""
        return None

    def draw(self, count: int) -> list[Problem]:
        """Returns the next problems of the training set, shuffled anew in each pass over it."""
        if ahead := self._ahead.drawn():
            return ahead
        problems = [self._problem_at(self.position + i) for i in range(count)]
        self.position += count
        return problems

    def sample(self, problems: Sequence[Problem], again: int = 0) -> Rollout:
        """Samples and scores a group of trajectories for each problem.

        Args:
            problems: What is asked.
            again: Tells apart the samplings of one step.

        Raises:
            TrainingStopped: If too many completions could not be graded.
        """
        parts = self.world.together(partial(self._play, problems, again))
        episodes = [episode for found, _ in parts for episode in found]
        check_failures(episodes, self.config)
        for episode in episodes:
            self.task.record(episode.problem, episode.score)
        times = parts[0][1]
        return Rollout(
            episodes=episodes,
            lengths=graded_lengths(episodes),
            sampled_tokens=sum(e.trajectory.policy_tokens for e in episodes),
            metrics=describe(episodes) | times,
        )

    def _play(self, problems: Sequence[Problem], again: int) -> Played:
        config = self.config
        player = Player(self.engine, self.task, config, self.sampling, self.seed)
        ahead = None if again else self._ahead.take(player, problems, self.world.rank == 0)
        return ahead or player.play(problems, (self.step, again), self.world, self.samples_here)

    def _look_ahead(self) -> None:
        """Has the next step's problems played while this one trains, with the weights as yet."""
        player = Player(self.engine, self.task, self.config, self.sampling, self.seed)
        problems = self.draw(self.config.questions)
        self._ahead.start(player, problems, self.step + 1, self.world, self.samples_here)

    def minibatches(self, count: int) -> list[list[int]]:
        """Returns the rows of each optimiser step: all in order, or shuffled and cut up."""
        config = self.config
        if config.minibatches == 1:
            return [list(range(count))] * config.inner_epochs
        parts = []
        for epoch in range(config.inner_epochs):
            shuffled = np.random.default_rng([self.seed, self.step, epoch]).permutation(count)
            parts += [part.tolist() for part in np.array_split(shuffled, config.minibatches)]
        return parts

    def warm_up(self, *peaks: float) -> None:
        """Sets the learning rate of each parameter group for this step, given their peaks."""
        share = min(1, (self.step + 1) / (self.config.warmup_steps + 1))
        for group, peak in zip(self.optimizer.param_groups, peaks, strict=True):
            group["lr"] = peak * share

    def take_step(self, loss: float) -> list[float]:
        """Takes an optimiser step with the gradients at hand.

        Args:
            loss: What the gradients are of; only looked at.

        Returns:
            The gradient's norm in each parameter group, before it was clipped.

        Raises:
            TrainingStopped: If the loss or a gradient is not finite. The weights stay as they were.
        """
        config = self.config
        norms = [
            self.world.clip(group["params"], config.max_grad_norm)
            for group in self.optimizer.param_groups
        ]
        loss = self.world.total({"loss": loss})["loss"]
        if not math.isfinite(sum(norms) + loss):
            self.optimizer.zero_grad(set_to_none=True)
            raise TrainingStopped(
                f"The loss or its gradient is not finite at step {self.step + 1}. The last "
                f"checkpoint is sound; try a smaller {config.prefix}.learning_rate under another "
                "--name."
            )
        self.world.step(self.optimizer)
        self.optimizer.zero_grad(set_to_none=True)
        return norms

    def state(self) -> dict[str, Any]:
        """Returns all, beside the policy, that the trainer needs to go on to the bit."""
        state = {WEIGHTS: self.world.weights(self.masters)} if self.masters.are_copies else {}
        return state | {
            "algorithm": self.config.prefix,
            "step": self.step,
            "position": self.position - len(self._ahead.problems),
            "tokens": self.tokens,
            "optimizer": self.world.state(self.optimizer),
            "reference": self.reference.state_dict() if self.reference else None,
            "curriculum": self.task.curriculum_state,
            "ahead": self._ahead.state(),
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Goes on from what `state` returned.

        Raises:
            RunError: If it is another algorithm's.
        """
        if (wrote := state["algorithm"]) != self.config.prefix:
            raise RunError(
                f"The checkpoint is of {wrote} and this trainer is {self.config.prefix}: go on "
                f"with {wrote}, or start in another folder."
            )
        self.step, self.position, self.tokens = (
            state[name] for name in ("step", "position", "tokens")
        )
        if WEIGHTS in state:  # told by another process
            self.masters.load(state[WEIGHTS])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.reference is not None:
            self.reference.load_state_dict(state["reference"])
        self.task.restore_curriculum(state["curriculum"])
        self._ahead.load_state(state.get("ahead", []))

    def save(self, run: Run) -> None:
        """Writes a checkpoint from which `resume` goes on to the bit."""
        self.world.tell("state")
        save_checkpoint(run.checkpoints, self.step, self.policy, self.state())

    def resume(self, run: Run) -> bool:
        """Goes back to the run's last checkpoint. Returns False if there is none."""
        state = resume_run(run, self.policy, self.masters)
        if state is None:
            return False
        self.load_state(state)
        return True

    def enter(self, world: World, samples_here: bool) -> None:
        """Trains together with other processes from now on, each of which has called this.

        Args:
            world: The processes.
            samples_here: Whether each of them plays its share; if not, process 0 plays it all.
        """
        self.world, self.samples_here = world, samples_here
        self.trained = world.wrap(self.policy, self.masters, [self.optimizer])

    def _problem_at(self, position: int) -> Problem:
        if self.task.curriculum is not None:
            return self.task.pick_problem(None, np.random.default_rng([self.seed, position]))
        problems = self.task.problem_set
        epoch, index = divmod(position, len(problems))
        return problems[problems.order(epoch, self.seed)[index]]
