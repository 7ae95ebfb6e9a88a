"""PPO with a critic (arXiv 1707.06347; the report's A.3): `PPO(policy, env, config).learn()`.

The loop is `Learner.learn`. Against GRPO it needs a second network of the policy's size, with its
gradients and its optimiser's state. The KL is part of each token's reward, as the report's PPO has
it, or of the loss. Left out: a bootstrapped value at the token limit, an adaptive KL coefficient,
and a trunk that policy and critic share.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Any

import gymnasium as gym
import torch

from r1gym.agents.episodes import Rollout, rewards_of
from r1gym.agents.grpo.loss import Loss, count_clipped, kl_penalty, surrogate
from r1gym.agents.learner import Learner
from r1gym.agents.ppo.config import PPOConfig
from r1gym.agents.ppo.gae import explained_variance, gae, value_loss, whiten
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.heads import make_critic
from r1gym.models.logprobs import token_logprobs, token_values
from r1gym.models.masters import Masters
from r1gym.models.policy import Policy
from r1gym.models.reference import Reference
from r1gym.rollout.engine import RolloutEngine

_PPO: Loss = "dapo"  # PPO's own loss, a mean over all tokens, by its name in `grpo.loss`


@dataclass(frozen=True)
class Experience:
    """What the critic and the reference policy say of a rollout, a list of tokens by completion.

    Attributes:
        values: The critic's values.
        advantages: Advantages, whitened over the rollout.
        returns: The critic's targets.
        reference: The reference policy's log-probs, if the loss has the KL.
        metrics: What was found on the way.
    """

    values: list[list[float]]
    advantages: list[list[float]]
    returns: list[list[float]]
    reference: list[list[float]] | None
    metrics: dict[str, float]


class PPO(Learner[PPOConfig, Experience]):
    """Proximal policy optimisation against the reward of a token environment.

    Args:
        policy: The policy to train, in place. The critic and the reference policy start as copies.
        env: The environment to train against: an id, which is made for the policy's tokenizer
            and ``config.max_tokens``, or an environment, a task or a spec that has the same.
        config: The knobs; their defaults if None.
        seed: The seed of sampling and shuffling.
        engine: What samples the completions; the embedded engine if None.

    Example:
        >>> from r1gym.models.policy import new_tiny_policy
        >>> policy = new_tiny_policy(16, 1, 2, 32, context=512, seed=0)
        >>> trainer = PPO(policy, "r1/Math-v0", PPOConfig(steps=1, questions=2, group_size=2))
        >>> trainer = trainer.learn()
        >>> trainer.step
        1
    """

    default_config = PPOConfig
    cuts_up = False

    def __init__(
        self,
        policy: Policy,
        env: str | gym.Env[Any, Any] | TokenTask | TaskSpec,
        config: PPOConfig | None = None,
        seed: int = 0,
        engine: RolloutEngine | None = None,
    ) -> None:
        super().__init__(policy, env, config, seed, engine)
        if self.config.kl_coef:
            self.reference = Reference(policy, self.config.refresh_reference_every)
        self.critic = make_critic(policy.model)
        self.critic_masters = Masters(self.critic)
        self.optimizer.add_param_group({"params": list(self.critic_masters.weights.values())})
        self.critic_masters.follow(self.optimizer)

    def update(self, rollout: Rollout, experience: Experience) -> dict[str, float]:
        """Takes the optimiser steps that one rollout allows. Returns metrics.

        Raises:
            TrainingStopped: If the loss or a gradient is not finite.
        """
        config = self.config
        self.warm_up(config.learning_rate, config.critic_learning_rate)
        known = (rollout.logprobs, experience.values, experience.advantages, experience.returns)
        names = ("loss", "value_loss", "clipped", "tokens", "grad_norm", "critic_grad_norm")
        totals = dict.fromkeys(names, 0.0)
        optimiser_steps = config.inner_epochs * config.minibatches
        for chosen in self.minibatches(len(rollout.episodes)):
            rows = [row for row in chosen if rollout.lengths[row] > 0]
            count = int(rollout.lengths[rows].sum())
            for batch in self.batches(rollout, rows):
                old_logprobs, old_values, advantages, returns = (
                    batch.align([tokens[row] for row in rows]) for tokens in known
                )  # each [B, T]
                logprobs = token_logprobs(self.trained.model, batch, config.temperature)
                values = token_values(self.critic, batch)
                clipping = (_PPO, config.clip_low, config.clip_high)
                per_token = surrogate(logprobs, old_logprobs, advantages, batch.mask, *clipping)
                if experience.reference is not None:
                    reference = batch.align([experience.reference[row] for row in rows])
                    per_token = per_token + config.kl_coef * kl_penalty(logprobs, reference)
                critic_per_token = value_loss(values, old_values, returns, config.value_clip)
                loss = (per_token * batch.mask).sum() / count
                critic_loss = (critic_per_token * batch.mask).sum() / count
                # The networks share no weights, so no coefficient need balance the two.
                (loss + critic_loss).backward()  # type: ignore[no-untyped-call]
                totals["loss"] += float(loss.detach()) / optimiser_steps
                totals["value_loss"] += float(critic_loss.detach()) / optimiser_steps
                totals["tokens"] += float(batch.mask.sum())
                totals["clipped"] += float(
                    count_clipped(
                        logprobs.detach(), old_logprobs, advantages, batch.mask, *clipping
                    )
                )
            norm, critic_norm = self.take_step(totals["loss"] + totals["value_loss"])
            totals["grad_norm"] += norm / optimiser_steps
            totals["critic_grad_norm"] += critic_norm / optimiser_steps
        norms = {name: totals.pop(name) for name in ("grad_norm", "critic_grad_norm")}
        totals = self.world.total(totals)
        return {
            "train/loss": totals["loss"],
            "train/value_loss": totals["value_loss"],
            "train/clip_fraction": totals["clipped"] / max(1.0, totals["tokens"]),
            "train/grad_norm": norms["grad_norm"],
            "train/critic_grad_norm": norms["critic_grad_norm"],
            "train/learning_rate": self.optimizer.param_groups[0]["lr"],
            **experience.metrics,
        }

    @torch.no_grad()
    def advantages(self, rollout: Rollout, reference: list[list[float]] | None) -> Experience:
        """Returns the advantages and returns of a rollout, by the critic as it is now."""
        config = self.config
        rewards, old = rewards_of(rollout.episodes), rollout.logprobs
        rows = [row for row, length in enumerate(rollout.lengths) if length > 0]
        # The reward is paid at the last token, and the KL at each.
        paid = [[0.0] * (len(old[row]) - 1) + [rewards[row]] for row in rows]
        names = ("values", "advantages", "returns")
        found: dict[str, list[list[float]]] = {name: [[] for _ in old] for name in names}
        total_kl = 0.0
        for batch in self.batches(rollout, rows):
            reward = batch.align(paid)
            value = token_values(self.critic, batch)
            if reference is not None:
                old_logprobs = batch.align([old[row] for row in rows])
                ref_logprobs = batch.align([reference[row] for row in rows])
                if config.kl_in == "reward":
                    reward -= config.kl_coef * kl_penalty(old_logprobs, ref_logprobs, "k1")
                total_kl += float((kl_penalty(old_logprobs, ref_logprobs) * batch.mask).sum())
            advantage = gae(reward, value, batch.mask, config.gamma, config.gae_lambda)
            for name, tensor in zip(names, (value, advantage, advantage + value), strict=True):
                for row, tokens in zip(batch.rows, batch.split(tensor), strict=True):
                    found[name][rows[row]] = tokens
        found = {name: self.world.merge(tokens) for name, tokens in found.items()}
        total_kl = self.world.total({"kl": total_kl})["kl"]
        flat = {name: torch.tensor(list(chain(*found[name]))) for name in names}
        lengths = [len(row) for row in found["advantages"]]
        whitened = whiten(flat["advantages"]).split(lengths)  # type: ignore[no-untyped-call]
        return Experience(
            values=found["values"],
            advantages=[row.tolist() for row in whitened],
            returns=found["returns"],
            reference=reference if config.kl_in == "loss" else None,
            metrics={
                "train/kl": total_kl / max(1, len(flat["values"])),
                "train/explained_variance": explained_variance(flat["values"], flat["returns"]),
            },
        )

    def state(self) -> dict[str, Any]:
        """Returns all, beside the policy, that the trainer needs to go on to the bit."""
        return super().state() | {"critic": self.critic_masters.state()}

    def load_state(self, state: dict[str, Any]) -> None:
        """Goes on from what `state` returned."""
        super().load_state(state)
        self.critic_masters.load(state["critic"])
