"""On-policy distillation: the student samples, and a teacher scores the student's own tokens.

    OnPolicyDistillation(policy, env, DistillConfig(teacher=FOLDER)).learn()

What is minimised is the reverse KL to the teacher at each token of the student's own completions,
KL(student || teacher), the states taken as they come: GKD (Agarwal et al., arXiv 2306.13649) with
all data on-policy; MiniLLM (Gu et al., arXiv 2306.08543) calls the same its single-step part.

    loss      at token a_t in state s_t                                        memory
    sampled   -A_t log p(a_t), A_t = log q(a_t) - log p(a_t), A_t a constant   one number a token
    full      sum over tokens a of p(a) (log p(a) - log q(a))                  the whole vocabulary

with p the student's and q the teacher's probabilities given s_t. Over the student's choice of a_t
the first has the second's gradient as its mean, since the mean of grad log p is 0. The loop is
`Learner.learn`; rewards are watched and not learnt from. Left out: what a token does to later
states (MiniLLM's long-term part), teacher-written data and forward or Jensen-Shannon divergences
(GKD's mixtures), and a teacher behind an endpoint.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar, Literal

import gymnasium as gym
import torch
import torch.nn.functional as F
from torch import Tensor

from r1gym.agents.episodes import Rollout
from r1gym.agents.grpo.loss import Loss, surrogate
from r1gym.agents.learner import Learner
from r1gym.agents.learner_config import LearnerConfig
from r1gym.core.errors import ConfigError
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.batches import Batch
from r1gym.models.fit import check_fit, check_same_outputs, check_same_tokens
from r1gym.models.logprobs import token_distributions, token_logprobs
from r1gym.models.masters import cast
from r1gym.models.policy import Policy, load_policy
from r1gym.models.reference import written_logprobs
from r1gym.rollout.engine import RolloutEngine

Estimate = Literal["full", "sampled"]

_TOKENWISE: Loss = "dapo"  # a ratio for each token, clipped; by its name in `grpo.loss`


@dataclass(frozen=True)
class DistillConfig(LearnerConfig):
    """On-policy distillation."""

    prefix: ClassVar[str] = "distill"

    teacher: str = ""
    """The model that is imitated: a folder or a Hugging Face id, with the student's tokenizer."""
    loss: Estimate = "full"
    """full (the reverse KL over the whole vocabulary at each token) or sampled (the sampled token's
    log-ratio as its advantage, for less memory)."""
    questions: int = 256
    """Questions in a step."""
    group_size: int = 1
    """Completions a question: there is nothing to compare within a group."""


class OnPolicyDistillation(Learner[DistillConfig, list[list[float]]]):
    """Minimises the reverse KL to a teacher on the policy's own completions.

    Args:
        policy: The student, trained in place.
        env: The environment whose problems are asked: an id, which is made for the policy's
            tokenizer and ``config.max_tokens``, or an environment, a task or a spec that has the
            same.
        config: The knobs; it must name a teacher.
        seed: The seed of sampling and shuffling.
        engine: What samples the completions; the embedded engine if None.

    Raises:
        ConfigError: If no teacher is named, or student, teacher and environment do not go together.
        ModelNotFoundError: If the teacher cannot be loaded.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from r1gym.models.policy import new_tiny_policy, save_policy
        >>> with TemporaryDirectory() as folder:
        ...     save_policy(new_tiny_policy(32, 2, 2, 48, context=512, seed=1), Path(folder))
        ...     config = DistillConfig(steps=1, questions=4, teacher=folder)
        ...     student = new_tiny_policy(16, 1, 2, 24, context=512, seed=0)
        ...     trainer = OnPolicyDistillation(student, "r1/Math-v0", config)
        >>> trainer = trainer.learn()
        >>> trainer.step
        1
    """

    default_config = DistillConfig
    learns_from = "the teacher's probabilities of its own tokens; rewards were only watched"

    def __init__(
        self,
        policy: Policy,
        env: str | gym.Env[Any, Any] | TokenTask | TaskSpec,
        config: DistillConfig | None = None,
        seed: int = 0,
        engine: RolloutEngine | None = None,
    ) -> None:
        super().__init__(policy, env, config, seed, engine)
        teacher = load_teacher(self.config, self.task, str(policy.device))
        check_same_outputs(policy, teacher)
        cast(teacher.model, policy.dtype)
        self.teacher = replace(teacher, model=teacher.model.requires_grad_(False))

    @classmethod
    def check(cls, config: DistillConfig, task: TokenTask) -> None:
        """Finds out whether the teacher can be loaded, and can read what the student writes.

        It is loaded once more when training begins: a wrong one would cost all stages before that.
        """
        load_teacher(config, task)

    def look_back(self, rollout: Rollout) -> list[list[float]] | None:
        """Returns the teacher's log-probs of what was written; None where the loss needs more."""
        if self.config.loss == "full":
            return None
        return self.shared_logprobs(partial(written_logprobs, self.teacher), rollout)

    def advantages(
        self, rollout: Rollout, reference: list[list[float]] | None
    ) -> list[list[float]]:
        """Returns how much likelier each token is to the teacher than it was to the student.

        In nats, by trajectory; nothing for the full loss.
        """
        if reference is None:
            return []
        return [
            [theirs - ours for theirs, ours in zip(row, old, strict=True)]
            for row, old in zip(reference, rollout.logprobs, strict=True)
        ]

    def update(self, rollout: Rollout, experience: list[list[float]]) -> dict[str, float]:
        """Takes the optimiser steps that one rollout allows. Returns metrics.

        Raises:
            TrainingStopped: If the loss or a gradient is not finite.
        """
        config = self.config
        self.warm_up(config.learning_rate)
        losses, norms = [], []
        for chosen in self.minibatches(len(rollout.episodes)):
            rows = [row for row in chosen if rollout.lengths[row] > 0]
            count, total = max(1, int(rollout.lengths[rows].sum())), 0.0
            for batch in self.batches(rollout, rows):
                per_token = self._losses(rollout, experience, rows, batch)
                loss = per_token.sum() / count
                loss.backward()  # type: ignore[no-untyped-call]
                total += float(loss.detach())
            norms += self.take_step(total)
            losses.append(self.world.total({"loss": total})["loss"])
        return {
            "train/loss": sum(losses) / len(losses),
            "train/grad_norm": sum(norms) / len(norms),
            "train/learning_rate": self.optimizer.param_groups[0]["lr"],
        }

    def _losses(
        self, rollout: Rollout, experience: list[list[float]], rows: list[int], batch: Batch
    ) -> Tensor:
        """Returns the losses of a batch's tokens, in nats: [B, T], or [M] for the full loss."""
        config, student = self.config, self.trained.model
        if config.loss == "full":
            with torch.no_grad():
                theirs = token_distributions(self.teacher.model, batch, config.temperature)
            return reverse_kl(token_distributions(student, batch, config.temperature), theirs)
        old, advantages = (
            batch.align([values[row] for row in rows]) for values in (rollout.logprobs, experience)
        )
        logprobs = token_logprobs(student, batch, config.temperature)
        return surrogate(logprobs, old, advantages, batch.mask, _TOKENWISE) * batch.mask


def reverse_kl(student: Tensor, teacher: Tensor) -> Tensor:
    """Returns KL(student || teacher) of each pair of distributions, in nats, [M].

    Args:
        student: Log-probs of the whole vocabulary, [M, vocab].
        teacher: The same of the teacher.
    """
    return F.kl_div(teacher, student, reduction="none", log_target=True).sum(-1)


def load_teacher(config: DistillConfig, task: TokenTask, device: str = "cpu") -> Policy:
    """Loads the teacher.

    Args:
        config: Names it.
        task: What it is to read.
        device: Where it computes.

    Raises:
        ConfigError: If none is named, or it does not read the task's tokens.
        ModelNotFoundError: If it cannot be loaded.
    """
    if not config.teacher:
        raise ConfigError(
            f"On-policy distillation needs a teacher: give --{config.prefix}.teacher FOLDER, or a "
            "Hugging Face id."
        )
    teacher = load_policy(config.teacher, device)
    check_same_tokens(task.tokenizer, teacher.tokenizer)
    check_fit(teacher, task)
    return teacher
