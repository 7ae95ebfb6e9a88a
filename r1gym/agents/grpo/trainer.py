"""GRPO (DeepSeek-R1 report, section 2.2.1), as one loop: `GRPO(policy, env, config).learn()`.

Left out: distributed training and gradient checkpointing, which TRL and verl do well.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Sequence
from typing import Any

import gymnasium as gym
import numpy as np
import torch

from r1gym.agents.checkpoint import resume_run, save_checkpoint
from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.grpo.loss import count_clipped, kl_penalty, surrogate, token_weights
from r1gym.agents.grpo.rollout import Rollout, collect
from r1gym.agents.logprobs import make_batches, token_logprobs
from r1gym.agents.policy import Policy
from r1gym.agents.rollout import EmbeddedEngine, RolloutEngine
from r1gym.core.errors import ConfigError, TrainingStopped
from r1gym.core.run import Run
from r1gym.core.types import Problem
from r1gym.envs.problem_set import ProceduralProblems
from r1gym.envs.task import TokenTask, task_of

Callback = Callable[["GRPO", Rollout, dict[str, float]], None]


class GRPO:
    """Group relative policy optimisation against the reward of a token environment.

    Args:
        policy: The policy to train, in place. The reference policy starts as its copy.
        env: The environment to train against: an id, which is made for the policy's tokenizer
            and ``config.max_tokens``, or an environment or a task that has the same.
        config: The knobs.
        seed: The seed of sampling and shuffling.
        engine: What samples the completions; the embedded engine if None.

    Example:
        >>> from r1gym.agents.policy import new_tiny_policy
        >>> policy = new_tiny_policy(16, 1, 2, 32, context=128, seed=0)
        >>> trainer = GRPO(policy, "r1/Math-v0", GRPOConfig(steps=1, questions=2, group_size=2))
        >>> trainer.learn()
        >>> trainer.step
        1
    """

    def __init__(
        self,
        policy: Policy,
        env: str | gym.Env[Any, Any] | TokenTask,
        config: GRPOConfig,
        seed: int = 0,
        engine: RolloutEngine | None = None,
    ) -> None:
        self.policy, self.config, self.seed = policy, config, seed
        self.task = _find_task(env, policy, config)
        self.engine = engine or EmbeddedEngine(policy, config.rollout_rows)
        self.reference = copy.deepcopy(policy.model) if config.kl_coef else None
        self.optimizer = torch.optim.AdamW(
            policy.model.parameters(),
            lr=config.learning_rate,
            weight_decay=config.weight_decay,
            fused=True,
        )
        self.generator = torch.Generator(policy.device).manual_seed(seed)
        self.step = 0  # finished steps
        self.position = 0  # problems drawn so far
        self.tokens = 0  # completion tokens sampled so far

    def learn(self, callbacks: Sequence[Callback] = ()) -> None:
        """Trains until ``config.steps``, from where the trainer stands.

        Args:
            callbacks: Called in order after each step with this trainer, the step's rollout and
                its metrics; logging, evaluation and checkpoints are the recipe's to plug in.

        Raises:
            TrainingStopped: If the loss is not finite, or if too many completions go ungraded.
        """
        while self.step < self.config.steps:
            started = time.perf_counter()
            rollout = collect(self.engine, self.task, self.draw, self.config, self.generator)
            trained_from = time.perf_counter()
            metrics = rollout.metrics | self.update(rollout)
            self.step += 1
            if self.reference and self.step % self.config.refresh_reference_every == 0:
                self.reference.load_state_dict(self.policy.model.state_dict())
            ended = time.perf_counter()
            self.tokens += rollout.sampled_tokens
            metrics["time/training_seconds"] = ended - trained_from
            metrics["time/fps"] = rollout.sampled_tokens / (ended - started)
            metrics["time/total_timesteps"] = self.tokens
            for callback in callbacks:
                callback(self, rollout, metrics)

    def update(self, rollout: Rollout) -> dict[str, float]:
        """Takes the optimiser steps that one rollout allows. Returns metrics.

        Raises:
            TrainingStopped: If the loss or a gradient is not finite.
        """
        config, device = self.config, self.policy.device
        completions = [e.completion.token_ids for e in rollout.episodes]
        old = [e.completion.logprobs or () for e in rollout.episodes]
        # A group of equal rewards has no gradient but that of the KL.
        active = rollout.lengths > 0
        if not config.kl_coef:
            active &= rollout.advantages != 0
        for group in self.optimizer.param_groups:
            group["lr"] = config.learning_rate * min(1, (self.step + 1) / (config.warmup_steps + 1))
        totals = {"loss": 0.0, "kl": 0.0, "clipped": 0.0, "tokens": 0.0, "grad_norm": 0.0}
        optimiser_steps = config.inner_epochs * config.minibatches
        for chosen in self._minibatches(len(completions)):
            weights = torch.zeros(len(completions))
            weights[chosen] = token_weights(rollout.lengths[chosen], config.loss, config.max_tokens)
            rows = [row for row in chosen if active[row]]
            batches = make_batches(
                [rollout.prompts[row] for row in rows],
                [completions[row] for row in rows],
                config.microbatch_tokens,
                self.task.tokenizer.pad_id,
                device,
            )
            for batch in batches:
                picked = [rows[row] for row in batch.rows]
                advantages = rollout.advantages[picked].to(device)
                old_logprobs = batch.align([old[row] for row in rows])
                with self.policy.autocast():
                    logprobs = token_logprobs(self.policy.model, batch, config.temperature)
                per_token = surrogate(
                    logprobs, old_logprobs, advantages, batch.mask,
                    config.loss, config.clip_low, config.clip_high,
                )  # fmt: skip
                if self.reference is not None:
                    with torch.no_grad(), self.policy.autocast():
                        reference = token_logprobs(self.reference, batch, config.temperature)
                    kl = kl_penalty(logprobs, reference, config.kl)
                    per_token = per_token + config.kl_coef * kl
                    totals["kl"] += float((kl.detach() * batch.mask).sum())
                loss = (per_token * batch.mask * weights[picked].to(device)[:, None]).sum()
                loss.backward()  # type: ignore[no-untyped-call]
                totals["loss"] += float(loss.detach()) / optimiser_steps
                totals["tokens"] += float(batch.mask.sum())
                totals["clipped"] += float(
                    count_clipped(
                        logprobs.detach(), old_logprobs, advantages, batch.mask,
                        config.loss, config.clip_low, config.clip_high,
                    )
                )  # fmt: skip
            norm = float(
                torch.nn.utils.clip_grad_norm_(self.policy.model.parameters(), config.max_grad_norm)
            )
            if not np.isfinite(norm + totals["loss"]):
                self.optimizer.zero_grad(set_to_none=True)
                raise TrainingStopped(
                    f"The loss or its gradient is not finite at step {self.step + 1}. The last "
                    "checkpoint is sound; try a smaller grpo.learning_rate under another --name."
                )
            self.optimizer.step()
            self.optimizer.zero_grad(set_to_none=True)
            totals["grad_norm"] += norm / optimiser_steps
        tokens = max(1.0, totals["tokens"])
        return {
            "train/loss": totals["loss"],
            "train/kl": totals["kl"] / tokens,
            "train/clip_fraction": totals["clipped"] / tokens,
            "train/grad_norm": totals["grad_norm"],
            "train/learning_rate": self.optimizer.param_groups[0]["lr"],
        }

    def draw(self, count: int) -> list[Problem]:
        """Returns the next problems of the training set, shuffled anew in each pass over it."""
        problems = [self._problem_at(self.position + i) for i in range(count)]
        self.position += count
        return problems

    def save(self, run: Run) -> None:
        """Writes a checkpoint from which `resume` goes on to the bit."""
        state: dict[str, Any] = {
            "step": self.step,
            "position": self.position,
            "tokens": self.tokens,
            "optimizer": self.optimizer.state_dict(),
            "generator": self.generator.get_state(),
            "reference": self.reference.state_dict() if self.reference else None,
        }
        save_checkpoint(run.checkpoints, self.step, self.policy, state)

    def resume(self, run: Run) -> bool:
        """Goes back to the run's last checkpoint. Returns False if there is none."""
        state = resume_run(run, self.policy)
        if state is None:
            return False
        self.step, self.position, self.tokens = (
            state[name] for name in ("step", "position", "tokens")
        )
        self.optimizer.load_state_dict(state["optimizer"])
        self.generator.set_state(state["generator"].cpu())
        if self.reference is not None:
            self.reference.load_state_dict(state["reference"])
        return True

    def _problem_at(self, position: int) -> Problem:
        problems = self.task.problem_set
        epoch, index = divmod(position, len(problems))
        # Procedural items are independent draws already.
        if not isinstance(problems, ProceduralProblems):
            order = np.random.default_rng([self.seed, epoch]).permutation(len(problems))
            index = int(order[index])
        return problems[index]

    def _minibatches(self, count: int) -> list[list[int]]:
        """Returns the rows of each optimiser step: all in order, or shuffled and cut up."""
        config = self.config
        if config.minibatches == 1:
            return [list(range(count))] * config.inner_epochs
        shuffled = [
            torch.randperm(count, generator=self.generator, device=self.generator.device)
            for _ in range(config.inner_epochs)
        ]
        return [part.tolist() for s in shuffled for part in s.tensor_split(config.minibatches)]


def _find_task(
    env: str | gym.Env[Any, Any] | TokenTask, policy: Policy, config: GRPOConfig
) -> TokenTask:
    """Returns the environment's task, which must speak the policy's tokens."""
    if isinstance(env, str):
        settings: dict[str, Any] = {
            "tokenizer": policy.tokenizer.name,
            "max_tokens": config.max_tokens,
        }
        env = gym.make(env, disable_env_checker=True, **settings)
    task = env if isinstance(env, TokenTask) else task_of(env)
    if task.tokenizer.name != policy.tokenizer.name:
        raise ConfigError(
            f"The environment has the tokenizer {task.tokenizer.name!r} and the policy "
            f"{policy.tokenizer.name!r}: make it with tokenizer={policy.tokenizer.name!r}."
        )
    if task.max_tokens != config.max_tokens:
        raise ConfigError(
            f"The environment ends completions at {task.max_tokens} tokens and GRPO at "
            f"{config.max_tokens}: give both the same max_tokens."
        )
    return task
