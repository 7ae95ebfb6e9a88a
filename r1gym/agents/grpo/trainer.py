"""GRPO (DeepSeek-R1 report, section 2.2.1): `GRPO(policy, env, config).learn()`.

The loop is `Learner.learn`. With other advantages it is RLOO or REINFORCE, see
`r1gym.agents.reinforce`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import gymnasium as gym
import torch
from torch import Tensor

from r1gym.agents.episodes import Rollout, describe, graded_lengths, rewards_of
from r1gym.agents.grpo.advantage import (
    group_advantages,
    reinforce_advantages,
    rloo_advantages,
    varied_groups,
)
from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.grpo.importance import Mismatch
from r1gym.agents.grpo.loss import count_clipped, kl_penalty, surrogate, token_weights
from r1gym.agents.grpo.majority import majority_right, paid_by_majority
from r1gym.agents.grpo.process import check_process, process_advantages
from r1gym.agents.grpo.vine import check_vine, vine_advantages
from r1gym.agents.learner import Learner
from r1gym.core.errors import TrainingStopped
from r1gym.core.types import Episode, Problem
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.batches import Batch
from r1gym.models.logprobs import token_logprobs
from r1gym.models.policy import Policy
from r1gym.models.reference import Reference, written_logprobs
from r1gym.rollout.engine import RolloutEngine, shares_weights

_MOST_REFILLS = 4  # rounds of sampling in place of groups without variance


@dataclass(frozen=True)
class Experience:
    """What a rollout taught, by trajectory.

    Attributes:
        advantages: One a trajectory, [N], or one for each of the policy's tokens.
        reference: The reference policy's log-probs of the policy's tokens; None for no KL.
        mismatch: The trainer's own log-probs of them beside the engine's; None if they are one.
        metrics: What was found on the way.
    """

    advantages: Tensor | list[list[float]]
    reference: list[list[float]] | None
    mismatch: Mismatch | None = None
    metrics: dict[str, float] = field(default_factory=dict)

    def teaches(self) -> Tensor:
        """Returns which trajectories have an advantage other than 0, [N]."""
        if isinstance(self.advantages, Tensor):
            return self.advantages != 0
        return torch.tensor([any(tokens) for tokens in self.advantages])

    def of(self, batch: Batch, rows: Sequence[int]) -> Tensor:
        """Returns the advantages in a batch of some rows: [B], or [B, T]."""
        if isinstance(self.advantages, Tensor):
            return self.advantages[[rows[row] for row in batch.rows]].to(batch.mask.device)
        return batch.align([self.advantages[row] for row in rows])


class GRPO(Learner[GRPOConfig, Experience]):
    """Group relative policy optimisation against the reward of a token environment.

    Args:
        policy: The policy to train, in place. The reference policy starts as its copy.
        env: The environment to train against: an id, which is made for the policy's tokenizer
            and ``config.max_tokens``, or an environment, a task or a spec that has the same.
        config: The knobs; their defaults if None.
        seed: The seed of sampling and shuffling.
        engine: What samples the completions; the embedded engine if None.

    Example:
        >>> from r1gym.models.policy import new_tiny_policy
        >>> policy = new_tiny_policy(16, 1, 2, 32, context=512, seed=0)
        >>> trainer = GRPO(policy, "r1/Math-v0", GRPOConfig(steps=1, questions=2, group_size=2))
        >>> trainer = trainer.learn()
        >>> trainer.step
        1
    """

    default_config = GRPOConfig

    def __init__(
        self,
        policy: Policy,
        env: str | gym.Env[Any, Any] | TokenTask | TaskSpec,
        config: GRPOConfig | None = None,
        seed: int = 0,
        engine: RolloutEngine | None = None,
    ) -> None:
        super().__init__(policy, env, config, seed, engine)
        self.check(self.config, self.task)
        if self.config.kl_coef:
            self.reference = Reference(policy, self.config.refresh_reference_every)

    @classmethod
    def check(cls, config: GRPOConfig, task: TokenTask) -> None:
        """Finds what is wrong with a configuration before there is a policy to train."""
        if config.advantage == "vine":
            check_vine(task)
        if config.advantage == "process":
            check_process(task)

    def sample(self, problems: Sequence[Problem], again: int = 0) -> Rollout:
        """Samples and scores a group of trajectories for each problem, see `Learner.sample`."""
        rollout, config = super().sample(problems, again), self.config
        if config.label == "gold":
            return rollout
        return replace(
            rollout, episodes=paid_by_majority(self.task, rollout.episodes, config.group_size)
        )

    def collect(self) -> Rollout:
        """Samples and scores one step's groups, again in place of those of equal rewards.

        Raises:
            TrainingStopped: If nothing is left to learn from, or too much could not be graded.
        """
        config, size = self.config, self.config.group_size
        kept: list[Episode] = []
        rounds: list[Rollout] = []  # all that was sampled
        equal = 0
        while len(kept) < config.questions * size and len(rounds) < _MOST_REFILLS:
            fresh = self.sample(self.draw(config.questions - len(kept) // size), len(rounds))
            rounds.append(fresh)
            for i, is_varied in enumerate(varied_groups(rewards(fresh.episodes, config)).tolist()):
                equal += not is_varied
                if is_varied or not config.refill:
                    kept += fresh.episodes[i * size : (i + 1) * size]
        sampled = [episode for fresh in rounds for episode in fresh.episodes]
        if not kept:
            raise TrainingStopped(
                f"None of {len(sampled) // size} groups had different rewards, so there is nothing "
                "to learn from: make the problems easier or harder, or train the base model longer."
            )
        metrics = describe(sampled)
        metrics["rollout/zero_variance_share"] = equal * size / len(sampled)
        if config.label == "majority":
            metrics["rollout/majority_right"] = majority_right(self.task, sampled, size)
        for name in ("time/sampling_seconds", "time/scoring_seconds"):
            metrics[name] = sum(fresh.metrics[name] for fresh in rounds)
        tokens = sum(fresh.sampled_tokens for fresh in rounds)
        return Rollout(kept, lengths(kept, config), tokens, metrics)

    def advantages(self, rollout: Rollout, reference: list[list[float]] | None) -> Experience:
        """Returns the rewards of each group compared with each other."""
        config, metrics = self.config, dict[str, float]()
        grouped = rewards(rollout.episodes, config)
        if config.advantage == "vine":
            by_token, metrics = vine_advantages(self, rollout, grouped)
            return Experience(by_token, reference, self.find_mismatch(rollout), metrics)
        if config.advantage == "process":
            by_token = process_advantages(rollout.episodes, config.group_size)
            return Experience(by_token, reference, self.find_mismatch(rollout))
        if config.kl_in == "reward" and reference is not None:
            spent = [self._kl(*both) for both in zip(rollout.logprobs, reference, strict=True)]
            grouped = grouped - config.kl_coef * torch.stack([kl.sum() for kl in spent]).view_as(
                grouped
            )
            metrics, reference = {"train/kl": float(torch.cat(spent).mean())}, None
        if config.advantage == "rloo":
            compared = rloo_advantages(grouped)
        elif config.advantage == "reinforce":
            compared = reinforce_advantages(grouped)
        else:
            compared = group_advantages(grouped, divide_by_std=config.loss != "dr_grpo")
        return Experience(compared.flatten(), reference, self.find_mismatch(rollout), metrics)

    def worth(self, experience: Experience) -> list[float]:
        """Returns the advantage of each trajectory, the mean of its tokens' if they differ."""
        if isinstance(experience.advantages, Tensor):
            return experience.advantages.tolist()
        return [sum(tokens) / max(1, len(tokens)) for tokens in experience.advantages]

    def _kl(self, logprobs: list[float], reference: list[float]) -> Tensor:
        """Returns the KL at each token of a trajectory, [T]."""
        return kl_penalty(torch.tensor(logprobs), torch.tensor(reference), self.config.kl)

    def find_mismatch(self, rollout: Rollout) -> Mismatch | None:
        """Returns how far the engine that sampled is from the policy, if its weights are a copy."""
        is_own = self.samples_here and shares_weights(self.engine)  # the same in every process
        if is_own or not self.config.importance_cap:
            return None
        logprobs = self.shared_logprobs(partial(written_logprobs, self.policy), rollout)
        return Mismatch.of(logprobs, rollout, self.config.importance_cap, self.step)

    def update(self, rollout: Rollout, experience: Experience) -> dict[str, float]:
        """Takes the optimiser steps that one rollout allows. Returns metrics.

        Raises:
            TrainingStopped: If the loss or a gradient is not finite.
        """
        config, device = self.config, self.policy.device
        clipping = (config.loss, config.clip_low, config.clip_high)
        # A group of equal rewards has no gradient but that of the KL.
        active = rollout.lengths > 0
        if experience.reference is None:
            active &= experience.teaches()
        most = config.max_tokens * self.task.turns
        self.warm_up(config.learning_rate)
        mismatch = experience.mismatch
        old = rollout.logprobs if mismatch is None else mismatch.logprobs
        totals = {"loss": 0.0, "kl": 0.0, "clipped": 0.0, "tokens": 0.0, "grad_norm": 0.0}
        optimiser_steps = config.inner_epochs * config.minibatches
        for chosen in self.minibatches(len(rollout.episodes)):
            weights = torch.zeros(len(rollout.episodes))
            weights[chosen] = token_weights(rollout.lengths[chosen], config.loss, most)
            rows = [row for row in chosen if active[row]]
            for batch in self.batches(rollout, rows):
                picked = [rows[row] for row in batch.rows]
                advantages = experience.of(batch, rows)
                old_logprobs = batch.align([old[row] for row in rows])
                logprobs = token_logprobs(self.trained.model, batch, config.temperature)
                per_token = surrogate(logprobs, old_logprobs, advantages, batch.mask, *clipping)
                if mismatch is not None:
                    per_token = per_token * batch.align([mismatch.weights[row] for row in rows])
                if experience.reference is not None:
                    reference = batch.align([experience.reference[row] for row in rows])
                    kl = kl_penalty(logprobs, reference, config.kl)
                    per_token = per_token + config.kl_coef * kl
                    totals["kl"] += float((kl.detach() * batch.mask).sum())
                loss = (per_token * batch.mask * weights[picked].to(device)[:, None]).sum()
                loss.backward()  # type: ignore[no-untyped-call]
                totals["loss"] += float(loss.detach()) / optimiser_steps
                totals["tokens"] += float(batch.mask.sum())
                clipped = count_clipped(
                    logprobs.detach(), old_logprobs, advantages, batch.mask, *clipping
                )
                totals["clipped"] += float(clipped)
            [norm] = self.take_step(totals["loss"])
            totals["grad_norm"] += norm / optimiser_steps
        norm = totals.pop("grad_norm")
        totals = self.world.total(totals)
        tokens = max(1.0, totals["tokens"])
        return {
            "train/loss": totals["loss"],
            "train/kl": totals["kl"] / tokens,
            "train/clip_fraction": totals["clipped"] / tokens,
            "train/grad_norm": norm,
            "train/learning_rate": self.optimizer.param_groups[0]["lr"],
            **(mismatch.metrics if mismatch is not None else {}),
            **experience.metrics,
        }


def rewards(episodes: Sequence[Episode], config: GRPOConfig) -> Tensor:
    """Returns the rewards, [groups, group_size], NaN where the grader failed."""
    found = rewards_of(episodes)
    if config.overlong == "soft":
        found = [
            reward - _overlong_penalty(len(e.completion.token_ids), config.max_tokens)
            for reward, e in zip(found, episodes, strict=True)
        ]
    return torch.tensor(found).view(-1, config.group_size)


def lengths(episodes: Sequence[Episode], config: GRPOConfig) -> Tensor:
    """Returns how many tokens of each trajectory take part in the loss, [N]."""
    found = graded_lengths(episodes)
    if config.overlong == "mask":
        found[torch.tensor([e.trajectory.truncated for e in episodes])] = 0
    return found


def _overlong_penalty(length: int, limit: int) -> float:
    """Rises linearly from 0 to 1 over the last eighth of the limit (DAPO, equation 13)."""
    buffer = max(1, limit // 8)
    return min(1.0, max(0, length - (limit - buffer)) / buffer)
