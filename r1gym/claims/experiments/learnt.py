"""What the experiments on rewards and algorithms share: a policy that learns, and how right it is.

It is no experiment itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from r1gym.agents.grpo import GRPOConfig
from r1gym.agents.learner import Learner
from r1gym.agents.learner_config import LearnerConfig
from r1gym.agents.trained import find_algorithm
from r1gym.claims.materials import task
from r1gym.envs.same_task import unchanged_task
from r1gym.evaluation.runner import EvalConfig, EvalResult, evaluate
from r1gym.models.policy import Policy, load_policy
from r1gym.recipes.r1_zero import R1Zero
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.verifiers.component import ComponentSpec

TRUTH: ComponentSpec = {"type": "auto", "weight": 0.0}
"""As ``accuracy`` of a reward that pays for something else: watched, and the verdict of the sum."""
FAST = GRPOConfig(
    steps=40, questions=16, group_size=8, learning_rate=3e-4, kl_coef=0.0, warmup_steps=2
)
"""GRPO that brings the embedded base from seldom to mostly right in some ten seconds."""


@dataclass(frozen=True)
class Learnt:
    """A policy that has learnt.

    Attributes:
        policy: The policy.
        rows: The metrics of each step.
        tokens: Tokens that were sampled.
    """

    policy: Policy
    rows: list[dict[str, float]]
    tokens: int

    def course(self, metric: str) -> list[float]:
        """Returns a metric step by step."""
        return [row[metric] for row in self.rows]


class _Enough(Exception):
    """The tokens are used up."""


def learn(
    start: str,
    config: LearnerConfig,
    seed: int,
    rewards: Mapping[str, ComponentSpec] | None = None,
    tokens: int = 0,
) -> Learnt:
    """Trains a policy on the questions of R1-Zero's run.

    Args:
        start: The checkpoint that it starts from.
        config: The algorithm.
        seed: The seed of its questions and its sampling.
        rewards: What is paid; None for R1-Zero's own, accuracy and format.
        tokens: How many may be sampled, whatever ``config.steps`` is; 0 for no such limit.
    """
    given = None if rewards is None else dict(rewards)
    spec = R1Zero(seed=seed, rewards=given).tasks()["train"]
    policy, rows = load_policy(start), list[dict[str, float]]()
    config = replace(config, steps=10**9) if tokens else config

    def note(trainer: Learner[Any, Any], _: Any, metrics: dict[str, float]) -> None:
        rows.append(metrics)
        if tokens and trainer.tokens >= tokens:
            raise _Enough

    algorithm = find_algorithm(config.prefix).algorithm
    trainer = algorithm(policy, unchanged_task(spec.make(), "An experiment"), config, seed)
    with suppress(_Enough):
        trainer.learn([note], progress_bar=False)
    return Learnt(policy, rows, trainer.tokens)


def look(policy: Policy, questions: int = 128, samples: int = 8) -> EvalResult:
    """Evaluates a policy on the first test questions, at temperature 1, as it was trained."""
    config = EvalConfig(questions, samples, temperature=1.0, top_p=1.0)
    return evaluate(EmbeddedEngine(policy, 2048), task("test"), config)
