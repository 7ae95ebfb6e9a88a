"""GRPO (DeepSeek-R1 report, section 2.2.1): `GRPO(policy, env, config).learn()`.

The loop is `Learner.learn`: `collect`, then `update`, then the callbacks. With other advantages it
is RLOO or REINFORCE, see `r1gym.agents.reinforce`.
"""

from __future__ import annotations

import copy
from typing import Any

import gymnasium as gym
import torch

from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.grpo.loss import count_clipped, kl_penalty, surrogate, token_weights
from r1gym.agents.grpo.rollout import Rollout, collect
from r1gym.agents.learner import Learner
from r1gym.envs.task import TokenTask
from r1gym.models.logprobs import make_batches, token_logprobs
from r1gym.models.policy import Policy
from r1gym.rollout.engine import RolloutEngine


class GRPO(Learner[GRPOConfig, Rollout]):
    """Group relative policy optimisation against the reward of a token environment.

    Args:
        policy: The policy to train, in place. The reference policy starts as its copy.
        env: The environment to train against: an id, which is made for the policy's tokenizer
            and ``config.max_tokens``, or an environment or a task that has the same.
        config: The knobs; their defaults if None.
        seed: The seed of sampling and shuffling.
        engine: What samples the completions; the embedded engine if None.

    Example:
        >>> from r1gym.models.policy import new_tiny_policy
        >>> policy = new_tiny_policy(16, 1, 2, 32, context=512, seed=0)
        >>> trainer = GRPO(policy, "r1/Math-v0", GRPOConfig(steps=1, questions=2, group_size=2))
        >>> trainer.learn()
        >>> trainer.step
        1
    """

    default_config = GRPOConfig

    def __init__(
        self,
        policy: Policy,
        env: str | gym.Env[Any, Any] | TokenTask,
        config: GRPOConfig | None = None,
        seed: int = 0,
        engine: RolloutEngine | None = None,
    ) -> None:
        super().__init__(policy, env, config, seed, engine)
        self.reference = copy.deepcopy(policy.model) if self.config.kl_coef else None

    def collect(self) -> Rollout:
        """Samples and scores one step's groups, and compares the rewards."""
        return collect(self.engine, self.task, self.draw, self.config, self.generator)

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
        self.warm_up(config.learning_rate)
        totals = {"loss": 0.0, "kl": 0.0, "clipped": 0.0, "tokens": 0.0, "grad_norm": 0.0}
        optimiser_steps = config.inner_epochs * config.minibatches
        for chosen in self.minibatches(len(completions)):
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
            [norm] = self.take_step(totals["loss"])
            totals["grad_norm"] += norm / optimiser_steps
        if self.reference and (self.step + 1) % config.refresh_reference_every == 0:
            self.reference.load_state_dict(self.policy.model.state_dict())
        tokens = max(1.0, totals["tokens"])
        return {
            "train/loss": totals["loss"],
            "train/kl": totals["kl"] / tokens,
            "train/clip_fraction": totals["clipped"] / tokens,
            "train/grad_norm": totals["grad_norm"],
            "train/learning_rate": self.optimizer.param_groups[0]["lr"],
        }

    def state(self) -> dict[str, Any]:
        """Returns all, beside the policy, that the trainer needs to go on to the bit."""
        reference = self.reference.state_dict() if self.reference else None
        return super().state() | {"reference": reference}

    def load_state(self, state: dict[str, Any]) -> None:
        """Goes on from what `state` returned."""
        super().load_state(state)
        if self.reference is not None:
            self.reference.load_state_dict(state["reference"])
